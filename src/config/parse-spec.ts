import { z } from 'zod';
import { sha256 } from '../core/digest.js';
import { slug } from '../core/ids.js';
import { Proof } from '../core/vocabulary/bars.js';
import type { SpecSection } from '../core/vocabulary/section.js';
import { citedProof, PROOF, parseYaml } from './acceptance.js';

/** One thing that a specification asks for. */
export interface SpecItem {
  text: string;
  proof?: Proof | undefined;
}

/** One section of a specification as a file says it. */
export interface SpecPart {
  id?: string;
  title: string;
  items: SpecItem[];
  screens: string[];
  flows: string[];
  /** Titles or ids of sections that come before it. */
  after: string[];
  /** All its words: when they change, it changed. */
  words: string;
}

/** A line of a Markdown file that means something for a specification; the rest is prose. */
interface Heading {
  level: number;
  title: string;
  /** Lines below it, up to the next heading of any level, with their numbers from 1. */
  lines: { n: number; text: string }[];
}

const ATX = /^ {0,3}(#{1,6})\s+(.+?)(?:\s+#+)?\s*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:(\[[ xX]\])\s+)?(.+?)\s*$/;
const SAYS = /^\s*(?:[-*+]\s+)?\**(screens?|flows?|depends on|after)\**\s*:\**\s*(.+)$/i;

/**
 * The sections of a Markdown file. Only what a specification is made of is read (headings, list items, `Name: values` lines), which is
 * why there is no Markdown library here: lines inside fences, comments and front matter are ignored. Throws CONFIG_INVALID (a proof).
 */
export function readMarkdownSpec(text: string, file: string): SpecPart[] {
  const headings = headingsOf(text);
  const level = dividingLevel(headings.map((one) => one.level));
  const parts: { title: string; lines: Heading['lines'] }[] = [];
  for (const heading of headings) {
    if (heading.level === level) parts.push({ title: heading.title, lines: [...heading.lines] });
    else if (heading.level > level) parts.at(-1)?.lines.push({ n: 0, text: heading.title }, ...heading.lines);
  }
  return parts.map((part) => partOf(part, file)).filter(saysSomething);
}

/** Level whose headings divide the file: the outermost that has more than one, else the innermost there is. */
function dividingLevel(levels: readonly number[]): number {
  const present = [...new Set(levels)].sort((a, b) => a - b);
  return present.find((level) => levels.filter((one) => one === level).length > 1) ?? present.at(-1) ?? 1;
}

function partOf({ title, lines }: { title: string; lines: Heading['lines'] }, file: string): SpecPart {
  const part: SpecPart = { title, items: [], screens: [], flows: [], after: [], words: '' };
  const found: { item: SpecItem; checked: boolean }[] = [];
  for (const { n, text } of lines) {
    const [, name, values] = SAYS.exec(text) ?? [];
    if (name !== undefined && values !== undefined) {
      const list = values.split(',').map((one) => one.replace(/[`*]/g, '').trim());
      const field = /^s/i.test(name) ? part.screens : /^f/i.test(name) ? part.flows : part.after;
      field.push(...list.filter((one) => one !== '' && one.toLowerCase() !== 'none'));
      continue;
    }
    const [, box, said] = ITEM.exec(text) ?? [];
    if (said === undefined) continue;
    const cited = PROOF.exec(said)?.[1];
    const item = { text: said.replace(PROOF, '') };
    found.push({
      item: cited === undefined ? item : { ...item, proof: citedProof(cited, file, n) },
      checked: box !== undefined,
    });
  }
  // Where there is a check list, other lists are explanations.
  const checks = found.filter(({ checked }) => checked);
  part.items = (checks.length > 0 ? checks : found).map(({ item }) => item);
  // A ticked box and another kind of bullet do not change what is asked for.
  part.words = [
    title,
    ...lines.map(({ text }) => text.replace(/^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?/, '- ')),
  ].join('\n');
  return part;
}

function saysSomething({ items, screens, flows }: SpecPart): boolean {
  return items.length + screens.length + flows.length > 0;
}

function headingsOf(text: string): Heading[] {
  const headings: Heading[] = [];
  const lines = withoutFrontMatter(text.split(/\r?\n/));
  let fence: string | undefined;
  let comment = false;
  for (const [index, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    if (comment || /^\s*<!--/.test(line)) {
      comment = !line.includes('-->');
      continue;
    }
    const [, hashes, title] = ATX.exec(line) ?? [];
    const under = /^ {0,3}(=+|-+)\s*$/.exec(line)?.[1];
    const last = headings.at(-1);
    const above = lines[index - 1]?.trim() ?? '';
    if (hashes !== undefined && title !== undefined) headings.push({ level: hashes.length, title, lines: [] });
    else if (under !== undefined && above !== '' && !ITEM.test(above) && !ATX.test(above)) {
      // The line above was taken for text; it is a heading.
      last?.lines.pop();
      headings.push({ level: under.startsWith('=') ? 1 : 2, title: above, lines: [] });
    } else if (line.trim() !== '') last?.lines.push({ n: index + 1, text: line });
  }
  return headings;
}

/** The same number of lines, those of front matter empty. */
function withoutFrontMatter(lines: string[]): string[] {
  if (lines[0]?.trim() !== '---') return lines;
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---');
  return end < 0 ? lines : lines.map((line, index) => (index <= end ? '' : line));
}

const Names = z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional();
const Item = z.union([
  z.string().transform((text): SpecItem => ({ text })),
  z
    .strictObject({ id: z.string().optional(), text: z.string(), proof: Proof.optional() })
    .transform(({ text, proof }): SpecItem => ({ text, ...(proof ? { proof } : {}) })),
]);
const Part = z.strictObject({
  id: z.string().optional(),
  title: z.string().trim().min(1),
  items: z.array(Item).default([]),
  screens: Names,
  flows: Names,
  after: Names,
});
const YamlSpec = z.union([z.array(Part), z.strictObject({ sections: z.array(Part) }).transform((one) => one.sections)]);

/** A specification as a list of sections, each with what was asked for. */
export interface Spec {
  sections: SpecSection[];
  /** Every item with the section it stands in, in order. */
  items: (SpecItem & { section: string })[];
}

/**
 * Reads a specification. Markdown: each heading of the level that divides the text is a section, its check list (else its list) what was
 * asked for; lines `Screens: a, b`, `Flows: a`, `Depends on: a` say more, and so do items that end in `[proof: screen a]`. Headings
 * without any of it are prose. YAML: a list of `title`, `items`, `screens`, `flows`, `after`, or such a list as `sections`.
 * Throws CONFIG_INVALID with the place.
 */
export function parseSpec(text: string, file: string): Spec {
  const parts = /\.md$/i.test(file) ? readMarkdownSpec(text, file) : fromYaml(text, file);
  const ids = new Set<string>();
  const sections: SpecSection[] = [];
  const items: Spec['items'] = [];
  for (const part of parts) {
    const id = freeId(part, ids);
    ids.add(id);
    items.push(...part.items.map((item) => ({ ...item, section: id })));
    const proven = (kind: 'screen' | 'flow') => part.items.flatMap(({ proof }) => proof?.[kind] ?? []);
    sections.push({
      id,
      title: part.title,
      digest: sha256(part.words.replace(/\s+/g, ' ').trim()),
      items: part.items.map((item) => item.text),
      screens: unique([...part.screens, ...proven('screen')]),
      flows: unique([...part.flows, ...proven('flow')]),
      after: unique(part.after.map(slug)),
    });
  }
  return { sections, items };
}

function freeId({ id, title }: SpecPart, taken: ReadonlySet<string>): string {
  // A number before a title is its place, not its name.
  const plain = slug(id ?? title.replace(/^[\d.]+[.)]?\s+(?=\S)/, '')) || 'section';
  if (!taken.has(plain)) return plain;
  for (let n = 2; ; n += 1) if (!taken.has(`${plain}-${n}`)) return `${plain}-${n}`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

function fromYaml(text: string, file: string): SpecPart[] {
  return parseYaml(text, file, YamlSpec).map(({ id, title, items, screens = [], flows = [], after = [] }) => ({
    ...(id === undefined ? {} : { id }),
    ...{ title, items, screens, flows, after },
    words: JSON.stringify([title, items, screens, flows, after]),
  }));
}
