import type { RunnerKind } from '../../core/vocabulary/runner.js';
import type { PlannedRunner } from './planned-runner.js';
import type { ProjectFiles } from './project-files.js';

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
