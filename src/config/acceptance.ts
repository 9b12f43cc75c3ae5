import { readdir, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type * as Yaml from 'yaml';
import { z } from 'zod';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { insideRoots, readText } from '../core/path-walls.js';
import { BarValue, type Criterion, PROOF_KINDS, Proof } from '../core/vocabulary/bars.js';
import { LayoutCondition, LayoutKind } from '../core/vocabulary/layout.js';
import { ACCEPTANCE_DIR, ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, parseSettings } from './parse-settings.js';

let library: typeof Yaml | undefined;

/** The library, loaded for the first file: most projects have no criteria in YAML. */
function yaml(): typeof Yaml {
  library ??= createRequire(import.meta.url)('yaml') as typeof Yaml; // what is required has no type
  return library;
}

/** Parses a YAML file by its schema; a file with nothing but comments is an empty list. Throws CONFIG_INVALID with the place. */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const invalid = (problem: string) => new CodeloopError('CONFIG_INVALID', { file, problem });
  let value: unknown;
  try {
    // What is odd and can be read is no reason to print a warning of the library's own.
    value = yaml().parse(text, { logLevel: 'error' });
  } catch (error) {
    // Besides its own errors the library throws plain ones, for an alias of nothing and for one of too much.
    throw invalid((error instanceof Error ? error.message.split('\n')[0] : undefined) ?? 'is not YAML');
  }
  const read = schema.safeParse(value ?? []);
  if (read.success) return read.data;
  throw invalid(z.prettifyError(read.error).split('\n').slice(0, 4).join(' '));
}

/** File of the lower bars that a person accepted, relative to the project. Only `codeloop bars accept` writes it. */
export const ACCEPTED_BARS_FILE = '.codeloop/bars.json';

/** A bar that a person let come down: to what, who, when and why. */
export const AcceptedBar = z.strictObject({
  key: z.string().min(1),
  after: BarValue,
  at: z.string(),
  by: z.string(),
  reason: z.string().trim().min(1),
});
export type AcceptedBar = z.infer<typeof AcceptedBar>;

/** `.codeloop/bars.json`. Unknown keys are refused. */
const AcceptedBars = z.strictObject({ $schema: z.string().optional(), accepted: z.array(AcceptedBar) });

/** The accepted bars written in `text`. Throws CONFIG_INVALID with the place. */
export function parseAcceptedBars(text: string): AcceptedBar[] {
  return parseSettings(AcceptedBars, text, ACCEPTED_BARS_FILE).accepted;
}

/** One accepted violation: this rule, broken by this element, on these screens (without: on every screen). */
const AcceptedViolation = z.strictObject({
  rule: z.string().min(1),
  /** As codeloop names the element. */
  selector: z.string().min(1),
  screens: z.array(z.string().min(1)).min(1).optional(),
  reason: z.string().trim().min(1),
});
type AcceptedViolation = z.infer<typeof AcceptedViolation>;

/** `.codeloop/accessibility.json`. Unknown keys are refused. */
const AccessibilityBaseline = z.strictObject({
  $schema: z.string().optional(),
  accepted: z.array(AcceptedViolation),
});

/** The accepted violations written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with the place. */
export function parseAccessibilityBaseline(text: string): AcceptedViolation[] {
  return parseSettings(AccessibilityBaseline, text, ACCESSIBILITY_BASELINE_FILE).accepted;
}

/** One accepted finding: this kind, at this element, on these screens (without: on every screen), in these widths (without: in all). */
const AcceptedLayout = z.strictObject({
  kind: LayoutKind,
  /** As codeloop names the element. */
  selector: z.string().min(1),
  screens: z.array(z.string().min(1)).min(1).optional(),
  /** Viewport that it is accepted at. */
  viewport: z.string().min(1).optional(),
  /** Condition that it is accepted under; without: as the page is photographed. */
  condition: LayoutCondition.optional(),
  /** Narrowest and widest window that it is accepted in, CSS px. */
  from_width: z.number().int().positive().optional(),
  to_width: z.number().int().positive().optional(),
  reason: z.string().trim().min(1),
});
export type AcceptedLayout = z.infer<typeof AcceptedLayout>;

/** `.codeloop/layout.json`. Unknown keys are refused. */
const LayoutBaseline = z.strictObject({ $schema: z.string().optional(), accepted: z.array(AcceptedLayout) });

/** The accepted findings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with the place. */
export function parseLayoutBaseline(text: string): AcceptedLayout[] {
  return parseSettings(LayoutBaseline, text, LAYOUT_BASELINE_FILE).accepted;
}

const Item = z.strictObject({ id: z.string().trim().min(1), text: z.string().trim().min(1), proof: Proof.optional() });
const Criteria = z.union([z.array(Item), z.strictObject({ criteria: z.array(Item) }).transform((one) => one.criteria)]);

/** An item of a check list: `- [ ] text`. Whether its box is ticked proves nothing. */
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+(.+?)\s*$/;
/** `[proof: flow checkout]` at the end of an item; `flow: checkout` is read too. */
export const PROOF = /\s*\[proof:\s*([^\]]*)\]$/i;

/**
 * The criteria of an acceptance file: YAML (a list of `id`, `text`, `proof`, or such a list as `criteria`) or a Markdown check list whose
 * items end in `[proof: <kind> <name>]`. An item without a proof has none. Throws CONFIG_INVALID with the place.
 */
export function parseAcceptance(text: string, file: string): Criterion[] {
  return /\.md$/i.test(file) ? fromMarkdown(text, file) : parseYaml(text, file, Criteria);
}

function fromMarkdown(text: string, file: string): Criterion[] {
  const criteria: Criterion[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const said = ITEM.exec(line)?.[1];
    if (said === undefined) continue;
    const cited = PROOF.exec(said)?.[1];
    const item = { id: String(criteria.length + 1), text: said.replace(PROOF, '') };
    if (cited === undefined) criteria.push(item);
    else criteria.push({ ...item, proof: citedProof(cited, file, index + 1) });
  }
  return criteria;
}

/** Parses what `[proof: flow checkout]` cites. Throws CONFIG_INVALID with the line, from 1. */
export function citedProof(cited: string, file: string, line: number): Proof {
  const [, kind = '', name = ''] = /^(\w+)\s*[:=]?\s+(.+?)\s*$/.exec(cited) ?? [];
  const read = Proof.safeParse({ [kind.toLowerCase()]: name });
  if (read.success) return read.data;
  throw invalid(
    file,
    `line ${line}: a proof is one of ${PROOF_KINDS.join(', ')} and its name, as in [proof: flow checkout]`,
  );
}

function invalid(file: string, problem: string): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', { file, problem });
}

/** One acceptance file, or what is wrong with it. */
export interface AcceptanceFile {
  file: string;
  criteria: Criterion[];
  problem?: string;
}

/** Every YAML and Markdown file below `docs/acceptance`, by name. One that cannot be read is reported, never thrown. */
export function acceptanceFiles(project: string): Promise<AcceptanceFile[]> {
  return filesBelow(project, ACCEPTANCE_DIR);
}

async function filesBelow(project: string, folder: string): Promise<AcceptanceFile[]> {
  let names: string[];
  try {
    names = await readdir(join(project, folder), { recursive: true });
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return [];
    return [{ file: folder, criteria: [], problem: toCodeloopError(error).message }];
  }
  const files = names.filter((name) => /\.(?:ya?ml|md)$/i.test(name)).map((name) => name.replaceAll('\\', '/'));
  return Promise.all(files.sort().map((name) => read(project, `${folder}/${name}`)));
}

/**
 * Reads further criteria from a file or folder of the project that a call names. It is added to what `docs/acceptance` asks and takes
 * nothing from it. Throws PATH_OUTSIDE_ROOTS, CONFIG_INVALID (nothing there).
 */
export async function namedAcceptance(project: string, path: string): Promise<AcceptanceFile[]> {
  const real = await insideRoots(path, [project]);
  const below = relative(await realpath(project), real).replaceAll('\\', '/');
  const found = await stat(real).catch(() => undefined);
  if (!found) throw new CodeloopError('CONFIG_INVALID', { file: path, problem: 'there is no such file or folder' });
  if (!found.isDirectory()) return [await read(project, below)];
  return filesBelow(project, below);
}

async function read(project: string, file: string): Promise<AcceptanceFile> {
  try {
    return { file, criteria: parseAcceptance(await readText(join(project, file)), file) };
  } catch (error) {
    return { file, criteria: [], problem: toCodeloopError(error).message };
  }
}
