import type { RunnerKind } from '../../core/vocabulary/runner.js';
import { KINDS, type RunnerPlan } from '../../core/vocabulary/runner.js';
import type { ProjectFiles } from '../project.js';
import { allCommandsOf, lastCommandOf, type Manifest } from './scripts.js';

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
  if ((program === 'tsx' || program === 'gulp' || program === 'nx') && args[0] === 'watch') return true;
  if (program === 'cypress' && args[0] === 'open') return true;
  if (given(/^--ui(?:=true)?$/) && (program === 'playwright' || program === 'vitest')) return true;
  if (TOLD_BY_FLAGS.test(program)) return false;
  return given(/^--watch(?:-?all)?(?:=true)?$/i) || (given(/^-w$/) && /^(?:mocha|ava|wtr|tap|lab)$/.test(program));
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
