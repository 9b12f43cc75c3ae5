import { slug } from '../core/ids.js';
import type { BaselinePair } from '../core/vocabulary/pair.js';
import { VisualRegression } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import { worstFirst } from '../design/pair-summary.js';
import { cellPicture, type InlinePicture, pairPictures, pairTiles } from '../image/inline-pictures.js';
import { findScreen, findViewport } from '../live/planned-cell.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-watch.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { readProposals } from '../store/baseline-proposals.js';
import { whichRun } from '../store/which-run.js';
import type { ReviewItem, ReviewState } from './review-questions.js';
import { newestCells } from './verification.js';

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
  const visual = await run.readJson('visual', VisualRegression);
  const screen =
    request.screen === undefined ? undefined : findScreen(await projectScreens(project), request.screen).name;
  const viewports = request.viewports?.map((name) => findViewport(project, name));
  const cells = newestCells(run.manifest.cells);
  const items = reviewItems(visual?.pairs ?? [], cells).filter(
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
  const wanted = items.filter((item) => request.screen !== undefined || item.state !== 'unchanged');
  return { runId: run.id, items, proposed, ...(await show(project, wanted, request.detail)) };
}

/** Every photographed or accepted cell with how it stands, those to look at first. */
function reviewItems(pairs: readonly BaselinePair[], cells: readonly Cell[]): ReviewItem[] {
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
  return [...paired, ...rest].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
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
