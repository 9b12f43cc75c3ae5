import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

let project: BaselineProject;
let elsewhere: Server;
let address: string;
const page = (name: string, colour: string) =>
  `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>#buy{width:80px;height:32px;background:${colour};color:#fff;border:0}</style><main><h1>${name}</h1><button id="buy">Buy</button><time>${name}</time></main></html>`;
const write = (file: string, text: string) => writeFileSync(path.join(project.dir, file), text);
const list = (folder: string) => readdirSync(path.join(project.dir, 'artifacts/changes', folder)).sort();

interface Changed extends Record<string, unknown> {
  status: string;
  summary: string;
  changed: number;
  equal: number;
  base: string;
  notes: string[];
  pairs: { screen: string; outcome: string; note?: string; regions: { element?: { selector?: string } }[] }[];
}
const changes = async (given: Record<string, unknown>) => (await project.result('codeloop_changes', given)) as Changed;
const pairsOf = ({ pairs }: Changed) => pairs.map(({ screen, outcome }) => `${screen}: ${outcome}`);

beforeAll(async () => {
  project = await openBaselineProject();
  mkdirSync(path.join(project.dir, 'node_modules/paint'), { recursive: true });
  write('node_modules/paint/index.js', '1;');
  write('site/index.html', page('Lamps', '#0645ad'));
  write('site/cart.html', page('Cart', '#0645ad'));
  write('.gitignore', 'artifacts/\nnode_modules/\n');
  await project.configure({
    screens: [
      { name: 'home', path: '/', mask: ['time'] },
      { name: 'cart', path: '/cart.html' },
    ],
  });
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'two pages');
  elsewhere = createServer((request, response) => {
    const at =
      request.url === '/shop/' ? 'site/index.html' : request.url === '/shop/cart.html' ? 'site/cart.html' : undefined;
    const text = at === undefined ? undefined : readFileSync(path.join(project.dir, at), 'utf8');
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(text ?? 'nothing');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const bound = elsewhere.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/shop/`;
});
afterAll(async () => {
  await project?.close();
  elsewhere?.close();
});

test('a branch is compared with the commit it parted from: what it changed is named, what the other branch did since is not', async () => {
  verifies('changes.base');
  await project.git('checkout', '-qb', 'work');
  // The main line goes on: that is no change of this branch.
  await project.git('checkout', '-q', 'main');
  write('site/cart.html', page('Basket', '#0645ad'));
  await project.git('commit', '-qam', 'rename the cart');
  await project.git('checkout', '-q', 'work');
  const same = await changes({ base: 'main' });
  expect([same.status, same.changed, same.equal, same.pairs]).toEqual(['pass', 0, 2, []]);
  expect(same.base).toMatch(/^main \([0-9a-f]{10}\)$/);

  const index = readFileSync(path.join(project.dir, '.git/index'));
  write('site/index.html', page('Lamps', '#b00020').replace('<time>Lamps', '<time>Later'));
  write('site/new.html', page('New', '#0645ad'));
  await project.configure({
    screens: [
      { name: 'home', path: '/', mask: ['time'] },
      { name: 'cart', path: '/cart.html' },
      { name: 'new', path: '/new.html' },
    ],
  });
  const changed = await changes({ base: 'main' });
  expect([changed.status, pairsOf(changed)]).toEqual(['fail', ['home: mismatch', 'new: missing-reference']]);
  const [home, fresh] = changed.pairs;
  expect(fresh?.note).toMatch(/^main \([0-9a-f]{10}\): it is answered with HTTP 404$/);
  expect(home?.regions.map(({ element }) => element?.selector)).toEqual(['#buy']);
  expect(changed.summary).toContain('2 of 3 picture(s) differ between main');
  // The folder holds all it shows, and the repository is as it was.
  expect([list('base'), list('head')]).toEqual([
    ['cart.phone.png', 'home.phone.png'],
    ['cart.phone.png', 'home.phone.png', 'new.phone.png'],
  ]);
  const html = readFileSync(path.join(project.dir, 'artifacts/changes/index.html'), 'utf8');
  expect(html).toContain('head/home.phone.png');
  expect(html).not.toContain(project.dir);
  expect(readFileSync(path.join(project.dir, '.git/index')).equals(index)).toBe(true);
  expect((await project.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);
});

test('a run and an address are bases too, and an address is a head; the pictures of the run at hand are used again', async () => {
  verifies('changes.base');
  const verified = await project.result('codeloop_verify', { skip_tests: true });
  const run = await changes({ base: String(verified.run_id) });
  expect([run.changed, run.equal]).toEqual([0, 3]);
  // Once by the comparison before, once by verify; not again.
  const folder = path.join(project.dir, 'artifacts/runs', String(verified.run_id), 'screenshots');
  const taken = readdirSync(folder).filter((name) => /^home\.phone(?:\.v\d+)?\.png$/.test(name));
  expect(taken.sort()).toEqual(['home.phone.png', 'home.phone.v2.png']);

  const site = await changes({ base: address, screens: ['home', 'cart'] });
  expect([site.status, site.changed, site.equal]).toEqual(['pass', 0, 2]);
  const both = await changes({ base: String(verified.run_id), head: address });
  expect(pairsOf(both)).toEqual(['new: missing-actual']);
});

test('what is no base is said before anything is photographed', async () => {
  verifies('changes.base');
  rmSync(path.join(project.dir, 'artifacts/changes'), { recursive: true, force: true });
  const reply = await project.call('codeloop_changes', { base: 'nowhere' });
  expect(JSON.stringify(reply)).toContain('is no commit that git knows here');
  expect(existsSync(path.join(project.dir, 'artifacts/changes'))).toBe(false);
});
