import { arch, platform, release } from 'node:os';
import type { CaptureDriver } from '../capture/capture.js';
import { sha256, sha256File } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { findProgram, runCommand } from '../core/run-command.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { desktop, type NativeConfig, type NativeOptions } from './find-place.js';
import { NativeCapture } from './native-capture.js';
import type { DesktopWindow } from './window-system.js';

/** Returns what pictures of windows depend on: the system, the display server and the fonts. Leaves no process behind. */
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

/** Returns a digest in place of the version of a program that does not print one; undefined where there is none. */
async function digestOf(name: string): Promise<string | undefined> {
  const program = findProgram(name, { env: process.env });
  return program === undefined ? undefined : (await sha256File(program)).slice(0, 8);
}

/** Returns the output of a program, both streams; empty where it does not exist. */
async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await runCommand(program, args, { timeoutMs: 60_000 });
    return `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
  } catch (error) {
    // No such program on this system: its part of the environment is unknown. One that is slow must not make another environment.
    if (error instanceof CodeloopError && error.code !== 'DEADLINE_EXCEEDED') return '';
    throw error;
  }
}

/** The native driver, which can also list the open windows. */
export interface NativeDriver extends CaptureDriver {
  readonly id: 'native';
  /** Windows of the person's desktop. Throws DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND. */
  windows(): Promise<DesktopWindow[]>;
}

/** Makes the driver for desktop apps; starts nothing before a session is opened. `config`: `native` of `.codeloop/config.json`. */
export function createNativeDriver(config: NativeConfig, options: NativeOptions): NativeDriver {
  const sessions = new Set<NativeCapture>();
  return {
    id: 'native',
    accepts: (target) => target.kind === 'app',
    create(captureOptions, sink) {
      const capture = new NativeCapture(config, options, captureOptions, sink);
      sessions.add(capture);
      return capture;
    },
    environment: () => nativeEnvironment(options.where ?? 'private'),
    windows: async () => desktop(options, '', config).list(),
    async dispose() {
      await Promise.all([...sessions].map((session) => session.dispose()));
      sessions.clear();
    },
  };
}
