import { z } from 'zod';
import { sha256 } from '../../core/digest.js';
import { slug } from '../../core/ids.js';
import { Proof } from '../../core/vocabulary/acceptance.js';
import type { SpecSection } from '../../core/vocabulary/section.js';
import { parseYaml } from '../parse-yaml.js';
import type { SpecItem, SpecPart } from './markdown-spec.js';
import { readMarkdownSpec } from './markdown-spec.js';

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
