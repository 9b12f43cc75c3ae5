import type { CallContext } from '../../src/call/define-tool.js';
import type { Dispatcher, DispatchReply } from '../../src/call/dispatcher.js';

/** Tools called on a project as a person's terminal would, unless `as` says otherwise. */
export interface ToolCalls {
  call(tool: string, given: Record<string, unknown>, as?: Partial<CallContext>): Promise<DispatchReply>;
  /** As `call`, for calls that must work. */
  result(tool: string, given: Record<string, unknown>, as?: Partial<CallContext>): Promise<Record<string, unknown>>;
}

export function callTools(dispatcher: Dispatcher, dir: string): ToolCalls {
  const call: ToolCalls['call'] = (tool, given, as = {}) =>
    dispatcher.call(tool, given, {
      door: 'cli',
      client: { name: 'test', version: '1' },
      signal: new AbortController().signal,
      progress: () => undefined,
      roots: [dir],
      cwd: dir,
      ci: false,
      ...as,
    });
  return {
    call,
    async result(tool, given, as) {
      const reply = await call(tool, given, as);
      if (reply.kind === 'error') throw new Error(`${tool}: ${JSON.stringify(reply.error)}`);
      return reply.result;
    },
  };
}

/** A person who types the same whenever asked; `asked` keeps the questions. */
export function typist(words: string): { person: NonNullable<CallContext['person']>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    person: {
      async ask(question) {
        asked.push(question);
        return words;
      },
    },
  };
}
