import { arch, platform, release } from 'node:os';
import { sha256, sha256File } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { findProgram } from '../core/find-program.js';
import { runCommand } from '../core/run-command.js';
import type { Environment } from '../core/vocabulary/environment.js';

/** What pictures of windows depend on: the system, the display server and the fonts. Starts nothing that stays. */
export async function nativeEnvironment(where: 'private' | 'desktop'): Promise<Environment> {
  const isPrivate = platform() === 'linux' && where === 'private';
  const [version, faces] = await Promise.all([
    isPrivate ? output('Xvfb', ['-version']).then((text) => /X Server (\S+)/.exec(text)?.[1]) : undefined,
    output('fc-list', ['--format', '%{family}|%{style}|%{fontversion}\n']),
  ]);
  const fonts = sha256([...new Set(faces.split('\n'))].sort().join('\n'));
  const browser = isPrivate ? 'xvfb' : 'desktop';
  // Some builds of Xvfb do not say their version.
  const number = version ?? (isPrivate ? await digestOf('Xvfb') : undefined) ?? release();
  return {
    id: `${platform()}-${arch()}-${browser}${number.split('.')[0] ?? ''}-${fonts.slice(0, 8)}`,
    os: platform(),
    arch: arch(),
    browser,
    browser_version: number,
    fonts,
  };
}

/** What stands for the version of a program that does not tell it; undefined where there is none. */
async function digestOf(name: string): Promise<string | undefined> {
  const program = findProgram(name, { env: process.env });
  return program === undefined ? undefined : (await sha256File(program)).slice(0, 8);
}

/** What a program prints, on both streams; empty where it does not exist. */
async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await runCommand(program, args, { timeoutMs: 10_000 });
    return `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
  } catch (error) {
    // No such program on this system: its part of the environment is unknown.
    if (error instanceof CodeloopError) return '';
    throw error;
  }
}
