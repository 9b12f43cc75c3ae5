import type { Proof } from '../../core/vocabulary/acceptance.js';
import { citedProof, PROOF } from '../acceptance.js';

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
