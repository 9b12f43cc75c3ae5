import { splitCommand } from '../../config/command-line.js';
import type { Config } from '../../config/schema.js';
import type { ReportSource, RunnerKind } from '../../core/vocabulary/runner.js';
import { KINDS, type PlannedRunner, type RunnerPlan } from '../../core/vocabulary/runner.js';
import type { ProjectFiles } from '../project.js';
import { detectScripts, PLUGINS_FILE, type Plugin, packageManager, parsePlugins, readManifest } from './scripts.js';

/** Files that may name pytest as a project's own, and what in them does. */
const PYTEST_MARKS: readonly [file: string, mark: RegExp][] = [
  ['pytest.ini', /^/],
  ['conftest.py', /^/],
  ['tests/conftest.py', /^/],
  ['pyproject.toml', /\[tool\.pytest|["'\s]pytest\b/],
  ['setup.cfg', /\[tool:pytest\]|\bpytest\b/],
  ['tox.ini', /\[pytest\]|\bpytest\b/],
  ['requirements.txt', /^pytest\b/m],
  ['requirements-dev.txt', /^pytest\b/m],
];
const PYTHONS = ['.venv/bin/python', 'venv/bin/python'];

/** The files of a commit that `detectManifests` and the other detections look at. */
export const LOOKED_AT: readonly string[] = [
  'package.json',
  'go.mod',
  'Cargo.toml',
  ...PYTEST_MARKS.map(([file]) => file),
];

/** The commands of manifests other than package.json: Go, Rust, Python. */
export async function detectManifests(
  files: ProjectFiles,
  timeoutMs: (kind: RunnerKind) => number,
): Promise<PlannedRunner[]> {
  const runners: PlannedRunner[] = [];
  const add = (kind: RunnerKind, what: string, argv: string[]) =>
    runners.push({
      name: `${kind}-${what}`,
      kind,
      source: 'manifest',
      text: argv.join(' '),
      argv,
      cwd: '.',
      timeoutMs: timeoutMs(kind),
    });
  if (await files.exists('go.mod')) {
    add('build', 'go', ['go', 'build', './...']);
    add('lint', 'go', ['go', 'vet', './...']);
    add('test', 'go', ['go', 'test', './...']);
  }
  if (await files.exists('Cargo.toml')) {
    add('build', 'cargo', ['cargo', 'build', '--message-format', 'short']);
    add('test', 'cargo', ['cargo', 'test', '--no-fail-fast']);
  }
  if (await namesPytest(files)) {
    const python = await firstThere(files, PYTHONS);
    add('test', 'pytest', [python === undefined ? 'python3' : `./${python}`, '-m', 'pytest']);
  }
  return runners;
}

async function namesPytest(files: ProjectFiles): Promise<boolean> {
  for (const [file, mark] of PYTEST_MARKS) {
    const text = await files.read(file);
    if (text !== undefined && mark.test(text)) return true;
  }
  return false;
}

async function firstThere(files: ProjectFiles, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await files.exists(path)) return path;
  return undefined;
}

/** Milliseconds a command may take when nothing is said. */
const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Returns a project's build, lint, type check and test commands: a configured command replaces all detected ones of its kind; then
 * scripts of package.json, Go, Rust and Python by their manifests, and the plugins whose file is there. Reads only; every command
 * comes from a file of the project, none from an argument. Throws CONFIG_INVALID.
 */
export async function detectRunners(files: ProjectFiles, config: Pick<Config, 'runners'>): Promise<RunnerPlan> {
  const timeoutMs = (kind: RunnerKind) => config.runners[kind]?.timeout_ms ?? DEFAULT_TIMEOUT_MS;
  const manifest = readManifest(await files.read('package.json'));
  const scripts = manifest
    ? detectScripts(manifest, await packageManager(files), timeoutMs)
    : { runners: [], leftOut: [] };
  const detected = [...scripts.runners, ...(await detectManifests(files, timeoutMs))];
  const plugins = await detectPlugins(files);
  const runners = KINDS.flatMap((kind): PlannedRunner[] => {
    const command = config.runners[kind]?.command;
    if (command === undefined) return plainNames(detected.filter((runner) => runner.kind === kind));
    const argv = splitCommand(command, `runners.${kind}.command`);
    const text = typeof command === 'string' ? command : command.join(' ');
    return [{ name: kind, kind, source: 'config', text, argv, cwd: '.', timeoutMs: timeoutMs(kind) }];
  });
  const configured = (kind: RunnerKind) => config.runners[kind]?.command !== undefined;
  return {
    runners: [...runners, ...plugins.runners],
    leftOut: [...scripts.leftOut.filter(({ kind }) => !configured(kind)), ...plugins.leftOut],
  };
}

/** The only one of its kind is called by its kind: `test`, not `test-pytest`. */
function plainNames(found: PlannedRunner[]): PlannedRunner[] {
  return found.length === 1 ? found.map((runner) => ({ ...runner, name: runner.kind })) : found;
}

async function detectPlugins(files: ProjectFiles): Promise<RunnerPlan> {
  const text = await files.read(PLUGINS_FILE);
  const plan: RunnerPlan = { runners: [], leftOut: [] };
  for (const plugin of text === undefined ? [] : parsePlugins(text)) {
    if (plugin.detect_file !== undefined && !(await files.exists(plugin.detect_file)))
      plan.leftOut.push({
        what: `plugin ${plugin.name}`,
        kind: 'test',
        reason: `there is no ${plugin.detect_file}`,
      });
    else plan.runners.push(pluginRunner(plugin));
  }
  return plan;
}

function pluginRunner(plugin: Plugin): PlannedRunner {
  const argv = [plugin.command, ...plugin.args];
  const parse: ReportSource = plugin.parse_output;
  return {
    name: `plugin-${plugin.name}`,
    kind: 'test',
    source: 'plugin',
    text: argv.join(' '),
    argv,
    cwd: plugin.cwd ?? '.',
    timeoutMs: plugin.timeout_ms,
    parse,
  };
}
