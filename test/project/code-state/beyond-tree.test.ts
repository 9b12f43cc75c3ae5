import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { changesSince, forgetCodeStates, takeCodeState } from '../../../src/project/code-state/code-state.js';
import { beyondMoves, notCovered } from '../../../src/project/code-state/code-state-scope.js';
import { sameCodeState } from '../../../src/store/which-run.js';
import { verifies } from '../../requirements.js';
import { sampled, sampleOf } from '../../sample.js';
import { config, Workspace } from '../code-state-repo.js';

const some = sampled(test, 2);

afterAll(forgetCodeStates);

const reads = (path: string) => `import { readFileSync } from 'node:fs';\nreadFileSync('${path}', 'utf8');\n`;

interface Way {
  files: Record<string, string>;
  /** Links by their place: what each leads to. `#` stands for a folder outside the project. */
  links?: Record<string, string>;
  /** What is edited, and under what name the state has it. */
  edit: string;
  as: string;
}

/** Ways for code to stay out of the tree although the app runs or shows it. */
const WAYS: Record<string, Way> = {
  'a file of an ignored folder that the server reads': {
    files: { '.gitignore': 'content/\n', 'content/home.json': '{}', 'server.mjs': reads('content/home.json') },
    edit: 'content/home.json',
    as: 'content/home.json',
  },
  'an ignored module': {
    files: { '.gitignore': 'gen/\n', 'gen/t.mjs': '1', 'server.mjs': `import t from './gen/t.mjs';` },
    edit: 'gen/t.mjs',
    as: 'gen/t.mjs',
  },
  'an ignored module that only an ignored module names': {
    files: {
      ...{ '.gitignore': 'gen/\nmore/\n', 'gen/t.mjs': `import '../more/u.mjs';`, 'more/u.mjs': '1' },
      'server.mjs': `import t from './gen/t.mjs';`,
    },
    edit: 'more/u.mjs',
    as: 'more/u.mjs',
  },
  'an ignored file beside code that loads all of a pattern': {
    files: { '.gitignore': '*.gen.ts\n', 'src/a.gen.ts': '1', 'src/main.ts': `import.meta.glob('./*.gen.ts')` },
    edit: 'src/a.gen.ts',
    as: 'src/a.gen.ts',
  },
  'a file that only this clone ignores': {
    files: { '.git/info/exclude': 't.txt\n', 't.txt': 'a', 'server.mjs': reads('t.txt') },
    edit: 't.txt',
    as: 't.txt',
  },
  'variables of the app': {
    files: { '.gitignore': '.env*\n', '.env.local': 'A=1' },
    edit: '.env.local',
    as: '.env.local',
  },
  'a link to a file outside': { files: {}, links: { 't.txt': '#/t.txt' }, edit: '#/t.txt', as: 't.txt' },
  'a link to a folder outside': { files: {}, links: { 'site/lib': '#/lib' }, edit: '#/lib/a.js', as: 'site/lib/a.js' },
  'a link to an ignored folder': {
    files: { '.gitignore': 'private/\n', 'private/a.js': '1' },
    links: { 'site/lib': '../private' },
    edit: 'private/a.js',
    as: 'site/lib/a.js',
  },
  'a link inside an ignored folder': {
    files: { '.gitignore': 'content/\n', 'content/a.md': 'a', 'server.mjs': reads('content/b/x.md') },
    links: { 'content/b': '#/b' },
    edit: '#/b/x.md',
    as: 'content/b/x.md',
  },
  'a package of the same workspace': {
    files: { '.gitignore': 'node_modules/\n', 'node_modules/@a/.keep': '' },
    links: { 'node_modules/@a/ui': '#/ui' },
    edit: '#/ui/src/button.ts',
    as: 'node_modules/@a/ui/src/button.ts',
  },
  'a package of the workspace around the project, which another package needs': {
    files: { 'package.json': '{ "dependencies": { "@a/ui": "*" } }', '../packages/ui/index.ts': `import '@a/core';` },
    links: { '../node_modules/@a/ui': '../../packages/ui', '../node_modules/@a/core': '../../packages/core' },
    edit: '../packages/core/src/button.ts',
    as: '../node_modules/@a/core/src/button.ts',
  },
  'a folder beside the project': {
    files: { 'src/main.ts': `import '../../beside/theme.css';` },
    edit: '../beside/theme.css',
    as: '../beside/theme.css',
  },
  'a committed module between the settings of codeloop': {
    files: { '.codeloop/lib/t.mjs': '1', 'server.mjs': `import './.codeloop/lib/t.mjs';` },
    edit: '.codeloop/lib/t.mjs',
    as: '.codeloop/lib/t.mjs',
  },
  'a module between the evidence': {
    files: {
      '.gitignore': 'artifacts/\n',
      'artifacts/lib/t.mjs': '1',
      'server.mjs': `import './artifacts/lib/t.mjs';`,
    },
    edit: 'artifacts/lib/t.mjs',
    as: 'artifacts/lib/t.mjs',
  },
  'evidence behind a link': {
    files: { 'server.mjs': `import './artifacts/lib/t.mjs';` },
    links: { artifacts: '#/elsewhere' },
    edit: '#/elsewhere/lib/t.mjs',
    as: 'artifacts/lib/t.mjs',
  },
  'the development log, shown as a page': {
    files: { 'docs/DEVELOPMENT_LOG.md': 'a', 'server.mjs': reads('docs/DEVELOPMENT_LOG.md') },
    edit: 'docs/DEVELOPMENT_LOG.md',
    as: 'docs/DEVELOPMENT_LOG.md',
  },
};

describe('what the code reaches beyond the tree', () => {
  test.each(sampleOf(Object.entries(WAYS)))('%s', async (_name, { files, links = {}, edit, as }) => {
    verifies('state.beyond');
    // The project lies in a folder of its own, so that it has something beside it.
    const around = new Workspace();
    const outside = new Workspace();
    const at = (path: string) =>
      path.startsWith('#/') ? outside.path(path.slice(2)) : around.path(join('project', path));
    const write = (path: string, text: string) =>
      path.startsWith('#/') ? outside.write(path.slice(2), text) : around.write(join('project', path), text);
    mkdirSync(at('.'), { recursive: true });
    await around.git('-C', at('.'), 'init', '-q', '-b', 'main');
    for (const [path, text] of Object.entries({ 'package.json': '{}', ...files, [edit]: 'before' })) write(path, text);
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(join(at(path), '..'), { recursive: true });
      symlinkSync(target.startsWith('#/') ? at(target) : target, at(path));
    }
    for (const path of [undefined, '.git']) {
      // Without git the ignore files say the same; what only the clone ignores is then plain content.
      if (path) rmSync(at(path), { recursive: true });
      write(edit, 'before');
      const take = await takeCodeState(at('.'), config());
      if (path && edit === 't.txt') continue;
      expect(Object.keys(take.state.beyond ?? {})).toContain(as);
      write(edit, 'after');
      const { now, files: changed } = await changesSince(take);
      expect([now.state.tree, sameCodeState(take.state, now.state)]).toEqual([take.state.tree, false]);
      expect(changed).toEqual(/\.(?:json|txt|md)$/.test(as) ? [] : [as]);
    }
  });

  test.each([
    ['ident', '*.txt ident\n', '.gitattributes', 'a $Id$', 'a $Id: other words $'],
    ['ident, of this clone alone', '* ident\n', '.git/info/attributes', 'a $Id$', 'a $Id: other words $'],
    ['another encoding', '*.txt working-tree-encoding=UTF-8\n', '.gitattributes', 'a', 'b'],
  ])('bytes that git would not see: %s', async (_name, attributes, file, before, after) => {
    verifies('state.beyond');
    const repo = await Workspace.git({ [file]: attributes, 't.txt': before });
    await repo.commit();
    const take = await takeCodeState(repo.dir, config());
    repo.write('t.txt', after);
    expect((await changesSince(take)).files).toEqual(['t.txt']);
  });

  some('nothing is held up by what tools leave, what nothing names, and what is kept elsewhere', async () => {
    verifies('state.beyond');
    const repo = await Workspace.git({
      '.gitignore': 'coverage/\ntmp/\ndist/\nnode_modules/\n*.log\n*.db\n.cache-of-tool/\nartifacts/\nnotes/\n',
      'package.json': '{ "scripts": { "start": "node server.mjs" } }',
      'server.mjs': `import 'left-pad';\nimport './dist/a.js';\nopen('dev.db');\nlog('out.log');\nfetch('/api/notes/1');\n// '/usr/lib/x', '../nothing/there.js'\n`,
      'eslint.config.js': `export default [{ ignores: ['coverage/', 'tmp/'] }];`,
    });
    for (const path of [
      ...['coverage/index.html', 'tmp/a.txt', 'dist/a.js', 'node_modules/left-pad/index.js', 'out.log', 'dev.db'],
      ...['.cache-of-tool/x.js', 'artifacts/runs/run-1/run.json', '.codeloop/cache/x.json', '.codeloop/audit.jsonl'],
      // codeloop writes its log where a project keeps its texts.
      ...['docs/spec.md', 'docs/DEVELOPMENT_LOG.md'],
    ])
      repo.write(path, 'a');
    expect((await takeCodeState(repo.dir, config())).state.beyond).toEqual({});
  });

  some('what moves while it is looked at is named and not compared; code that was there is', () => {
    verifies('state.beyond');
    const before = { beyond: { 'data/db.json': 'a', 'gen/t.mjs': 'a', 'old.mjs': 'a', '.env': 'a' } };
    const after = {
      beyond: { 'data/db.json': 'b', 'gen/t.mjs': 'b', 'src/new.ts': 'a', '.env': 'b', 'big/': 'too many files' },
    };
    expect(beyondMoves(before, after)).toEqual({
      code: ['.env', 'gen/t.mjs', 'old.mjs'],
      data: ['big/', 'data/db.json', 'src/new.ts'],
    });
    expect(notCovered({ ...after, moving: ['data/db.json'] })).toEqual(['big/', 'data/db.json']);
    expect(beyondMoves({}, after)).toEqual({ code: [], data: [] });
    const state = {
      tree: 't',
      method: 'git',
      dirty: false,
      bars: { config: '', policy: '', designs: '', baselines: '', acceptance: '' },
    } as const;
    const made = { ...state, beyond: { 'data/db.json': 'a', 'gen/t.mjs': 'a' }, moving: ['data/db.json'] };
    expect(sameCodeState(made, { ...state, beyond: { 'data/db.json': 'b', 'gen/t.mjs': 'a' } })).toBe(true);
    expect(sameCodeState(made, { ...state, beyond: { 'data/db.json': 'a', 'gen/t.mjs': 'b' } })).toBe(false);
    expect(sameCodeState(made, state)).toBe(true);
  });

  some(
    'many files of one place are one entry for code and one for data; too many are said not to be covered',
    async () => {
      verifies('state.beyond');
      const repo = await Workspace.git({ '.gitignore': 'content/\n', 'server.mjs': reads('content/home.json') });
      for (let at = 0; at < 21; at++) repo.write(`content/${at}.json`, '{}');
      repo.write('content/a.mjs', '1');
      const first = (await takeCodeState(repo.dir, config())).state;
      expect(Object.keys(first.beyond ?? {})).toEqual(['content/', 'content/ (data)']);
      for (let at = 0; at < 2000; at++) repo.write(`content/more/${at}.txt`, '');
      const { state } = await takeCodeState(repo.dir, config());
      expect([state.beyond, notCovered(state)]).toEqual([{ 'content/': 'too many files' }, ['content/']]);
    },
  );
});

/** Places that nobody looks through, each with code that names one file of it. */
const PASSED_OVER: [place: string, files: Record<string, string>][] = [
  ['.data/x.js', { '.gitignore': '.data\n', 'server.mjs': `import './.data/x.js'` }],
  ['lib/.hidden.mjs', { '.gitignore': '.hidden.mjs\n', 'lib/a.mjs': `import './.hidden.mjs?raw'` }],
  ['artifacts/runs/x.js', { 'site/index.html': '<script src="/artifacts/runs/x.js"></script>' }],
  ['.codeloop/cache/x.css', { 'site/index.html': '<link rel="stylesheet" href="../.codeloop/cache/x.css">' }],
  ['.git/x.js', { 'server.mjs': `import './.git/x.js'` }],
  ['.codeloop/state/s.mjs', { '.codeloop/config.json': '{ "server": { "command": "node .codeloop/state/s.mjs" } }' }],
];

some('code in a place that is passed over counts where code names the very file', async () => {
  verifies('state.beyond');
  const seen: unknown[] = [];
  for (const [path, files] of PASSED_OVER) {
    const repo = await Workspace.git({ 'package.json': '{}', ...files });
    await repo.commit();
    repo.write(path, '1');
    const before = await takeCodeState(repo.dir, config());
    repo.write(path, '2');
    seen.push((await changesSince(before)).files);
  }
  expect(seen).toEqual(PASSED_OVER.map(([path]) => [path]));
});

some('what is built anew, and data of such places, makes no evidence stale', async () => {
  verifies('state.beyond');
  const paths = ['.next/server/app.js', '.vite/deps/a.js', '.cache/a.mjs', 'artifacts/runs/notes.txt', '.git/HEAD.txt'];
  const repo = await Workspace.git({
    'package.json': '{}',
    '.gitignore': '.next\n.vite\n.cache\nartifacts\n',
    'server.mjs': paths.map((path) => `read('${path}'); list.map(one).js`).join('\n'),
  });
  await repo.commit();
  for (const path of paths) repo.write(path, '1');
  const before = await takeCodeState(repo.dir, config());
  for (const path of paths) repo.write(path, '2');
  expect((await changesSince(before)).files).toEqual([]);
});

some(
  'what a repository inside the repository ignores, and one that lies deeper than any is asked, counts as all else does',
  async () => {
    verifies('state.beyond');
    const repo = await Workspace.git({
      ...{
        'package.json': '{}',
        'app.mjs': `import './lib/gen/x.js'`,
        'lib/.gitignore': 'gen/\n',
        'lib/gen/x.js': '1',
      },
      'n/n/n/n/n/n/deep.js': '1',
    });
    for (const folder of ['lib', 'n', 'n/n', 'n/n/n', 'n/n/n/n', 'n/n/n/n/n', 'n/n/n/n/n/n'])
      await repo.git('init', '-q', folder);
    const before = await takeCodeState(repo.dir, config());
    repo.write('lib/gen/x.js', '2');
    repo.write('n/n/n/n/n/n/deep.js', '2');
    expect((await changesSince(before)).files).toEqual(['lib/gen/x.js', 'n/n/n/n/n/n/deep.js']);
  },
);
