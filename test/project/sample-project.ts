import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Config } from '../../src/config/schema.js';
import type { Project } from '../../src/project/project.js';

/** A temporary folder (real path) with these files, removed when the test has ended. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-project-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
  return dir;
}

/** A project in such a folder. */
export function projectWith(config: unknown, files: Readonly<Record<string, string>> = {}): Project {
  return { dir: folderWith(files), name: 'sample', config: Config.parse(config), configured: true };
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Asks again and again until the answer is yes; the test's own limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether a process is there; one that has ended and waits for its parent is not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // gone, which is the answer
  }
}
