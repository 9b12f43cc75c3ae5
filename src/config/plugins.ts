import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { parseSettings } from './parse-settings.js';

/** File in which a project names further commands to run, relative to its folder. */
export const PLUGINS_FILE = '.codeloop/plugins.json';

/** A further command of the project, which a person wrote down. */
export const Plugin = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, 'must be letters, digits, - and _'),
  /** A program; started without a shell. */
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Run only where this file of the project exists. */
  detect_file: z.string().min(1).optional(),
  /** Format of its output; `none` keeps it unread, so that only a failing exit code counts. */
  parse_output: z
    .enum(['exit_code', 'jest', 'vitest', 'junit', 'tap', 'pytest', 'rspec_json', 'none'])
    .default('exit_code'),
  /** Folder of the project that it runs in. */
  cwd: z.string().min(1).optional(),
  timeout_ms: z.number().int().positive().default(300_000),
});
export type Plugin = z.infer<typeof Plugin>;

/** `.codeloop/plugins.json` (docs/runners.md). Unknown keys are refused. */
const PluginsFile = z.strictObject({ $schema: z.string().optional(), plugins: z.array(Plugin) });

/** The plugins written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with the nearest known name. */
export function parsePlugins(text: string): Plugin[] {
  const { plugins } = parseSettings(PluginsFile, text, PLUGINS_FILE);
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name.toLowerCase()))
      throw new CodeloopError('CONFIG_INVALID', { file: PLUGINS_FILE, problem: `plugins has "${name}" twice` });
    names.add(name.toLowerCase());
  }
  return plugins;
}
