import { join } from 'node:path';
import type { PlannedRunner, ReportSource } from '../../core/vocabulary/runner.js';
import { lastCommandOf, runScript } from './scripts.js';

/** Tools that can be asked for a report. */
export type Tool =
  | 'vitest'
  | 'jest'
  | 'playwright'
  | 'eslint'
  | 'ng test'
  | 'karma'
  | 'node --test'
  | 'pytest'
  | 'go test'
  | 'cargo test'
  | 'tsc';

/** The tool behind the words of a command, and its arguments: `NAME=value`, `cross-env`, `npx` and `node path/to/tool` are seen through. */
function toolOf(words: readonly string[]): { tool: Tool; args: readonly string[] } | undefined {
  const [word = '', ...args] = words;
  const program = (word.split('/').at(-1) ?? '').replace(/\.(?:cmd|exe|c?js|mjs)$/, '');
  if (/^[A-Za-z_]\w*=/.test(word)) return toolOf(args);
  if (program === 'cross-env') return toolOf(args);
  if (program === 'npx' || program === 'bunx') return toolOf(args.filter((arg, at) => at > 0 || !isNpxFlag(arg)));
  if ((program === 'pnpm' || program === 'yarn') && args[0] === 'exec') return toolOf(args.slice(1));
  if (
    program === 'vitest' ||
    program === 'jest' ||
    program === 'playwright' ||
    program === 'eslint' ||
    program === 'pytest'
  )
    return { tool: program, args };
  if (program === 'ng' && (args[0] === 'test' || args[0] === 't')) return { tool: 'ng test', args: args.slice(1) };
  if (program === 'karma' && args[0] === 'start') return { tool: 'karma', args: args.slice(1) };
  if (program === 'react-scripts' && args[0] === 'test') return { tool: 'jest', args: args.slice(1) };
  if (program === 'tsc' || program === 'vue-tsc') return { tool: 'tsc', args };
  if (/^python[\d.]*$/.test(program) && args[0] === '-m' && args[1] === 'pytest')
    return { tool: 'pytest', args: args.slice(2) };
  if (program === 'go' && args[0] === 'test') return { tool: 'go test', args: args.slice(1) };
  if (program === 'cargo' && args[0] === 'test') return { tool: 'cargo test', args: args.slice(1) };
  if (program !== 'node') return undefined;
  if (args.includes('--test')) return { tool: 'node --test', args };
  const file = args.findIndex((arg) => !arg.startsWith('-'));
  const inner = args[file];
  return inner !== undefined && /(?:^|\/)node_modules\//.test(inner) ? toolOf(args.slice(file)) : undefined;
}

function isNpxFlag(arg: string): boolean {
  return /^(?:--no-install|--no|-y|--yes)$/.test(arg);
}

/** A command's arguments and environment that make it write a report, without a change to the user's project. */
export interface ReportPlan {
  argv: string[];
  /** Added to the environment. */
  env: Record<string, string>;
  /** Format of the report; `text`: none could be requested, so the printed summary is read. */
  source: ReportSource;
  /** Path of the report; absent: the command prints it. */
  file?: string;
}

interface ReportPlaces {
  /** Scripts of package.json, to see what is behind `npm run test`. */
  scripts: ReadonlyMap<string, string>;
  /** Folder for reports, outside the project. */
  folder: string;
  /** True when the `node` that scripts find takes `--test-reporter` from NODE_OPTIONS. */
  nodeReporters: boolean;
  /** NODE_OPTIONS as they are. */
  nodeOptions: string;
  /** PYTEST_ADDOPTS as they are. */
  pytestOptions: string;
}

interface Asked {
  flags?: string[];
  env?: Record<string, string>;
  source: ReportSource;
  file?: string;
}

/**
 * Plans a command with the flags that make the tool behind it write a report and never watch. Only where it is certain that
 * flags at the end reach that tool: the last of commands joined by `&&`, straight or through other scripts. Otherwise the command
 * stays as it is, and its printed summary is read.
 */
export function planReport(runner: PlannedRunner, places: ReportPlaces): ReportPlan {
  const plain: ReportPlan = { argv: [...runner.argv], env: {}, source: runner.parse ?? fallback(runner) };
  if (runner.parse !== undefined && runner.parse !== 'pytest') return plain;
  if (runner.parse === 'pytest') return { ...plain, ...pytestEnv(places, runner.name) };
  const script = runScript(runner.argv);
  const last =
    script === undefined
      ? { words: runner.argv, levels: 0 }
      : script.rest.length > 0
        ? undefined
        : lastCommandOf(places.scripts, script.script);
  const asked = last === undefined ? undefined : askTool(last.words, runner, places);
  if (asked === undefined || last === undefined) return plain;
  const { flags = [], env = {}, source, file } = asked;
  // npm takes flags for itself until a `--`, once for every script that is passed through; the others hand everything on.
  const dashes = script?.manager === 'npm' ? last.levels : 0;
  const argv = flags.length === 0 ? [...runner.argv] : [...runner.argv, ...Array<string>(dashes).fill('--'), ...flags];
  return { argv, env, source, ...(file === undefined ? {} : { file }) };
}

function fallback(runner: PlannedRunner): ReportSource {
  if (runner.kind === 'test') return 'text';
  return runner.kind === 'lint' ? 'exit_code' : 'tsc';
}

/** Returns the flags for the tool that a command starts; `undefined` when the tool is unknown, or has such flags already. */
function askTool(words: readonly string[], runner: PlannedRunner, places: ReportPlaces): Asked | undefined {
  const command = toolOf(words);
  if (command === undefined || command.args.includes('--')) return undefined;
  const { tool, args } = command;
  const has = (...flags: string[]) =>
    args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));
  const file = (name: string) => join(places.folder, `${runner.name}.${name}`);
  switch (tool) {
    case 'vitest': {
      if (['bench', 'list', 'init', 'related'].includes(args[0] ?? '')) return undefined;
      const once = args[0] === 'run' || has('--run') ? [] : ['--run'];
      if (has('--outputFile', '--ui')) return { flags: once, source: 'text' };
      const report = file('vitest.json');
      const usual = has('--reporter') ? [] : ['--reporter=default'];
      return {
        flags: [...once, ...usual, '--reporter=json', `--outputFile.json=${report}`],
        source: 'vitest',
        file: report,
      };
    }
    case 'jest': {
      const once = has('--watch', '--watchAll') ? ['--watch=false', '--watchAll=false'] : [];
      if (has('--json', '--outputFile')) return { flags: once, source: 'text' };
      const report = file('jest.json');
      return { flags: [...once, '--json', `--outputFile=${report}`], source: 'jest', file: report };
    }
    case 'playwright': {
      if (args[0] !== 'test' || has('--reporter', '--ui', '--list')) return undefined;
      const report = file('playwright.json');
      const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
      return { flags: ['--reporter=list,json'], env, source: 'playwright', file: report };
    }
    case 'eslint': {
      const check = has('--fix') ? ['--no-fix'] : [];
      if (has('--format', '-f', '--output-file', '-o')) return { flags: check, source: 'exit_code' };
      const report = file('eslint.json');
      return { flags: [...check, '--format=json', `--output-file=${report}`], source: 'eslint', file: report };
    }
    // Both go on for ever unless they are told not to (https://angular.dev/cli/test, https://karma-runner.github.io: singleRun).
    case 'ng test':
      return has('--watch', '--no-watch') ? undefined : { flags: ['--watch=false'], source: 'text' };
    case 'karma':
      return has('--single-run', '--no-single-run') ? undefined : { flags: ['--single-run'], source: 'text' };
    case 'node --test': {
      if (!places.nodeReporters || has('--test-reporter', '--watch')) return undefined;
      const report = file('tap');
      const options = [
        places.nodeOptions,
        '--test-reporter=spec --test-reporter-destination=stdout',
        `--test-reporter=tap --test-reporter-destination=${JSON.stringify(report)}`,
      ];
      return { env: { NODE_OPTIONS: options.join(' ').trim() }, source: 'tap', file: report };
    }
    case 'pytest':
      return has('--junitxml', '--junit-xml') ? undefined : pytestEnv(places, runner.name);
    case 'go test':
      return has('-json', '-bench') ? undefined : { flags: ['-json'], source: 'go' };
    case 'cargo test':
      return { source: 'cargo' };
    case 'tsc':
      return {
        flags: [
          ...(has('--pretty') ? [] : ['--pretty', 'false']),
          ...(has('--watch', '-w') ? ['--watch', 'false'] : []),
        ],
        source: 'tsc',
      };
  }
}

/** pytest takes flags from its own variable, through whatever starts it. */
function pytestEnv(places: ReportPlaces, name: string): Asked & { env: Record<string, string> } {
  const report = join(places.folder, `${name}.pytest.xml`);
  const options = `${places.pytestOptions} --junitxml='${report}'`.trim();
  return { env: { PYTEST_ADDOPTS: options }, source: 'pytest', file: report };
}
