import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '../..');

/** The built program. */
export const BIN = path.join(root, 'dist/bin.js');

/** Bundles the program over the sample tools. `remove` deletes it. */
export async function buildSampleProgram(): Promise<{ file: string; remove: () => Promise<void> }> {
  // Below node_modules, where the packages that stay outside the bundle are found.
  const folder = await mkdtemp(path.join(root, 'node_modules/.codeloop-e2e-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['test/e2e/sample-program.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: ['playwright', 'sharp', 'odiff-bin', 'pixelmatch', 'pngjs', 'axe-core', 'proper-lockfile'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return { file: path.join(folder, 'sample-program.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** How a program ended and what it printed. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program that runs. */
export interface Running {
  child: ChildProcessWithoutNullStreams;
  /** Resolves when it has ended and its streams are closed. */
  ended: Promise<Ended>;
  /** Resolves with what was printed on the stream so far, once that holds `text`; rejects when the program ends before. */
  printed(stream: 'stdout' | 'stderr', text: string): Promise<string>;
}

/** Starts a program with Node, without the environment variables that change how it prints. */
export function start(
  file: string,
  argv: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Running {
  const { CI: _ci, NO_COLOR: _no, FORCE_COLOR: _force, CODELOOP_PROJECT_DIR: _dir, ...env } = process.env;
  const child = spawn(process.execPath, [file, ...argv], { cwd: options.cwd, env: { ...env, ...options.env } });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  child.stdin.on('error', () => undefined); // it may end before it has read what it was sent
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  const printed = (stream: 'stdout' | 'stderr', text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (output[stream].includes(text)) resolve(output[stream]);
      };
      listeners.add(look);
      look();
      void ended.then(({ code, stderr }) =>
        reject(new Error(`ended with ${code} before it printed ${text}: ${stderr}`)),
      );
    });
  return { child, ended, printed };
}

/** Runs a program to its end. */
export async function run(
  file: string,
  argv: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ended> {
  const running = start(file, argv, options);
  running.child.stdin.end(options.input ?? '');
  return running.ended;
}
