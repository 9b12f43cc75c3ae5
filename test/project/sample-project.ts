import { randomInt } from 'node:crypto';
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

/** Below the ports that a system gives to whoever asks for any one (Linux from 32768, others from 49152). */
const PORTS = { from: 20_000, below: 32_768 };
const given = new Set<number>();

/**
 * A port of loopback that nobody listens on, another one at each call. No test beside this one gets it meanwhile by asking for any port,
 * nor does a connection that somebody opens: those lie elsewhere.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => probe.close(resolve));
  return free;
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
