import { execFile } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { CallContext } from '../../src/call/define-tool.js';
import type { DispatchReply } from '../../src/call/dispatcher.js';
import { openWarm } from '../live/warm-session.js';

/** A page with a heading and a button, at one viewport, in a repository of its own, and all tools on it. */
export interface BaselineProject {
  dir: string;
  /** Writes the page with a button of that colour. */
  paint(color: string): Promise<void>;
  configure(change: Record<string, unknown>): Promise<void>;
  git(...args: string[]): Promise<string>;
  /** Calls a tool as a person's terminal would, unless `as` says otherwise. */
  call(tool: string, given: Record<string, unknown>, as?: Partial<CallContext>): Promise<DispatchReply>;
  /** As `call`, for calls that must work. */
  result(tool: string, given: Record<string, unknown>, as?: Partial<CallContext>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

const CONFIG = {
  server: { static: 'site' },
  screens: [{ name: 'home', path: '/' }],
  viewports: { phone: { width: 320, height: 240 } },
};

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

export async function openBaselineProject(options: { git?: boolean } = {}): Promise<BaselineProject> {
  const dir = realpathSync(await mkdtemp(path.join(tmpdir(), 'codeloop-baselines-')));
  for (const folder of ['site', '.codeloop']) mkdirSync(path.join(dir, folder));
  await writeFile(path.join(dir, 'package.json'), '{ "name": "lamps" }\n');
  await writeFile(path.join(dir, '.gitignore'), 'artifacts/\n.codeloop/audit*.jsonl\n.codeloop/cache/\n');
  const config = path.join(dir, '.codeloop/config.json');
  await writeFile(config, JSON.stringify(CONFIG, null, 1));
  const run = promisify(execFile);
  const git = async (...args: string[]) => (await run('git', args, { cwd: dir })).stdout;
  const { dispatcher, dispose } = openWarm();
  const paint = (color: string) =>
    writeFile(
      path.join(dir, 'site/index.html'),
      `<!doctype html><html lang="en"><title>Lamps</title><meta name="viewport" content="width=device-width">
<style>body{margin:20px;font:16px sans-serif;background:#fff}#buy{width:80px;height:32px;background:${color};color:#fff;border:0}</style>
<h1>Lamps</h1><button id="buy">Buy</button></html>`,
    );
  await paint('#0645ad');
  if (options.git ?? true) {
    await git('init', '-q', '-b', 'main');
    await git('config', 'user.name', 'Ada');
    await git('config', 'user.email', 'ada@example.org');
    await git('add', '-A');
    await git('commit', '-qm', 'start');
  }
  const call: BaselineProject['call'] = (tool, given, as = {}) =>
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
    dir,
    paint,
    git,
    call,
    async configure(change) {
      await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...change }, null, 1));
    },
    async result(tool, given, as) {
      const reply = await call(tool, given, as);
      if (reply.kind === 'error') throw new Error(`${tool}: ${JSON.stringify(reply.error)}`);
      return reply.result;
    },
    async close() {
      await dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
