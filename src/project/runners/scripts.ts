import { z } from 'zod';
import { scriptCommands } from '../../config/command-line.js';
import { parseSettings } from '../../config/parse-settings.js';
import { CodeloopError } from '../../core/errors.js';
import type { RunnerKind } from '../../core/vocabulary/runner.js';
import { KINDS, type RunnerPlan } from '../../core/vocabulary/runner.js';
import type { ProjectFiles } from '../project.js';

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

/** The fields of a package.json that are read. */
export interface Manifest {
  scripts: ReadonlyMap<string, string>;
}

const PackageJson = z.object({ scripts: z.record(z.string(), z.unknown()).optional() });

/** The manifest's scripts; `undefined` when it is not there or not JSON. */
export function readManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  try {
    const { success, data } = PackageJson.safeParse(JSON.parse(text));
    const scripts = Object.entries(success ? (data.scripts ?? {}) : {});
    return { scripts: new Map(scripts.flatMap(([name, line]) => (typeof line === 'string' ? [[name, line]] : []))) };
  } catch {
    return undefined; // not JSON: no script can be run
  }
}

/** The command that arguments put behind a script reach. */
interface LastCommand {
  words: readonly string[];
  /** Scripts passed through on the way: each needs npm's `--` once more. */
  levels: number;
}

/**
 * The last command of a script, through `npm run <other>` and its kind; `undefined` when a shell is needed to tell. Arguments
 * behind the script go to that command: package managers append them to the script's text.
 */
export function lastCommandOf(scripts: ReadonlyMap<string, string>, name: string, depth = 0): LastCommand | undefined {
  const line = scripts.get(name);
  const words = line === undefined ? undefined : scriptCommands(line)?.at(-1);
  if (words === undefined || depth > 3) return undefined;
  const inner = runScript(words);
  if (inner === undefined) return { words, levels: depth + 1 };
  // Words behind the inner script's name would stand between it and ours.
  return inner.rest.length > 0 ? undefined : lastCommandOf(scripts, inner.script, depth + 1);
}

/** The script that a command runs: `npm run x`, `npm test`, `pnpm x`, `yarn x`, `bun run x`. */
export function runScript(words: readonly string[]): { manager: string; script: string; rest: string[] } | undefined {
  const [manager = '', ...args] = words;
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(manager)) return undefined;
  const flagless = args.filter((arg) => !/^(?:-s|--silent)$/.test(arg));
  const [first = '', second = '', ...rest] = flagless;
  if (first === 'run' || first === 'run-script') return second === '' ? undefined : { manager, script: second, rest };
  if (first === 'test' || first === 't')
    return manager === 'bun' ? undefined : { manager, script: 'test', rest: flagless.slice(1) };
  return undefined;
}

/** Every command behind a script, other scripts followed; `undefined` where a shell is needed to tell. */
export function allCommandsOf(
  scripts: ReadonlyMap<string, string>,
  name: string,
  depth = 0,
): readonly (readonly string[])[] | undefined {
  const line = scripts.get(name);
  const commands = line === undefined || depth > 3 ? undefined : scriptCommands(line);
  if (commands === undefined) return undefined;
  const all = commands.map((words) => {
    const inner = runScript(words);
    return inner === undefined ? [words] : allCommandsOf(scripts, inner.script, depth + 1);
  });
  return all.includes(undefined) ? undefined : all.flatMap((part) => part ?? []);
}

/**
 * The lines of package.json's scripts that a command runs through a package manager (`npm run dev`, `yarn dev`, `npm start`), those
 * that they run in turn included, in order; undefined where it runs none.
 */
export function scriptLines(words: readonly string[], scripts: ReadonlyMap<string, string>): string[] | undefined {
  const lines: string[] = [];
  const follow = (command: readonly string[], depth: number) => {
    const [program = '', ...rest] = command;
    if (!/^(?:npm|pnpm|yarn|bun)(?:\.cmd)?$/.test(program) || depth > 3) return;
    const [first = '', second = ''] = rest.filter((word) => !word.startsWith('-'));
    const name = /^run(?:-script)?$/.test(first) ? second : first;
    // `predev` and `postdev` run with `dev` (npm-run-script(1)).
    for (const one of [`pre${name}`, name, `post${name}`]) {
      const line = scripts.get(one);
      if (line === undefined) continue;
      lines.push(`${one}: ${line}`);
      for (const inner of scriptCommands(line) ?? []) follow(inner, depth + 1);
    }
  };
  follow(words, 0);
  return lines.length === 0 ? undefined : lines;
}

/** Names that projects give to each kind of script, the usual one first. */
const NAMES: Readonly<Record<RunnerKind, readonly string[]>> = {
  build: ['build'],
  lint: ['lint', 'lint:check', 'lint:ci'],
  typecheck: ['typecheck', 'type-check', 'check-types', 'types:check', 'check:types', 'tsc', 'check'],
  test: ['test', 'test:unit', 'test:ci', 'test:run', 'unit'],
};
/** The test script that `npm init` writes. */
const NO_TEST = /no test specified/;
/** `check` is a type check only when one of these is behind it. */
const TYPE_CHECKERS = /\b(?:tsc|vue-tsc|svelte-check|astro check|tsgo)\b/;
/** Switches by which linters and formatters rewrite the sources. */
const REWRITES = /(?:^|\s)--(?:fix|write|apply|apply-unsafe|fix-all)(?=\s|=|$)/;

const LOCKS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' } as const;
/** Lock files by which a package manager is known. */
export const LOCK_FILES: readonly string[] = Object.keys(LOCKS);

/** The package manager whose lock file is there; npm without one. */
export async function packageManager(files: ProjectFiles): Promise<string> {
  for (const [file, manager] of Object.entries(LOCKS)) if (await files.exists(file)) return manager;
  return 'npm';
}

/** Programs that start a command anew at each change and never end. */
const WATCHERS = /^(?:nodemon|chokidar|onchange|watchexec|watch)$/;
/** Tools that are told by flags behind the script not to watch (report-flags.ts). */
const TOLD_BY_FLAGS = /^(?:vitest|jest|react-scripts|tsc|vue-tsc|ng|karma)$/;

/** Whether the last command of a script goes on until somebody ends it: a watch mode, or a window of a test tool. */
function goesOn(manifest: Manifest, script: string): boolean {
  const words = lastCommandOf(manifest.scripts, script)?.words ?? [];
  const at = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && !/^(?:cross-env|npx|bunx|env)$/.test(word));
  const [program = '', ...args] = words.slice(Math.max(0, at)).map((word, next) => (next === 0 ? nameOf(word) : word));
  const given = (flag: RegExp) => args.some((arg) => flag.test(arg));
  if (WATCHERS.test(program)) return true;
  if (/^(?:tsx|gulp|nx|turbo|parcel|encore|mix)$/.test(program) && args[0] === 'watch') return true;
  if (program === 'cypress' && args[0] === 'open') return true;
  if (given(/^--ui(?:=true)?$/) && (program === 'playwright' || program === 'vitest')) return true;
  if (TOLD_BY_FLAGS.test(program)) return false;
  if (given(/^--watch(?:-?all)?(?:=true)?$/i)) return true;
  return given(/^-w$/) && /^(?:mocha|ava|wtr|tap|lab|rollup|webpack|vite|babel|swc|tsup|esbuild|parcel)$/.test(program);
}

function nameOf(word: string): string {
  return (word.split('/').at(-1) ?? word).replace(/\.(?:[cm]?js|cmd)$/, '');
}

/** The scripts of package.json that build, lint, check types and test. One that rewrites the sources is left out, and named. */
export function detectScripts(
  manifest: Manifest,
  manager: string,
  timeoutMs: (kind: RunnerKind) => number,
): RunnerPlan {
  const plan: RunnerPlan = { runners: [], leftOut: [] };
  for (const kind of KINDS) {
    const script = NAMES[kind].find((name) => fits(manifest.scripts.get(name), name, kind));
    if (script === undefined) continue;
    const text = manifest.scripts.get(script) ?? '';
    if (kind !== 'test' && kind !== 'build' && rewrites(manifest, script)) {
      plan.leftOut.push({
        what: `${kind} (script ${script})`,
        kind,
        reason: `it rewrites the sources; name a command that only checks in runners.${kind}.command`,
      });
      continue;
    }
    if (goesOn(manifest, script)) {
      plan.leftOut.push({
        what: `${kind} (script ${script})`,
        kind,
        reason: `it watches and never ends (${text.slice(0, 80)}); name a command that ends in runners.${kind}.command`,
      });
      continue;
    }
    plan.runners.push({
      name: kind,
      kind,
      source: 'script',
      text,
      argv: [manager, 'run', script],
      cwd: '.',
      timeoutMs: timeoutMs(kind),
    });
  }
  return plan;
}

function fits(text: string | undefined, name: string, kind: RunnerKind): boolean {
  if (text === undefined || text.trim() === '') return false;
  if (kind === 'test') return !NO_TEST.test(text);
  return name !== 'check' || TYPE_CHECKERS.test(text);
}

/** Returns true when anything behind a script would change files. ESLint has a flag against it (see report-flags.ts) when it is the last command. */
function rewrites({ scripts }: Manifest, name: string): boolean {
  const commands = allCommandsOf(scripts, name);
  if (commands === undefined) return REWRITES.test(scripts.get(name) ?? '');
  const [last = [], ...others] = [...commands].reverse();
  const harmless = last.some((word) => /(?:^|\/)eslint(?:\.js)?$/.test(word));
  return others.some((words) => REWRITES.test(words.join(' '))) || (!harmless && REWRITES.test(last.join(' ')));
}
