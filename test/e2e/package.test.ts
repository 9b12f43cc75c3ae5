import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';

const repository = path.join(import.meta.dirname, '../..');
const { version }: { version: string } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
let folder: string;
let project: string;

/** Runs a program in the project as a user would, with nothing of the repository's in reach. */
function shell(command: string, args: readonly string[], cwd = project) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD$|CODELOOP_(?!BROWSER))/.test(name)),
  );
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...env, XDG_STATE_HOME: path.join(folder, 'state') },
    maxBuffer: 2 ** 26,
  });
  return { code: status, stdout, stderr };
}

const codeloop = (...args: string[]) => shell(path.join(project, 'node_modules/.bin/codeloop'), args);

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-package-')));
  project = path.join(folder, 'project');
  mkdirSync(project);
  const packed = shell('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], repository);
  const tarball = packed.stdout.trim().split('\n').at(-1) ?? '';
  const installed = shell('npm', [
    'install',
    path.join(folder, tarball),
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ]);
  if (installed.code !== 0) throw new Error(packed.stderr + installed.stdout + installed.stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('installed from its tarball into an empty folder', () => {
  test('it is small, and holds neither sources nor tests', () => {
    verifies('package.works');
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    expect(statSync(path.join(folder, tarball)).size).toBeLessThan(1_600_000);
    const top = readdirSync(path.join(project, 'node_modules/codeloop')).sort();
    expect(top).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'fixtures', 'package.json']);
  });

  test('each entry has its code and whole types, and needs no runner that is not asked for', () => {
    verifies('package.works');
    const shipped = path.join(project, 'node_modules/codeloop');
    const manifest = JSON.parse(readFileSync(path.join(shipped, 'package.json'), 'utf8'));
    const entries = Object.values<string | Record<string, string>>(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    expect(entries.filter((file) => !existsSync(path.join(shipped, file)))).toEqual([]);
    const types = readdirSync(path.join(shipped, 'dist/types'), { recursive: true, encoding: 'utf8' });
    const lost = types
      .filter((file) => file.endsWith('.d.ts'))
      .flatMap((file) => {
        const from = path.join(shipped, 'dist/types', file);
        const wanted = readFileSync(from, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g);
        return [...wanted].map(([, to]) => path.join(path.dirname(from), `${to}.d.ts`));
      });
    expect(lost.filter((file) => !existsSync(file))).toEqual([]);
    expect(existsSync(path.join(project, 'node_modules/@playwright'))).toBe(false);
  });

  test('npx finds it', () => {
    verifies('package.works');
    expect(shell('npx', ['--no', '--silent', 'codeloop', '--version'])).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  });

  test('doctor proves what the machine can do', () => {
    verifies('package.works');
    const { code, stdout } = codeloop('doctor', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'pass' });
    expect(code).toBe(0);
  });

  test('compare compares', async () => {
    verifies('package.works');
    const paper = sharp({ create: { width: 60, height: 40, channels: 3, background: '#fff' } }).png();
    await paper.toFile(path.join(folder, 'a.png'));
    copyFileSync(path.join(folder, 'a.png'), path.join(folder, 'b.png'));
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#000' } })
      .png()
      .toFile(path.join(folder, 'c.png'));
    expect(codeloop('compare', '../a.png', '../b.png').code).toBe(0);
    expect(codeloop('compare', '../a.png', '../c.png').code).toBe(1);
  });

  test('init prepares a page, verify passes it, then fails it for what is missing', () => {
    verifies('package.works', 'doors.exit-codes');
    const page = (button: string) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><h1>Lamps</h1>${button}</body></html>`;
    writeFileSync(path.join(project, 'index.html'), page('<button style="width:80px;height:32px">Buy</button>'));
    expect(codeloop('init')).toMatchObject({ code: 0 });
    expect(existsSync(path.join(project, '.mcp.json'))).toBe(true);

    const first = codeloop('verify', '--json');
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const run = path.join(project, 'artifacts/runs', JSON.parse(first.stdout).run_id);
    for (const viewport of ['mobile', 'tablet', 'desktop'])
      copyFileSync(
        path.join(run, `screenshots/home.${viewport}.png`),
        path.join(project, `designs/${viewport}/home.png`),
      );

    writeFileSync(path.join(project, 'index.html'), page(''));
    const second = codeloop('verify', '--json');
    expect(second.code, second.stdout + second.stderr).toBe(1);
    expect(JSON.parse(second.stdout).gate.failing_gates).toMatchObject([
      { id: 'design_compare_evidence' },
      { id: 'zero_critical_issues' },
    ]);
    expect(codeloop('gate').code).toBe(1);
  });

  test('init finds the pages that an app names in its source', () => {
    verifies('package.works');
    const app = path.join(folder, 'routed');
    mkdirSync(path.join(app, 'src'), { recursive: true });
    const manifest = { scripts: { dev: 'vite' }, dependencies: { vite: '7', vue: '3', 'vue-router': '4' } };
    writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      path.join(app, 'src/router.ts'),
      "export const routes = [{ path: '/', component: Home }, { path: '/prices', component: () => import('./P.vue') }];",
    );
    const { stdout } = shell(path.join(project, 'node_modules/.bin/codeloop'), ['init', '--dry-run', '--json'], app);
    expect(JSON.parse(stdout).detected.screens.map((screen: { path: string }) => screen.path)).toEqual([
      '/',
      '/prices',
    ]);
  });

  test('the example ships whole, without the pictures that the demo draws', () => {
    verifies('package.works');
    const files = (from: string) =>
      readdirSync(path.join(from, 'fixtures/apps'), { recursive: true, encoding: 'utf8' }).sort();
    const shipped = path.join(project, 'node_modules/codeloop');
    expect(files(shipped)).toEqual(files(repository));
    expect(readdirSync(path.join(shipped, 'fixtures'))).toEqual(['apps']);
  });

  // What the demo does is tested at one viewport (demo.test.ts).
  if (FULL)
    test('the demo finds its defects', () => {
      verifies('package.works');
      const { code, stdout, stderr } = codeloop('demo');
      expect(code, stdout + stderr).toBe(0);
    });
});
