import { splitCommand } from '../../config/command-line.js';
import { PLUGINS_FILE, type Plugin, parsePlugins } from '../../config/plugins.js';
import type { Config } from '../../config/schema.js';
import type { ReportSource, RunnerKind } from '../../core/vocabulary/runner.js';
import { detectManifests } from './detect-manifests.js';
import { detectScripts, packageManager } from './detect-scripts.js';
import { KINDS, type PlannedRunner, type RunnerPlan } from './planned-runner.js';
import type { ProjectFiles } from './project-files.js';
import { readManifest } from './scripts.js';

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
