import { execFile } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openWarm } from '../live/warm-session.js';
import { callTools, type ToolCalls } from './call-tools.js';

/** A page with a heading and a button, at one viewport, in a repository of its own, and all tools on it. */
export interface BaselineProject extends ToolCalls {
  dir: string;
  /** Writes the page with a button of that colour. */
  paint(color: string): Promise<void>;
  configure(change: Record<string, unknown>): Promise<void>;
  git(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

const CONFIG = {
  server: { static: 'site' },
  screens: [{ name: 'home', path: '/' }],
  viewports: { phone: { width: 320, height: 240 } },
};

/** `warm: false`: with a session that shares no browser with others; `whole`: with one that looks at pages in every way. */
export async function openBaselineProject(
  options: { git?: boolean; warm?: boolean; whole?: boolean } = {},
): Promise<BaselineProject> {
  const dir = realpathSync(await mkdtemp(path.join(tmpdir(), 'codeloop-baselines-')));
  for (const folder of ['site', '.codeloop']) mkdirSync(path.join(dir, folder));
  await writeFile(path.join(dir, 'package.json'), '{ "name": "lamps" }\n');
  await writeFile(path.join(dir, '.gitignore'), 'artifacts/\n.codeloop/audit*.jsonl\n.codeloop/cache/\n');
  const config = path.join(dir, '.codeloop/config.json');
  await writeFile(config, JSON.stringify(CONFIG, null, 1));
  const run = promisify(execFile);
  const git = async (...args: string[]) => (await run('git', args, { cwd: dir })).stdout;
  const { dispatcher, dispose } = openWarm({
    warm: options.warm ?? true,
    ...(options.whole === undefined ? {} : { whole: options.whole }),
  });
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
  return {
    dir,
    paint,
    git,
    ...callTools(dispatcher, dir),
    async configure(change) {
      await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...change }, null, 1));
    },
    async close() {
      await dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
