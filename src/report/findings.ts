import { intersectionOverUnion } from '../core/rects.js';
import type { Problem } from '../core/vocabulary/gate.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region, RegionProperty, Severity } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportPair } from '../core/vocabulary/report-model.js';
import { byOf, outcomeLabels, plural } from './labels.js';
import { showLine } from './untrusted.js';

/** A problem a check found on this screen and viewport; `blocks` when it keeps a gate from passing. */
export interface EntryProblem {
  problem: Problem;
  gate: string;
  blocks: boolean;
}

/** What kind of thing is wrong, worst kind first: nothing can be seen, it threw, it looks different, it is laid out badly, it keeps people out, anything else. */
export const findingKinds = ['capture', 'error', 'difference', 'layout', 'accessibility', 'other'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One thing that is wrong at a place: what the chips count, the keys visit and the filter knows. */
export interface Finding {
  kind: FindingKind;
  severity: Severity;
  /** One sentence; quotes the page, so untrusted. */
  words: string;
  /** The same in two or three words, where there is little room. */
  gist?: string | undefined;
  element?: string | undefined;
  /** `file:line`, untrusted. */
  source?: string | undefined;
  /** Place of a difference among the regions of its pair. */
  region?: number | undefined;
  /** Place of what a check says among the problems of its entry. */
  problem?: number | undefined;
  /** Number of a layout finding in the list of layouts. */
  layout?: number | undefined;
  /** False: the last green run had it too. */
  isNew?: boolean | undefined;
}

/** What an earlier run showed: names, and the places of differences that have no element. */
interface Known {
  names: ReadonlySet<string>;
  places: ReadonlyMap<string, readonly Rect[]>;
}

/** Reads the names that `knownRegion` and `knownProblem` gave. */
export function knownOf(names: readonly string[]): Known {
  const places = new Map<string, Rect[]>();
  for (const name of names) {
    const at = name.lastIndexOf(PLACE);
    if (at < 0 || name.endsWith(']')) continue;
    const [x = 0, y = 0, width = 0, height = 0] = name
      .slice(at + PLACE.length)
      .split(' ')
      .map(Number);
    const key = name.slice(0, at);
    places.set(key, [...(places.get(key) ?? []), { x, y, width, height }]);
  }
  return { names: new Set(names), places };
}

const PLACE = ' at ';
/** Share of the area of both together that two places have in common when they are the same. */
const SAME_PLACE = 0.5;

function hasRegion({ names, places }: Known, pair: { screen: string; viewport: string }, region: Region): boolean {
  const name = knownRegion(pair, region);
  const at = region.element ? -1 : name.lastIndexOf(PLACE);
  return at < 0
    ? names.has(name)
    : (places.get(name.slice(0, at)) ?? []).some((one) => intersectionOverUnion(one, region.rect) >= SAME_PLACE);
}

/** The name of a difference, the same from run to run: by its element, without one by its place. */
export function knownRegion(
  { screen, viewport }: { screen: string; viewport: string },
  { kind, element, rect: { x, y, width, height } }: Pick<Region, 'kind' | 'element' | 'rect'>,
): string {
  const name = JSON.stringify([screen, viewport, kind, element?.selector ?? null]);
  return element ? name : `${name}${PLACE}${x} ${y} ${width} ${height}`;
}

/** The name of an element that breaks a rule of accessibility, the same from run to run. */
export function knownProblem(screen: string, rule: string, selector: string): string {
  return JSON.stringify([screen, rule, selector]);
}

function hasProblem({ names }: Known, { screen, rule, element }: Problem): boolean {
  return rule !== undefined && names.has(knownProblem(screen ?? '', rule, element ?? ''));
}

/** Gates whose problems are told by what they are about: regions, faults, and the gate that repeats what the others found. */
const toldElsewhere: ReadonlySet<string> = new Set([
  'design_compare_evidence',
  'visual_regression',
  'zero_critical_issues',
]);

const kindOfGate: Readonly<Record<string, FindingKind>> = {
  screenshot_evidence: 'capture',
  runtime_clean: 'error',
  layout_sound: 'layout',
  accessibility: 'accessibility',
};

/** Everything that is wrong at one place, worst first. Noise is no finding; what only warns is told in the problems, not here. Pure. */
export function findingsOf(
  pair: ReportPair | undefined,
  cell: ReportCell | undefined,
  problems: readonly EntryProblem[],
  known?: Known,
): Finding[] {
  const faults = new Set((cell?.faults ?? []).map(({ number }) => number));
  const found: Finding[] = [
    ...captureFindings(cell),
    ...outcomeFindings(pair),
    ...(pair?.pair.regions ?? []).flatMap((region, index): Finding[] =>
      region.kind === 'noise'
        ? []
        : [
            {
              kind: 'difference',
              severity: region.severity,
              words: differenceWords(region),
              gist: gists[region.kind],
              element: region.element?.selector,
              region: index,
              ...(pair && known ? { isNew: !hasRegion(known, pair.pair, region) } : {}),
            },
          ],
    ),
    ...(cell?.faults ?? []).map(
      ({ severity, number, words, source, isNew }): Finding => ({
        kind: 'layout',
        severity,
        words: words ?? `A fault of the layout, L${number}.`,
        source,
        layout: number,
        isNew,
      }),
    ),
    ...problems.flatMap(({ problem, gate, blocks }, index): Finding[] => {
      const kind = kindOfGate[gate] ?? 'other';
      if (!blocks || toldElsewhere.has(gate) || (kind === 'layout' && faults.size > 0)) return [];
      const { title, text, element, file, line } = problem;
      const said = text === undefined || kind === 'accessibility' ? '' : ` ${showLine(text.split('\n')[0] ?? '', 160)}`;
      return [
        {
          kind,
          severity: kind === 'error' || kind === 'capture' ? 'critical' : 'major',
          words: `${title}${said}`,
          problem: index,
          element: element ?? (kind === 'accessibility' ? text?.split('\n')[0] : undefined),
          ...(file === undefined ? {} : { source: line === undefined ? file : `${file}:${line}` }),
          // What keeps a gate from passing was not there when it passed; only rules of accessibility can have been accepted.
          ...(known ? { isNew: kind !== 'accessibility' || !hasProblem(known, problem) } : {}),
        },
      ];
    }),
  ];
  return found.sort((a, b) => rank(a) - rank(b));
}

const severities: readonly Severity[] = ['critical', 'major', 'minor'];

/** Order of findings: by how bad, then by kind. */
export function rank({ kind, severity }: Pick<Finding, 'kind' | 'severity'>): number {
  return severities.indexOf(severity) * findingKinds.length + findingKinds.indexOf(kind);
}

function captureFindings(cell: ReportCell | undefined): Finding[] {
  const failure = cell?.cell.failure;
  const shot = cell?.cell.screenshot;
  const say = (words: string): Finding => ({ kind: 'capture', severity: 'critical', words });
  return [
    ...(failure === undefined ? [] : [say(`No picture could be taken: ${showLine(failure.message, 160)}`)]),
    ...(shot?.blank ? [say('The picture is blank.')] : []),
  ];
}

/** A pair that differs as a whole: in size, by a side that is missing or unreadable. */
function outcomeFindings(entry: ReportPair | undefined): Finding[] {
  if (entry === undefined || entry.status === 'pass') return [];
  const { outcome, size, regions, note } = entry.pair;
  if (outcome === 'match' || (outcome === 'missing-reference' && entry.status === undefined)) return [];
  if (outcome === 'mismatch')
    return regions.some(({ kind }) => kind !== 'noise')
      ? []
      : [{ kind: 'difference', severity: 'major', words: 'Too many pixels differ, none of them in one place.' }];
  const { reference, actual } = size;
  const sizes =
    outcome === 'size-mismatch' && reference && actual
      ? `The picture is ${actual.width} × ${actual.height} px, not ${reference.width} × ${reference.height}.`
      : `${outcomeLabels[outcome]}${note === undefined ? '.' : `: ${showLine(note, 160)}`}`;
  return [{ kind: 'difference', severity: 'major', words: sizes }];
}

/** What a chip says of some findings of one kind: `7 major`, `3 accessibility`, `1 error`; of a single minor difference, what it is. */
export interface Chip {
  kind: FindingKind;
  severity: Severity;
  text: string;
  /** The same where there is little room, when it is longer than that. */
  gist?: string | undefined;
}

/** The chips of a place, worst first: they say what is wrong, and never a share of pixels. */
export function chipsOf(findings: readonly Finding[]): Chip[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.kind === 'difference' ? `difference ${finding.severity}` : finding.kind;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Finding, ...Finding[]];
    const text = chipText(first, group.length, findings.length);
    const gist = findings.length === 1 ? first.gist : undefined;
    return { kind: first.kind, severity: first.severity, text, ...(gist === undefined ? {} : { gist }) };
  });
}

function chipText({ kind, severity, words, gist }: Finding, many: number, all: number): string {
  switch (kind) {
    case 'difference':
      if (all !== 1) return `${many} ${severity}`;
      return words.length <= 48 ? words.replace(/\.$/, '') : (gist ?? `1 ${severity}`);
    case 'error':
      return plural(many, 'error');
    case 'capture':
      return 'not seen properly';
    case 'layout':
      return `${many} layout`;
    case 'accessibility':
      return `${many} accessibility`;
    default:
      return plural(many, 'problem');
  }
}

/** A difference in one sentence: `button “Buy” is missing.`, `heading “Welcome” is 8 px further right.` Quotes the page: untrusted. */
export function differenceWords({
  kind,
  element,
  properties = [],
}: Pick<Region, 'kind' | 'element' | 'properties'>): string {
  const who = asFirst(element);
  const inside = element?.relation === 'container';
  const one = (name: string) => properties.find(({ property }) => property === name);
  const presence = one('presence');
  const text = one('text');
  const stood = one('place');
  if (kind === 'missing' && inside)
    return `${read(text?.expected) ?? 'Something'} is missing in ${place(element)}${stood ? `: ${showLine(stood.expected, 60)}` : ''}.`;
  if (kind === 'added' && inside) {
    const words = read(text?.actual);
    return words ? `${words} is new in ${place(element)}.` : `Something new is in ${place(element)}.`;
  }
  if (kind === 'missing') return `${who} is missing.`;
  if (kind === 'added') return `${who} is not in the reference.`;
  // What came or went pushed this; it is not what is missing.
  if (presence && element?.relation === 'cause') return `${who} ${verbs[kind]}.`;
  if (presence?.actual === 'missing') return `${who} is missing.`;
  if (kind === 'text' && text)
    return text.expected === 'another text'
      ? `${who} reads “${showLine(text.actual, 60)}”; the reference shows another text.`
      : `${who} reads “${showLine(text.actual, 60)}”, not “${showLine(text.expected, 60)}”.`;
  const shown = one('picture');
  if (shown?.expected === 'another picture')
    return `${who} shows ${showLine(shown.actual, 60)}; the reference shows another picture.`;
  const moves = kind === 'moved' || kind === 'resized' ? properties.flatMap((property) => movement(property)) : [];
  if (moves.length > 0) return `${who} is ${moves.slice(0, 2).join(' and ')}.`;
  const [first] = properties;
  if (first)
    return `${who}: ${showLine(first.property, 40)} is ${showLine(first.actual, 40)}, not ${showLine(first.expected, 40)}.`;
  return `${who} ${verbs[kind]}.`;
}

/** The words that stand there, in quotes; nothing where nobody could read them. */
function read(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' || text === 'another text' ? undefined : `“${showLine(text, 60)}”`;
}

const gists: Readonly<Record<Region['kind'], string>> = {
  added: 'something new',
  missing: 'something missing',
  moved: 'moved',
  resized: 'another size',
  recolored: 'another colour',
  text: 'another text',
  noise: 'noise',
  unknown: 'looks different',
};

const verbs: Readonly<Record<Region['kind'], string>> = {
  added: 'is new',
  missing: 'is missing',
  moved: 'moved',
  resized: 'has another size',
  recolored: 'has another colour',
  text: 'has another text',
  noise: 'differs by noise',
  unknown: 'looks different',
};

/** Properties that say where and how large, with the words for more and for less. */
const directions: Readonly<Record<string, readonly [string, string]>> = {
  x: ['further right', 'further left'],
  y: ['lower', 'higher'],
  width: ['wider', 'narrower'],
  height: ['taller', 'shorter'],
};

function movement(one: RegionProperty): string[] {
  const words = directions[one.property];
  const by = byOf(one);
  return words === undefined || by === 0 ? [] : [`${Math.abs(by)} px ${by > 0 ? words[0] : words[1]}`];
}

function subject(element: Region['element']): string {
  if (element === undefined) return 'something';
  const { role, name, selector, relation } = element;
  const named = name === undefined || name === '' ? role && handle(element) : `“${showLine(name, 60)}”`;
  const called = [role, named].filter((part) => part).join(' ');
  return relation === 'cause'
    ? `what ${called || showLine(selector, 60)} pushes`
    : called || showLine(selector.split(' > ').at(-1) ?? '', 60);
}

/** The element around a place: as it is called, else by the word that its authors gave it, without the signs of a selector. */
function place(element: NonNullable<Region['element']>): string {
  return element.role || element.name ? subject(element) : (handle(element) ?? subject(element));
}

/** The word that its authors know an element by: its test id, its id, its first class. */
function handle({ test_id: testId, selector }: NonNullable<Region['element']>): string | undefined {
  const word = testId ?? /^[a-z0-9-]*[#.]([\w-]+)(?:\.[\w-]+)*$/i.exec(selector.split(' > ').at(-1) ?? '')?.[1];
  return word === undefined || word === '' ? undefined : showLine(word, 60);
}

/** The element as the first word of a sentence. A selector stays as it is written: `Div.bar` finds nothing. */
function asFirst(element: Region['element']): string {
  const who = subject(element);
  const plain = element === undefined || element.role || element.name || element.relation === 'cause';
  return plain ? `${who.charAt(0).toUpperCase()}${who.slice(1)}` : who;
}
