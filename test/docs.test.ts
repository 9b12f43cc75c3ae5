import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listSources } from './architecture/read-source.js';
import { verifies } from './requirements.js';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test('every runtime dependency has its line in docs/decisions/dependencies.md, and no other has', () => {
  verifies('house.dependencies-explained');
  // The manifest is ours and has this shape; a wrong one fails the comparison below.
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const listed = [...read('docs/decisions/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(Object.keys(dependencies).sort());
});

/** The pages below docs, as paths in it. */
const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .sort();

/** The files that a page links to, as they stand in it. */
const linked = (page: string) =>
  [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);

test('links between the documents lead somewhere', () => {
  const pages = [
    ...readdirSync(root).filter((name) => name.endsWith('.md')),
    ...docs.map((name) => path.join('docs', name)),
  ];
  const broken = pages.flatMap((page) =>
    linked(page)
      .filter((target) => !existsSync(path.join(root, path.dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(pages.length).toBeGreaterThan(5);
  expect(broken).toEqual([]);
});

test('docs/README.md leads to every page of docs', () => {
  verifies('house.docs-index');
  expect(
    linked('docs/README.md')
      .filter((target) => !target.startsWith('../'))
      .sort(),
  ).toEqual(docs.filter((name) => name !== 'README.md'));
});

test('the README shows its pictures, each small', () => {
  const pictures = linked('README.md').filter((target) => target.endsWith('.webp'));
  expect(pictures.sort()).toEqual(['docs/pictures/report.webp', 'docs/pictures/terminal.webp']);
  for (const picture of pictures) expect(statSync(path.join(root, picture)).size).toBeLessThan(120_000);
});

test('each word of the product has one line', () => {
  const words = [...read('docs/words.md').matchAll(/^\| ([a-z][a-z ]*) \|/gm)].map(([, word]) => word);
  const defined = words.filter((word) => word !== 'word' && word !== 'on the wire');
  expect(defined.length).toBeGreaterThanOrEqual(40);
  expect(defined.filter((word, index) => defined.indexOf(word) !== index)).toEqual([]);
});

test('no comment cites a document that is in no file of the repository', () => {
  const texts = ['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    listSources(path.join(root, folder)).map((file) => path.join(folder, file)),
  );
  const cited = texts.filter(
    (file) =>
      file !== 'test/docs.test.ts' && /contract section|contract, "|feasibility notes|field\.md/i.test(read(file)),
  );
  expect(texts.length).toBeGreaterThan(500);
  expect(cited).toEqual([]);
});
