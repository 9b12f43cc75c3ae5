import { resolve } from 'node:path';
import { toCodeloopError } from '../core/errors.js';
import { answerStop, type StopAnswer } from '../guidance/stop-hook.js';
import type { Terminal } from './terminal.js';
import { EXIT } from './usage-error.js';

/** Fields of the clients' hook input that matter here; all of it comes from outside. */
interface HookInput {
  hook_event_name?: unknown;
  hookEventName?: unknown;
  session_id?: unknown;
  sessionId?: unknown;
  conversation_id?: unknown;
  cwd?: unknown;
  status?: unknown;
  stop_hook_active?: unknown;
}

/** Milliseconds to wait for the hook's input, and most of it that is read. */
const INPUT_MS = 2_000;
const MAX_INPUT = 1_000_000;

/**
 * `codeloop gate --hook`: answers the Stop hook of a coding agent on its standard output and ends with exit code 0. The form of the answer
 * follows the event's name: `Stop` and `SubagentStop` (Claude Code, Codex; code.claude.com/docs/en/hooks, learn.chatgpt.com/docs/hooks; VS Code
 * spells the field `hookEventName`; code.visualstudio.com/docs/agents/reference/hooks-reference), `stop` (Cursor; cursor.com/docs/hooks),
 * `AfterAgent` (Gemini CLI; geminicli.com/docs/hooks/reference); read 2026-11.
 */
export async function answerHook(
  argv: readonly string[],
  { terminal, env, cwd }: { terminal: Terminal; env: NodeJS.ProcessEnv; cwd: string },
): Promise<number> {
  const input = await readInput();
  const given = argv[argv.indexOf('--project-dir') + 1];
  const here =
    argv.includes('--project-dir') && given !== undefined ? given : (env.CLAUDE_PROJECT_DIR ?? text(input.cwd) ?? cwd);
  const session = text(input.session_id) ?? text(input.sessionId) ?? text(input.conversation_id) ?? 'one session';
  // Somebody pressed stop: that is no claim of being done.
  const aborted = input.status !== undefined && input.status !== 'completed';
  const answer = aborted ? ({ answer: 'silent' } as const) : await answered(resolve(cwd, here), session);
  const nested = text(input.hookEventName);
  const reply = replyOf(answer, text(input.hook_event_name) ?? nested ?? 'Stop', nested !== undefined);
  await terminal.out(`${JSON.stringify(reply)}\n`);
  return EXIT.passed;
}

/** An answer in every case: a fault of ours must not keep an agent for ever, and is told; wrong settings are held, as a failure is. */
async function answered(projectDir: string, session: string): Promise<StopAnswer> {
  try {
    return await answerStop(projectDir, session);
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    const { fix } = error.toBody();
    return {
      answer: 'let_go',
      reason: `codeloop could not judge this, so it is NOT verified: ${error.code}: ${error.message} ${fix}`,
    };
  }
}

/**
 * The answer as the client of an event takes it; an empty object lets the agent stop without a word (Codex takes no empty output). Text of a
 * client's own shows to the user. `nested`: the client reads its decision from `hookSpecificOutput`.
 */
export function replyOf(answer: StopAnswer, event: string, nested = false): Record<string, unknown> {
  if (answer.answer === 'silent') return {};
  if (answer.answer === 'let_go') return event === 'stop' ? {} : { systemMessage: answer.reason };
  const { reason } = answer;
  if (event === 'stop') return { followup_message: reason };
  const held = { decision: event === 'AfterAgent' ? 'deny' : 'block', reason };
  return nested ? { hookSpecificOutput: { hookEventName: event, ...held } } : held;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The JSON object on the standard input; empty where there is none, where it is none, or where it does not end in time. */
async function readInput(): Promise<HookInput> {
  if (process.stdin.isTTY) return {};
  const chunks: Buffer[] = [];
  const end = setTimeout(() => process.stdin.destroy(), INPUT_MS);
  try {
    let size = 0;
    for await (const chunk of process.stdin) {
      size += chunk.length;
      if (size > MAX_INPUT) break;
      chunks.push(Buffer.from(chunk));
    }
    // Cursor begins its input with a byte order mark.
    const value: unknown = JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {}; // no input, or none that can be read: the project is judged all the same
  } finally {
    clearTimeout(end);
  }
}
