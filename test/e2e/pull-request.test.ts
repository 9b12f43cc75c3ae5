import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { verifies } from '../requirements.js';
import { BIN } from './programs.js';

/** A step of a workflow, as far as it is followed here. */
interface Step {
  run?: string;
  uses?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

let root: string;
let repository: string;
let elsewhere: string;
let log = '';
let comment = '';
const GITHUB = {
  server_url: 'https://git.example',
  repository: 'ada/lamps',
  run_id: '4711',
  'event.number': '12',
  token: 'none',
};
const page = (text: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Lamps</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body{margin:20px;font:16px sans-serif;background:#fff;color:#111}p{margin:12px 0}</style></head>
<body><main>
<h1>Lamps</h1>
${text}
</main></body>
</html>
`;

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
  return { code: done.status, stdout: done.stdout, out: `${done.stdout}${done.stderr}` };
}

/** What a service puts in the place of `${{ … }}`. */
function filled(text: string): string {
  return text.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const formatted = /&& format\('([^']*)', (.+?)\) \|\| ''$/.exec(expression);
    const value = (name: string) => {
      const known: string | undefined = Reflect.get(GITHUB, name.trim().replace(/^github\./, ''));
      if (known === undefined) throw new Error(`the test knows no ${name}`);
      return known;
    };
    if (!formatted) return value(expression);
    const values = (formatted[2] ?? '').split(', ').map(value);
    return (formatted[1] ?? '').replace(/\{(\d)\}/g, (_all, at: string) => values[Number(at)] ?? '');
  });
}

/** Programs of a runner that are not on this machine: each says what it was asked. */
function shims(folder: string): void {
  mkdirSync(folder);
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  write('corepack', 'exit 0');
  write('npm', 'exit 0');
  write('gh', `[ "$1 $2" = "pr comment" ] && cat "$(echo "$*" | sed 's/.*--body-file //')" > "${root}/comment.md"`);
  // Installing is the business of other tests; what is run is the program that was built.
  write('npx', `[ "$2" = "-p" ] && exit 0\nshift 2\nexec "${process.execPath}" "${BIN}" "$@"`);
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-pull-')));
  repository = path.join(root, 'work');
  elsewhere = path.join(root, 'unpacked');
  mkdirSync(path.join(repository, 'designs/phone'), { recursive: true });
  mkdirSync(path.join(repository, '.codeloop'));
  shims(path.join(root, 'bin'));
  const git = (...args: string[]) => run('git', args, repository);
  const write = (file: string, text: string) => writeFileSync(path.join(repository, file), text);
  write(
    '.codeloop/config.json',
    JSON.stringify({
      server: { static: '.' },
      screens: [{ name: 'home', path: '/' }],
      viewports: { phone: { width: 320, height: 400 } },
    }),
  );
  write('package.json', '{ "name": "lamps" }');
  write('.gitignore', 'artifacts/\n');
  write('index.html', page('<p><button>Buy a lamp</button></p>'));
  const env = { XDG_STATE_HOME: path.join(root, 'state') };
  const taken = run(process.execPath, [BIN, 'capture', 'home', '--json'], repository, env);
  const [cell] = JSON.parse(taken.stdout).cells;
  cpSync(path.join(repository, cell.path), path.join(repository, 'designs/phone/home.png'));
  const written = run(process.execPath, [BIN, 'ci', 'init', 'github'], repository, env);
  expect(written.code, written.out).toBe(0);
  rmSync(path.join(repository, 'artifacts'), { recursive: true });
  run('git', ['init', '-q', '--bare', path.join(root, 'origin.git')], root);
  git('init', '-q', '-b', 'main');
  for (const [name, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.org'],
  ])
    git('config', name ?? '', value ?? '');
  git('remote', 'add', 'origin', path.join(root, 'origin.git'));
  git('add', '-A');
  git('commit', '-qm', 'The shop');
  git('push', '-q', 'origin', 'main');
  // The pull request: the button is gone, and a picture without a text has come.
  git('checkout', '-qb', 'work');
  write('index.html', page('<p>Sold out.</p>\n<img src="lamp.svg" width="40" height="40">'));
  write(
    'lamp.svg',
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>',
  );
  git('add', '-A');
  git('commit', '-qm', 'Sell nothing');

  const steps: Step[] = parse(readFileSync(path.join(repository, '.github/workflows/codeloop.yml'), 'utf8')).jobs.verify
    .steps;
  const results = path.join(root, 'summary.md');
  for (const step of steps) {
    if (step.if?.includes("event_name == 'push'")) continue;
    if (step.uses?.startsWith('actions/upload-artifact'))
      cpSync(path.join(repository, String(step.with?.path)), elsewhere, { recursive: true });
    if (step.run === undefined) continue;
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]));
    const done = run('bash', ['-e', '-c', filled(step.run)], repository, {
      ...{ ...env, ...own, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: results, RUNNER_TEMP: root },
      PATH: `${path.join(root, 'bin')}:${process.env.PATH}`,
    });
    log += done.out;
    // The verdict of this pull request is red; every other step ends well.
    expect([step.run, done.code], done.out).toEqual([step.run, step.run.includes(' verify ') ? 1 : 0]);
  }
  comment = readFileSync(path.join(root, 'comment.md'), 'utf8');
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the annotation of what is wrong in a line stands at that line', () => {
  verifies('ci.pull-request');
  const lines = readFileSync(path.join(repository, 'index.html'), 'utf8').split('\n');
  const found = [...log.matchAll(/^::error file=index\.html,line=(\d+)[^:]*::(.*)$/gm)];
  const image = found.find(([, , message]) => /alternative text|image-alt|alt/i.test(message ?? ''));
  expect(lines[Number(image?.[1]) - 1]).toContain('<img src="lamp.svg"');
});

test('SARIF names the same line, and a rule for each result', () => {
  verifies('ci.pull-request');
  const { version, runs } = JSON.parse(readFileSync(path.join(repository, 'artifacts/report.sarif'), 'utf8'));
  const [{ results, tool }] = runs;
  expect(version).toBe('2.1.0');
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  const places = results.map(
    ({ locations }: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
      locations[0]?.physicalLocation.artifactLocation.uri,
  );
  expect(places).toContain('index.html');
});

test('the comment has pictures, and each is on the branch that its address names', () => {
  verifies('ci.pull-request', 'report.comment');
  expect(comment.startsWith('<!-- codeloop -->\n')).toBe(true);
  const addresses = [...comment.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, address]) => address ?? '');
  expect(addresses).toEqual([
    'https://git.example/ada/lamps/raw/codeloop-pictures-12/4711/report-pictures/1-home.phone.png',
  ]);
  for (const address of addresses) {
    const [branch = '', ...file] = address.replace('https://git.example/ada/lamps/raw/', '').split('/');
    const stored = spawnSync('git', [
      '--git-dir',
      path.join(root, 'origin.git'),
      'show',
      `${branch}:${file.join('/')}`,
    ]);
    expect(stored.stdout.subarray(1, 4).toString()).toBe('PNG');
  }
  expect(readFileSync(path.join(root, 'summary.md'), 'utf8')).toBe(comment);
});

test('the artefact opens from another folder: everything that a report leads to is there, true pixels too', () => {
  verifies('ci.pull-request');
  rmSync(path.join(repository, 'artifacts'), { recursive: true });
  const html = readFileSync(path.join(elsewhere, 'report.html'), 'utf8');
  expect(html).not.toContain(repository);
  const links = [...html.matchAll(/\b(?:href|src|data-src|data-full)="([^"#][^"]*)"/g)].map(([, link]) => link ?? '');
  const files = [...new Set(links.filter((link) => !/^(?:data:|https?:|javascript:)/.test(link)))];
  expect(files.filter((file) => /screenshots\/home\.phone\.png$/.test(file))).toHaveLength(1);
  expect(files.filter((file) => !existsSync(path.join(elsewhere, decodeURI(file))))).toEqual([]);
});
