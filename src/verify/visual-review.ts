import { slug } from '../core/ids.js';
import { CONDITION_WORDS, type LayoutFinding, LayoutReport } from '../core/vocabulary/layout.js';
import { type BaselinePair, type Region, VisualRegression } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import { worstFirst } from '../design/compare-pair.js';
import { cellPicture, type InlinePicture, pairPictures, pairTiles } from '../image/inline-pictures.js';
import { findScreen, findViewport } from '../live/planned-cell.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { readProposals } from '../store/baseline-proposals.js';
import { assertIntact } from '../store/run-integrity.js';
import { whichRun } from '../store/which-run.js';
import { newestCells } from './verification.js';

/** State of a cell compared with its accepted picture. */
export type ReviewState = 'changed' | 'not_comparable' | 'new' | 'not_photographed' | 'unchanged';

/** One screen at one viewport that is to be looked at. */
export interface ReviewItem {
  screen: string;
  viewport: string;
  state: ReviewState;
  pair?: BaselinePair | undefined;
  cell?: Cell | undefined;
  /** What was found in its layout, worst first. */
  faults?: readonly LayoutFinding[];
}

/** Something to answer by looking. `region`: its number on the diff picture; `text` quotes page or styles and is untrusted. */
interface ReviewQuestion {
  screen: string;
  viewport: string;
  region?: number;
  question: string;
  text?: string;
}

const REGIONS_ASKED = 3;
const FAULTS_ASKED = 3;
const MOST_QUESTIONS = 12;

/**
 * Returns the questions for a person in front of the pictures, only from what was measured: regions and what they are, shifts,
 * screens that are new, viewports that disagree, pictures that did not load. Pure; at most twelve, in the order of the items.
 */
export function reviewQuestions(items: readonly ReviewItem[]): ReviewQuestion[] {
  return items
    .flatMap((item) => [...ofFaults(item), ...ofItem(item), ...ofViewports(item, items)])
    .slice(0, MOST_QUESTIONS);
}

/** What was found in the layout and may be meant so is a question for the eye; what is certain is to be seen on the picture. */
function ofFaults({ screen, viewport, faults = [] }: ReviewItem): ReviewQuestion[] {
  return faults.slice(0, FAULTS_ASKED).map(({ kind, certainty, condition, rect, width, element, what }) => {
    const so = condition === undefined ? '' : ` ${CONDITION_WORDS[condition]}`;
    const where = `Layout, ${kind} at x ${Math.round(rect.x)}, y ${Math.round(rect.y)} of a window ${width} px wide${so}`;
    const question =
      certainty === 'certain'
        ? `${where}: it is a fault by measure. Do you see it, and what has to give way?`
        : `${where}: is it meant so?`;
    return { screen, viewport, question, text: `${element.selector} ${what}` };
  });
}

function ofItem(item: ReviewItem): ReviewQuestion[] {
  const place = { screen: item.screen, viewport: item.viewport };
  if (item.state === 'changed' && item.pair) return ofPair(item.pair).map((question) => ({ ...place, ...question }));
  if (item.state === 'new') return ofNew(item).map((question) => ({ ...place, ...question }));
  if (item.state === 'not_comparable')
    return [
      {
        ...place,
        question:
          'The accepted picture was made in another environment: beyond the drawing of letters, does anything differ between the two?',
      },
    ];
  return [];
}

type Asked = Omit<ReviewQuestion, 'screen' | 'viewport'>;

function ofPair(pair: BaselinePair): Asked[] {
  const { reference, actual } = pair.size;
  const grown = (actual?.height ?? 0) - (reference?.height ?? 0);
  return [
    ...pair.regions.slice(0, REGIONS_ASKED).map((region, index) => ofRegion(region, index + 1)),
    ...pair.shifts.slice(0, 2).map((shift) => ({
      question: `From ${shift.axis} = ${shift.at} on everything moved by ${shift.by} px. Is what was ${shift.by > 0 ? 'put in' : 'taken out'} there meant, and does the rest still fit?`,
    })),
    ...(grown !== 0 && pair.shifts.length === 0
      ? [
          {
            question: `The page is ${Math.abs(grown)} px ${grown > 0 ? 'taller' : 'shorter'} than accepted. What at its end explains that?`,
          },
        ]
      : []),
    ...(pair.regions.length > REGIONS_ASKED
      ? [
          {
            question: `${pair.regions.length - REGIONS_ASKED} more regions differ. Do they all follow from the same change?`,
          },
        ]
      : []),
  ];
}

const ASKED: Readonly<Record<Region['kind'], string>> = {
  added: 'something appeared. Does it belong there, and is it whole?',
  missing: 'something is gone. Was it meant to go?',
  moved: 'something moved. Is it aligned with its neighbours now?',
  resized: 'something has another size. Does its content still fit?',
  recolored: 'colours changed. Is it the colour that was asked for, and can the text on it be read?',
  text: 'the text changed. Is it the wording that was asked for, and does none of it end early?',
  noise: 'there is only what drawing leaves. Can you see any difference at all?',
  unknown: 'it looks different. What changed, and was it asked for?',
};

function ofRegion(region: Region, number: number): Asked {
  const { x, y, width, height } = region.rect;
  const properties = (region.properties ?? []).slice(0, 3);
  const text = [
    region.element?.selector,
    region.element?.name,
    ...properties.map(({ property, expected, actual }) => `${property}: ${expected} → ${actual}`),
  ].filter((part) => part !== undefined);
  const named = properties.map(({ property }) => property).join(', ');
  return {
    region: number,
    question: `Region ${number} (x ${x}, y ${y}, ${width} x ${height} px): ${ASKED[region.kind]}${named === '' ? '' : ` Measured: ${named}.`}`,
    ...(text.length > 0 ? { text: text.join(' | ') } : {}),
  };
}

function ofNew({ cell }: ReviewItem): Asked[] {
  const shot = cell?.screenshot;
  if (!shot) return [];
  const errors = shot.logs.filter((entry) => entry.level === 'error').length;
  const missing = shot.settle.images_missing.length;
  return [
    {
      question: `This screen has no accepted picture yet. Is this ${shot.size.width} x ${shot.size.height} px picture the state it should be kept in, with its real content?`,
      text: shot.title,
    },
    ...(errors > 0
      ? [{ question: `${errors} error(s) were logged while it loaded. Does the picture show what they broke?` }]
      : []),
    ...(missing > 0 ? [{ question: `${missing} picture(s) did not load. Where are the holes?` }] : []),
  ];
}

/** Asked once per screen, at the first of its viewports in the list. */
function ofViewports(item: ReviewItem, items: readonly ReviewItem[]): ReviewQuestion[] {
  const same = items.filter((other) => other.screen === item.screen);
  const place = { screen: item.screen, viewport: item.viewport };
  const at = (state: ReviewState) => same.filter((other) => other.state === state).map((other) => other.viewport);
  const [changed, unchanged, fresh] = [at('changed'), at('unchanged'), at('new')];
  if (item.state === 'changed' && changed[0] === item.viewport && unchanged.length > 0)
    return [
      {
        ...place,
        question: `It changed at ${changed.join(', ')} and not at ${unchanged.join(', ')}. Is the change meant for those widths alone?`,
      },
    ];
  if (item.state === 'new' && fresh[0] === item.viewport && fresh.length > 1)
    return [{ ...place, question: `It is new at ${fresh.join(', ')}. Is the same content reachable at each of them?` }];
  return [];
}

interface ReviewRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  screen: string | undefined;
  viewports: readonly string[] | undefined;
  detail: 'pictures' | 'tiles';
}

export interface Review {
  runId: string;
  /** Changed ones first, worst first, then new ones. */
  items: ReviewItem[];
  /** Places whose present picture waits for a person: `screen@viewport`. */
  proposed: ReadonlySet<string>;
  pictures: InlinePicture[];
  /** Places that are shown, in the order of the pictures. */
  shown: ReviewItem[];
}

/** Most tokens of pictures in one reply, at width x height / 750 each, and the most pictures. */
const MAX_TOKENS = 3000;
const MAX_PICTURES = 8;
const PIXELS_PER_TOKEN = 750;
const MAX_WIDTH = 640;
/** Height of each of the worst pair's three pictures when others are to be shown as well, pixels. */
const SHARED_HEIGHT = 700;
/** Pictures beside the worst pair's; more would be too small to see anything. */
const BESIDE = 5;

const ORDER: readonly ReviewState[] = ['changed', 'not_comparable', 'new', 'not_photographed', 'unchanged'];

/**
 * Returns what to look at in a run, with pictures: the worst changed pair whole or as tiles, then the other changed and new
 * screens as small copies. Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED, SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND.
 */
export async function visualReview(request: ReviewRequest): Promise<Review> {
  const { project, session } = request;
  const { state } = await watchCode(project);
  const run = await whichRun(project.dir, {
    rule: 'present',
    tool: 'codeloop_visual_review',
    clock: session.clock,
    current: state,
    runId: request.runId,
  });
  await assertIntact(run);
  const visual = await run.readJson('visual', VisualRegression);
  const screen =
    request.screen === undefined ? undefined : findScreen(await projectScreens(project), request.screen).name;
  const viewports = request.viewports?.map((name) => findViewport(project, name));
  const cells = newestCells(run.manifest.cells);
  const layout = await run.readJson('layout_report', LayoutReport);
  const faults = layout?.findings.filter(({ certainty }) => certainty !== 'listed') ?? [];
  const items = reviewItems(visual?.pairs ?? [], cells, faults).filter(
    (item) =>
      (screen === undefined || slug(item.screen) === slug(screen)) &&
      (viewports === undefined || viewports.some((name) => slug(name) === slug(item.viewport))),
  );
  const proposed = new Set(
    readProposals(project.dir)
      .filter(({ proposal }) => cells.some((cell) => cell.screenshot?.image.sha256 === proposal.sha256))
      .map(({ proposal }) => `${proposal.screen_name}@${proposal.viewport_name}`),
  );
  // Somebody who names a screen wants to see it, changed or not.
  const wanted = items.filter(
    (item) => request.screen !== undefined || item.state !== 'unchanged' || item.faults !== undefined,
  );
  return { runId: run.id, items, proposed, ...(await show(project, wanted, request.detail)) };
}

/** Every photographed or accepted cell with how it stands, those to look at first. */
function reviewItems(
  pairs: readonly BaselinePair[],
  cells: readonly Cell[],
  faults: readonly LayoutFinding[],
): ReviewItem[] {
  const paired = worstFirst(pairs).map((pair) => ({
    screen: pair.screen,
    viewport: pair.viewport,
    state: stateOf(pair),
    pair,
    cell: cells.find((cell) => cell.screen === pair.screen && cell.viewport === pair.viewport),
  }));
  const rest = cells
    .filter((cell) => !paired.some((item) => item.screen === cell.screen && item.viewport === cell.viewport))
    .map((cell): ReviewItem => {
      const state = cell.screenshot ? 'new' : 'not_photographed';
      return { screen: cell.screen, viewport: cell.viewport, state, cell };
    });
  const all = [...paired, ...rest].map((item) => {
    const own = faults.filter((one) => one.screen === item.screen && placeOf(one, cells) === item.viewport);
    return own.length > 0 ? { ...item, faults: own } : item;
  });
  return all.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** The viewport at which a fault is asked about: the one that shows it, else the first of its screen. */
function placeOf({ screen, viewport }: LayoutFinding, cells: readonly Cell[]): string | undefined {
  return viewport ?? cells.find((cell) => cell.screen === screen)?.viewport;
}

function stateOf(pair: BaselinePair): ReviewState {
  if (pair.outcome === 'match') return 'unchanged';
  if (pair.outcome === 'missing-actual') return 'not_photographed';
  return pair.outcome === 'mismatch' || pair.outcome === 'size-mismatch' ? 'changed' : 'not_comparable';
}

async function show(
  project: Project,
  wanted: readonly ReviewItem[],
  detail: ReviewRequest['detail'],
): Promise<Pick<Review, 'pictures' | 'shown'>> {
  const [first, ...others] = wanted;
  const pair = first?.state === 'changed' || wanted.length === 1 ? first?.pair : undefined;
  const readable = pair && pair.outcome !== 'unreadable' ? pair : undefined;
  const whole = others.length === 0 ? undefined : SHARED_HEIGHT;
  const pictures = !readable
    ? []
    : detail === 'tiles' && readable.regions.length > 0
      ? await pairTiles(project.dir, readable)
      : await pairPictures(project.dir, readable, whole);
  const shown = readable && first ? [first] : [];
  const rest = (readable ? others : wanted)
    .filter((item) => item.cell?.screenshot)
    .slice(0, Math.min(MAX_PICTURES - pictures.length, readable ? BESIDE : MAX_PICTURES));
  const left = MAX_TOKENS * PIXELS_PER_TOKEN - pictures.reduce((sum, one) => sum + one.width * one.height, 0);
  for (const item of rest) {
    const maxPixels = Math.floor(Math.min(left / rest.length, MAX_WIDTH * 1000));
    const picture = item.cell && (await cellPicture(project.dir, item.cell, { maxWidth: MAX_WIDTH, maxPixels }));
    if (!picture) continue;
    pictures.push(picture);
    shown.push(item);
  }
  return { pictures, shown };
}
