import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config/parse-settings.js';
import { runCommand } from '../../src/core/run-command.js';
import type { StateConfig } from '../../src/project/code-state/code-state.js';

export const config = (text = '{}'): StateConfig => parseConfig(text);

/** A temporary folder with files, and git on it when asked. Removed when the test has ended. */
export class Workspace {
  readonly dir: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.dir = realpathSync(mkdtempSync(join(tmpdir(), 'codeloop-state-test-')));
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  static async git(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const workspace = new Workspace(files);
    await workspace.git('init', '-q', '-b', 'main');
    return workspace;
  }

  path(path: string): string {
    return join(this.dir, path);
  }

  write(path: string, text: string, mode?: number): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
    if (mode !== undefined) chmodSync(this.path(path), mode);
  }

  /** Runs git in the folder, deaf to the machine's own settings, and answers its output. */
  async git(...args: string[]): Promise<string> {
    const result = await runCommand(
      'git',
      ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'protocol.file.allow=always', ...args],
      { cwd: this.dir, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } },
    );
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr.toString()}`);
    return result.stdout.toString().trim();
  }

  async commit(): Promise<string> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', 'commit');
    return this.git('rev-parse', 'HEAD');
  }
}
