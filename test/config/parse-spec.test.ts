import { expect, test } from 'vitest';
import { parseSpec } from '../../src/config/parse-spec.js';
import { CodeloopError } from '../../src/core/errors.js';
import { verifies } from '../requirements.js';

const MARKDOWN = `---
title: Lamp shop
---
# Lamp shop

Sells lamps.

## 1. Home

Some words.

Screens: home, \`landing\`

- [ ] Lamps are listed [proof: screen home]
- [x] A lamp can be searched [proof: flow search]
- this is only an explanation

\`\`\`sh
# not a heading
- [ ] not an item
\`\`\`

<!-- ## Hidden
- [ ] nothing -->

### Details
- [ ] Prices have two decimals

## Glossary

Only prose.

Cart
----

* A lamp can be put in
**Depends on:** Home
`;

test('Markdown: the headings that divide it, their items, what shows them and what comes before', () => {
  verifies('replan.spec');
  const { sections, items } = parseSpec(MARKDOWN, 'docs/spec.md');
  expect(sections.map(({ digest: _, ...rest }) => rest)).toEqual([
    {
      id: 'home',
      title: '1. Home',
      items: ['Lamps are listed', 'A lamp can be searched', 'Prices have two decimals'],
      screens: ['home', 'landing'],
      flows: ['search'],
      after: [],
    },
    { id: 'cart', title: 'Cart', items: ['A lamp can be put in'], screens: [], flows: [], after: ['home'] },
  ]);
  expect(items[1]).toEqual({ text: 'A lamp can be searched', proof: { flow: 'search' }, section: 'home' });
});

test('a ticked box, another bullet and white space are no change; a word is', () => {
  verifies('replan.spec');
  const digest = (text: string) => parseSpec(text, 'a.md').sections.map((one) => one.digest);
  const text = '## A\n- [ ] one  two\n## B\n- [ ] three\n';
  expect(digest(text.replace('[ ] one  two', '[x] one two').replaceAll('- [', '* ['))).toEqual(digest(text));
  const [a, b] = digest(text);
  expect(digest(text.replace('three', 'four'))).toEqual([a, expect.not.stringMatching(b ?? '')]);
});

test('YAML says the same, and a key that nobody knows is an error with its place', () => {
  verifies('replan.spec');
  const yaml =
    'sections:\n  - {title: Home, screens: home, items: [Lamps, {text: Search, proof: {flow: search}}]}\n  - {title: Home}\n';
  expect(parseSpec(yaml, 'a.yaml').sections).toMatchObject([
    { id: 'home', screens: ['home'], flows: ['search'], items: ['Lamps', 'Search'] },
    { id: 'home-2' },
  ]);
  for (const [text, file] of [
    ['- {titel: Home}', 'a.yaml'],
    ['{', 'a.yaml'],
    ['## A\n- one [proof: nothing]', 'a.md'],
  ] as const)
    expect(() => parseSpec(text, file)).toThrow(CodeloopError);
  expect(parseSpec('', 'a.md').sections).toEqual([]);
});
