import type { GateVerdict, Remaining } from '../../core/vocabulary/gate.js';
import type { DesignCompare, Pair, Region, Severity, VisualRegression } from '../../core/vocabulary/pair.js';
import type { Cell, CodeState } from '../../core/vocabulary/run.js';
import { openRequest } from '../../core/vocabulary/screenshot.js';
import { notCovered } from '../../project/code-state/code-state-scope.js';

/** Differences shown; `difference_count` counts all. */
const SHOWN = 5;
/** Screens named of those that nothing holds; `unheld_screen_count` counts all. */
const SCREENS_SHOWN = 20;

/** The facts that the rest of a verdict is told from. */
interface Judgement {
  verdict: Pick<GateVerdict, 'checks' | 'not_applicable' | 'bars'>;
  compare: Pick<DesignCompare, 'pairs'> | undefined;
  visual: Pick<VisualRegression, 'pairs'> | undefined;
  cells: readonly Pick<Cell, 'screen' | 'viewport' | 'screenshot'>[];
  /** Newer pictures that do not count, and show something else. */
  newer: readonly Pick<Cell, 'screen' | 'viewport'>[];
  /** The code that was looked at. */
  state?: Pick<CodeState, 'beyond' | 'moving'>;
}

/** Returns what a verdict leaves. Pure. */
export function whatRemains({ verdict, compare, visual, cells, newer, state = {} }: Judgement): Remaining {
  const designs = compare?.pairs ?? [];
  const baselines = visual?.pairs ?? [];
  const found = [
    ...designs.flatMap((pair) => differencesOf(pair, 'design')),
    ...baselines.flatMap((pair) => differencesOf(pair, 'baseline')),
  ].sort(worse);
  const shot = cells.filter(({ screenshot }) => screenshot !== undefined);
  const loose = unheldCells(shot, [...designs, ...baselines]);
  const screens = [...new Set(loose.map(({ screen }) => screen))];
  return {
    differences: found.slice(0, SHOWN).map(({ area: _, ...difference }) => difference),
    difference_count: countOf(designs) + countOf(baselines),
    newer_pictures: newer.map(({ screen, viewport }) => ({ screen, viewport })),
    warnings: verdict.checks
      .filter(({ severity, status }) => severity === 'warn' && status !== 'pass')
      .map(({ id, problem_count }) => ({ check: id, count: problem_count })),
    unheld: [
      ...unheld(verdict, shot, loose.length),
      ...unanswered(shot),
      ...doubtful(shot),
      ...excused(shot),
      ...unbound(state),
    ],
    unheld_cells: loose.length,
    unheld_screens: screens.slice(0, SCREENS_SHOWN),
    unheld_screen_count: screens.length,
  };
}

/** The photographed cells that neither a design nor an accepted picture holds. Pure. */
export function unheldCells<Looked extends Pick<Cell, 'screen' | 'viewport' | 'screenshot'>>(
  cells: readonly Looked[],
  pairs: readonly Pair[],
): Looked[] {
  const held = new Set(pairs.filter(holds).map(({ screen, viewport }) => `${screen}\n${viewport}`));
  return cells.filter(
    ({ screen, viewport, screenshot }) => screenshot !== undefined && !held.has(`${screen}\n${viewport}`),
  );
}

type Difference = Remaining['differences'][number] & { area: number };

function differencesOf({ screen, viewport, regions }: Pair, against: Difference['against']): Difference[] {
  return regions.filter(isVisible).map(({ kind, severity, rect, area, element, tile }) => ({
    against,
    screen,
    viewport,
    kind,
    severity,
    rect,
    area,
    ...(element ? { element: element.selector } : {}),
    ...(tile ? { tile: tile.path } : {}),
  }));
}

/** Visible differences of the pairs, those too that a bounded list left out. */
function countOf(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { regions, region_count: all = regions.length }) => {
    const visible = regions.filter(isVisible).length;
    // Noise comes last: where some of it is listed, all that was left out is noise too.
    return sum + (visible < regions.length ? visible : all);
  }, 0);
}

function isVisible({ kind }: Pick<Region, 'kind'>): boolean {
  return kind !== 'noise';
}

/** True when the pair says how the cell is to look: it has a reference that could be compared. */
function holds({ outcome }: Pair): boolean {
  return outcome !== 'missing-reference' && outcome !== 'unreadable';
}

const RANK: readonly Severity[] = ['critical', 'major', 'minor'];

function worse(a: Difference, b: Difference): number {
  return RANK.indexOf(a.severity) - RANK.indexOf(b.severity) || b.area - a.area;
}

/** Gates that hold behaviour, by what is missing where they do not apply. */
const BEHAVIOUR: Readonly<Record<string, string>> = { required_tests_pass: 'test', workflow_evidence: 'flow' };

function unheld(
  { not_applicable: gone, bars = {} }: Judgement['verdict'],
  cells: Judgement['cells'],
  loose: number,
): string[] {
  const shot = cells.length;
  const missing = gone.flatMap(({ id }) => BEHAVIOUR[id] ?? []);
  return [
    ...(shot > 0 && loose === shot ? ['no design or baseline holds the look'] : []),
    ...(loose > 0 && loose < shot ? [`${loose} of ${shot} cells have neither a design nor a baseline`] : []),
    ...(missing.length === Object.keys(BEHAVIOUR).length ? [`no ${missing.join(' or ')} holds the behaviour`] : []),
    ...leftOut(bars, cells),
    ...(bars['gates.history'] === 'none' ? ['no earlier commit has to be compared with (gates.history)'] : []),
  ];
}

/** Pages of which that many are named. */
const PAGES_SHOWN = 3;

/** What the settings leave out, whoever wrote them and when. */
function leftOut(bars: NonNullable<Judgement['verdict']['bars']>, cells: Judgement['cells']): string[] {
  const on = (end: string, counts: (value: unknown) => boolean) =>
    Object.entries(bars).filter(([key, value]) => key.startsWith('screens.') && key.endsWith(end) && counts(value))
      .length;
  const isFilled = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0;
  const [masked, cut] = [on('.mask', isFilled), on('.full_page', (value) => value === false)];
  const pages = bars['pages.left_out'];
  const stories = ['stories.exclude', 'stories.exceptions'].some((key) => isFilled(bars[key]));
  return [
    ...(masked > 0 ? [`what masks cover on ${masked} screen(s)${mostMasked(cells)}`] : []),
    ...(cut > 0 ? [`what lies below the window on ${cut} screen(s) (full_page)`] : []),
    ...(isFilled(pages)
      ? [
          `${pages.length} page(s) that are no screens (${pages.slice(0, PAGES_SHOWN).join(', ')}${pages.length > PAGES_SHOWN ? ', …' : ''})`,
        ]
      : []),
    ...(stories ? ['stories that settings or their own parameters leave out'] : []),
  ];
}

/** How much of a picture masks cover at most: a difference there is in no figure. */
function mostMasked(cells: Judgement['cells']): string {
  const most = Math.max(0, ...cells.map(({ screenshot }) => screenshot?.masked_ratio ?? 0));
  return most === 0 ? '' : `, up to ${Math.max(0.1, Math.round(most * 1000) / 10)} % of a picture`;
}

/** What pages had asked for and had no answer to when their pictures were taken: what it would have brought is in no picture. */
function unanswered(cells: Judgement['cells']): string[] {
  const open = new Map<string, string>();
  for (const { screen, viewport, screenshot } of cells)
    for (const one of screenshot?.settle.open_requests ?? [])
      if (!open.has(one.url)) open.set(one.url, `${openRequest(one)} at ${screen}@${viewport}`);
  const more = open.size > SHOWN ? ` and ${open.size - SHOWN} more` : '';
  const named = [...open.values()].slice(0, SHOWN).join('; ');
  return open.size === 0 ? [] : [`what ${open.size} unanswered request(s) would bring (${named}${more})`];
}

/** Parts that show that they wait, or keep their place and show nothing: what belongs there may be in no picture. */
function doubtful(cells: Judgement['cells']): string[] {
  const parts = new Map<string, string>();
  for (const { screen, viewport, screenshot } of cells)
    for (const { selector, likely } of screenshot?.settle.unseen ?? [])
      if (likely && !parts.has(`${screen} ${selector}`))
        parts.set(`${screen} ${selector}`, `${selector.slice(0, 200)} at ${screen}@${viewport}`);
  const more = parts.size > SHOWN ? ` and ${parts.size - SHOWN} more` : '';
  const named = [...parts.values()].slice(0, SHOWN).join('; ');
  return parts.size === 0 ? [] : [`what may be missing in ${parts.size} part(s) (${named}${more})`];
}

/** Answers that say that something is wrong and that the page gets along with, and single parts that say that they failed. */
function excused(cells: Judgement['cells']): string[] {
  const [answers, parts] = [new Map<string, string>(), new Map<string, string>()];
  for (const { screen, viewport, screenshot } of cells) {
    for (const { excuse, text } of screenshot?.logs ?? [])
      if (excuse !== undefined && !answers.has(`${screen} ${text}`))
        answers.set(`${screen} ${text}`, `${text.slice(0, 200)}: ${excuse}, at ${screen}@${viewport}`);
    for (const text of screenshot?.error_parts ?? [])
      if (!parts.has(`${screen} ${text}`)) parts.set(`${screen} ${text}`, `"${text}" at ${screen}@${viewport}`);
  }
  const listed = (found: Map<string, string>) =>
    `${[...found.values()].slice(0, SHOWN).join('; ')}${found.size > SHOWN ? ` and ${found.size - SHOWN} more` : ''}`;
  return [
    ...(answers.size > 0 ? [`what ${answers.size} answer(s) did not bring (${listed(answers)})`] : []),
    ...(parts.size > 0 ? [`what belongs where ${parts.size} part(s) say that they failed (${listed(parts)})`] : []),
  ];
}

/** What the app reads and no evidence is bound to: other content of it would be shown unseen. */
function unbound(state: NonNullable<Judgement['state']>): string[] {
  const names = notCovered(state);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return names.length === 0
    ? []
    : [
        `the content of ${names.slice(0, SHOWN).join(', ')}${more}, which git does not keep and which moves or is too large`,
      ];
}

/** Returns what remains as sentences of codeloop's own words; empty when nothing does. */
export function remainingLine(remaining: Remaining): string {
  const { differences, difference_count: count, newer_pictures: newer, warnings, unheld: loose } = remaining;
  const [worst] = differences;
  const against = new Set(differences.map((one) => one.against));
  const from = against.size === 2 ? 'designs and baselines' : against.has('baseline') ? 'baselines' : 'designs';
  return [
    ...(worst
      ? [
          `${count} visible difference(s) from the ${from} remain, worst: ${worst.severity} at ${worst.screen}@${worst.viewport}.`,
        ]
      : []),
    ...(newer.length > 0
      ? [`${newer.length} cell(s) looked otherwise in a newer picture that does not count: run codeloop_verify again.`]
      : []),
    ...(warnings.length > 0
      ? [`Warnings: ${warnings.map(({ check, count: n }) => `${check} (${n})`).join(', ')}.`]
      : []),
    ...(loose.length > 0 ? [`Not covered: ${loose.join('; ')}.`] : []),
  ].join(' ');
}
