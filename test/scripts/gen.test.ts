import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { contributingPage } from '../../scripts/gen/contributing-page.mjs';
import { errorsPage } from '../../scripts/gen/errors-page.mjs';
import { gatesPage } from '../../scripts/gen/gates-page.mjs';
import { generate } from '../../scripts/gen/generate.mjs';
import { table } from '../../scripts/gen/markdown.mjs';
import { compactJson, fieldRows, jsonSchema } from '../../scripts/gen/schema-rows.mjs';
import { toolsPage } from '../../scripts/gen/tools-page.mjs';
import { TOOLSETS } from '../../src/core/vocabulary/tool-result.js';
import { verifies } from '../requirements.js';

test('lists and reference pages say what the code says', async () => {
  verifies('house.docs-from-code');
  const root = new URL('../..', import.meta.url).pathname;
  expect(await generate(root, { write: false })).toEqual([]);
});

describe('a table', () => {
  test('keeps bars, line ends and tags from breaking it, and leaves inline code alone', () => {
    expect(table(['a', 'b'], [['x | y', 'one\n  two <b> `<c>`']])).toBe(
      '| a | b |\n|---|---|\n| x \\| y | one two &lt;b> `<c>` |',
    );
  });
  test('leaves out a column without any text, but not the first', () => {
    expect(table(['a', 'b', 'c'], [['', '', '1']])).toBe('| a | c |\n|---|---|\n|  | 1 |');
  });
});

test('fields of a schema are told by name, type, default and meaning', () => {
  const schema = z.object({
    name: z.string().describe('Who'),
    mode: z.enum(['all', 'single']).default('all'),
    sizes: z.array(z.number().int()).optional(),
    inner: z.object({ at: z.union([z.string(), z.boolean()]).optional() }),
  });
  expect(fieldRows(jsonSchema(z, schema, 'input'), 1)).toEqual([
    ['`name`', 'string', 'required', 'Who'],
    ['`mode`', '`"all"`, `"single"`', '`"all"`', ''],
    ['`sizes`', 'list of integer', '', ''],
    ['`inner.at`', 'string or boolean', '', ''],
  ]);
});

test('JSON takes a line where it fits, and stays the same JSON', () => {
  const value = { a: [1, 2, { b: 'text' }], c: { d: null, e: [] } };
  expect(compactJson(value, 80)).toBe(JSON.stringify(value));
  expect(compactJson(value, 20)).toBe('{\n "a": [1,2,{"b":"text"}],\n "c": {"d":null,"e":[]}\n}');
  expect(JSON.parse(compactJson(value, 1))).toEqual(value);
});

test('an error is shown with its values named, lists and replaced texts included', () => {
  const CATALOGUE = {
    GONE: {
      class: 'usage',
      message: (v: { path?: string }) => `${v.path} is gone`,
      fix: (v: { hint?: string; allowed?: string[] }) =>
        typeof v.hint === 'string' ? v.hint : `One of ${Array.isArray(v.allowed) ? v.allowed.join(', ') : 'none'}.`,
      next: () => [{ tool: 'codeloop_run_history', arguments: {} }],
    },
  };
  expect(errorsPage({ CATALOGUE })).toContain(
    '| `GONE` | 2 | {path} is gone | One of {allowed}. Next: `codeloop_run_history`. |',
  );
});

test('a gate that names no check of ours is refused', () => {
  const gate = {
    id: 'g',
    title: '',
    description: '',
    weight: 1,
    stages: [],
    checks: [{ id: 'gone', severity: 'block' }],
  };
  expect(() => gatesPage({ gates: [gate], checks: [] })).toThrow('gate g names the check gone, which is not there');
});

const tool = (name: string, command: string, toolset: string, doors: string[]) => ({
  name,
  command: { name: command },
  toolset,
  doors,
  title: `Does ${command}`,
  description: '',
  effect: 'read',
  input: z.object({}),
  output: z.object({}),
});

test('the page of tools begins with a table of all of them: by toolset, then by name, each with what its doors call it', () => {
  const tools = [
    tool('c_zoom', 'zoom', 'see', ['mcp']),
    tool('c_look', 'look', 'see', ['mcp', 'cli']),
    tool('c_only', 'only', 'core', ['cli']),
  ];
  const page = toolsPage({ tools, TOOLSETS, ToolResult: z.object({}), z });
  expect(page.match(/^\| Tool .*(?:\n\|.*)*/m)?.[0]).toBe(
    [
      '| Tool | Command | What it does |',
      '|---|---|---|',
      '|  | `codeloop only` | Does only |',
      '| `c_look` | `codeloop look` | Does look |',
      '| `c_zoom` |  | Does zoom |',
    ].join('\n'),
  );
});

describe('an example in CONTRIBUTING.md', () => {
  const read = () =>
    ['const all = [', '  {', "    id: 'a',", '  },', '  {', "    id: 'b',", '', '    last: 1,', '  },', '];', ''].join(
      '\n',
    );
  const fenced = (...lines: string[]) => ['```ts', ...lines, '```'].join('\n');

  test.each([
    ['file x.ts', fenced(...read().trimEnd().split('\n'))],
    ["block x.ts id: 'b'", fenced('{', "  id: 'b',", '', '  last: 1,', '},')],
    ['lines x.ts id:', fenced("id: 'a',", "id: 'b',")],
  ])('is what the file says: %s', (part, shown) => {
    const page = (inside: string) => `Before\n<!-- ${part} -->\n${inside}<!-- end -->\nafter\n`;
    expect(contributingPage(page(''), read, {})).toBe(page(`${shown}\n`));
    expect(contributingPage(page('what it was\n'), read, {})).toBe(page(`${shown}\n`));
  });

  test.each(['block', 'lines'])('that is gone is refused: %s', (kind) => {
    const page = `<!-- ${kind} x.ts id: 'c' -->\n<!-- end -->`;
    expect(() => contributingPage(page, read, {})).toThrow(
      `CONTRIBUTING.md shows "id: 'c'" of x.ts, which is not there`,
    );
  });

  test('stands beside the lists of toolsets and stages', () => {
    const source = {
      TOOLSETS,
      tools: [tool('codeloop_look', 'look', 'see', ['mcp', 'cli']), tool('codeloop_only', 'only', 'see', ['cli'])],
      Stage: { options: ['section', 'release'] },
      gates: [
        { id: 'g', stages: ['section', 'release'] },
        { id: 'whole', stages: ['release'] },
      ],
    };
    const page = contributingPage('<!-- toolsets -->\n<!-- end -->\n<!-- stages -->\n<!-- end -->', read, source);
    expect(page).toContain('| `see` | `codeloop_look` | `only` |');
    expect([...page.matchAll(/^\| `(?:section|release)` .* \| (.*) \|$/gm)].map(([, gates]) => gates)).toEqual([
      '1',
      '2, with `whole`',
    ]);
    const unknown = { ...source, Stage: { options: ['nightly'] } };
    expect(() => contributingPage('<!-- stages -->\n<!-- end -->', read, unknown)).toThrow(
      'nothing says what the stage nightly is for',
    );
  });
});
