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
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../src/browser/find-browser.js';
import { DEFAULT_VIEWPORTS } from '../../src/config/schema.js';
import { verifies } from '../requirements.js';
import { FULL, SEED, sampled } from '../sample.js';

const some = sampled(test, 2);

const repository = path.join(import.meta.dirname, '../..');
const { version }: { version: string } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
let folder: string;
let project: string;

/** Runs a program in the project as a user would, with nothing of the repository's in reach. */
function shell(command: string, args: readonly string[], cwd = project) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CI$|npm_|NODE_|INIT_CWD$|CODELOOP_(?!BROWSER))/.test(name)),
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
    expect(top).toEqual(['LICENSE', 'README.md', 'dist', 'docs', 'fixtures', 'package.json']);
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

  some('npx finds it', () => {
    verifies('package.works');
    expect(shell('npx', ['--no', '--silent', 'codeloop', '--version'])).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  });

  some('doctor proves what the machine can do', () => {
    verifies('package.works');
    const { code, stdout } = codeloop('doctor', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'pass' });
    expect(code).toBe(0);
  });

  some('compare compares', async () => {
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
    // As a sample at one of its viewports: that each is looked at is tested without a package.
    const looked = Object.entries(DEFAULT_VIEWPORTS).filter((_, at, all) => FULL || at === SEED % all.length);
    const config = path.join(project, '.codeloop/config.json');
    const made = JSON.parse(readFileSync(config, 'utf8'));
    if (!FULL) writeFileSync(config, JSON.stringify({ ...made, viewports: Object.fromEntries(looked) }));

    const first = codeloop('verify', '--json');
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const run = path.join(project, 'artifacts/runs', JSON.parse(first.stdout).run_id);
    for (const [viewport] of looked)
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

  some('init finds the pages that an app names in its source', () => {
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

  test('a test of Playwright has its matchers by their types, and runs them', () => {
    verifies('package.runners');
    const app = FULL ? path.join(folder, 'runner') : project;
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    mkdirSync(app, { recursive: true });
    if (FULL) {
      writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'runner', private: true, type: 'module' }));
      const wanted = [path.join(folder, tarball), '@playwright/test', 'typescript', '@types/node'];
      const asked = ['install', ...wanted, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
      expect(shell('npm', asked, app)).toMatchObject({ code: 0 });
    } else {
      // The runner stands in from here: whether the types that were packed fit it is all that is asked.
      for (const name of ['@playwright', '@types'])
        symlinkSync(path.join(repository, 'node_modules', name), path.join(app, 'node_modules', name));
    }
    mkdirSync(path.join(app, '.codeloop'), { recursive: true });
    const settings = { screens: [{ name: 'shop', path: '/' }], viewports: { small: { width: 400, height: 300 } } };
    writeFileSync(path.join(app, '.codeloop/config.json'), JSON.stringify(settings));
    writeFileSync(path.join(app, 'shop.html'), SHOP);
    writeFileSync(path.join(app, 'shop.spec.ts'), SPEC);
    const options = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', types: ['node'] };
    writeFileSync(
      path.join(app, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, exactOptionalPropertyTypes: true }, files: ['shop.spec.ts'] }),
    );
    const compiler = path.join(FULL ? app : repository, 'node_modules/typescript/bin/tsc');
    expect(shell(process.execPath, [compiler, '-p', '.'], app)).toMatchObject({ code: 0, stdout: '' });
    if (!FULL) return;
    const explicit = process.env.CODELOOP_BROWSER;
    const choice = { engine: 'chromium' as const, ...(explicit ? { executable: explicit } : {}) };
    const browser = findBrowser(choice, chromium.executablePath());
    const use = { launchOptions: { executablePath: browser.path }, viewport: { width: 400, height: 300 } };
    writeFileSync(path.join(app, 'playwright.config.ts'), `export default { use: ${JSON.stringify(use)} };`);
    const ran = shell('npx', ['--no', 'playwright', 'test', '--reporter=json'], app);
    const { stats } = JSON.parse(ran.stdout);
    expect(stats, ran.stdout).toMatchObject({ expected: 2, unexpected: 0, skipped: 0, flaky: 0 });
  });
});

const SHOP =
  '<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head><body><main><h1>Shop</h1></main></body></html>';

/** What does not fit the types must be refused by them: a matcher that is `any` would take it. */
const SPEC = `
import { pathToFileURL } from 'node:url';
import { codeloopMatchers, expect, test, viewportProjects } from 'codeloop/playwright';
import { codeloopComparator, type ComparatorOptions } from 'codeloop/vitest';

test('holds', async ({ page }) => {
  await page.goto(pathToFileURL('shop.html').href);
  await expect(page).toBeLaidOutSoundly({ name: 'shop' });
  await expect(page).toBeAccessible({ name: 'shop', timeout: 0 });
  await expect(page).not.toMatchDesign('shop', { timeout: 0, viewport: 'small' });
});
test('is told when it does not', async ({ page }) => {
  await page.setContent('<main><h1>Shop</h1><img src="data:,"></main>');
  const said = await expect(page).toBeAccessible({ timeout: 0 }).then(() => '', String);
  expect(said).toContain('image-alt');
});

export const projects: Promise<{ name?: string }[]> = viewportProjects('.');
export const names: 'toMatchDesign' extends keyof typeof codeloopMatchers ? true : never = true;
export const options: ComparatorOptions = { maxDiffRatio: 0 };
export const compare: (...args: Parameters<typeof codeloopComparator>) => Promise<{ pass: boolean }> = codeloopComparator;
export function refused(page: import('@playwright/test').Page): void {
  // @ts-expect-error a design has a name
  void expect(page).toMatchDesign();
  // @ts-expect-error there is no such option
  void expect(page).toBeAccessible({ tolerance: 1 });
  // @ts-expect-error a ratio is a number
  const wrong: ComparatorOptions = { maxDiffRatio: '1' };
  void wrong;
}
`;
