import type { CaptureDriver } from '../../capture/capture.js';
import { toCodeloopError } from '../../core/errors.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import { packLayout } from '../../core/vocabulary/laid-out-page.js';
import type { LayoutCondition } from '../../core/vocabulary/layout.js';
import type { ArtifactSink, Cell } from '../../core/vocabulary/run.js';
import { clipOf, coveredIn, inPicture, MAX_HEIGHT } from './sweep-widths.js';

type Capture = ReturnType<CaptureDriver['create']>;
type Laid = NonNullable<Cell['conditions']>[number];

/** Window of WCAG 1.4.10: 1280 x 1024 px at 400 %. */
const REFLOW = { width: 320, height: 256 };
/** Width of a sheet of A4 between its margins, CSS px. */
const PAPER = 718;
/** Conditions that change colours: whole pages are compared, with or without a fault. */
const COLOURS: ReadonlySet<LayoutCondition> = new Set(['dark', 'forced_colors']);

/** What is looked at: the page of a capture that was just photographed, as it is at `viewport`. */
export interface ConditionsRequest {
  capture: Capture;
  run: ArtifactSink;
  /** Base name of its files. */
  name: string;
  /** What is covered in every picture of the screen. */
  masks: readonly (string | Rect)[];
  conditions: readonly LayoutCondition[];
  /** Widths of the windows that the screen is photographed in, CSS px. */
  widths: readonly number[];
  /** Device px per CSS px of the page's pictures. */
  scale: number;
  signal: AbortSignal;
}

/**
 * Lays the page out under each condition, with pictures of what may be wrong, and stores it with the run; `plain` is how it lay right
 * before. A condition under which it cannot be laid out carries a failure; the others go on. Throws DISK_FULL, CANCELLED.
 */
export async function layOutUnderConditions(request: ConditionsRequest): Promise<Pick<Cell, 'conditions' | 'plain'>> {
  const { capture, signal, conditions } = request;
  if (!capture.putUnder || !capture.layOut || !capture.walkByTab || conditions.length === 0) return {};
  const plain = await kept(signal, () => layOut(request, undefined));
  const laid: Laid[] = [];
  // The keyboard moves the page, and may open what stays open: it comes last.
  for (const condition of conditions.toSorted((a, b) => Number(a === 'keyboard') - Number(b === 'keyboard')))
    laid.push({
      ...(await kept(signal, () => (condition === 'keyboard' ? walk(request) : layOut(request, condition)))),
      condition,
    });
  return { conditions: laid, plain };
}

type Evidence = NonNullable<Cell['plain']>;

/** What was laid out, or why nothing was. */
async function kept(signal: AbortSignal, work: () => Promise<Evidence>): Promise<Evidence> {
  try {
    return await work();
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toCodeloopError(thrown);
    if (['CANCELLED', 'DISK_FULL'].includes(error.code)) throw error;
    return { pictures: [], limits: [], failure: { code: error.code, message: error.message } };
  }
}

async function layOut(
  request: ConditionsRequest,
  condition: Exclude<LayoutCondition, 'keyboard'> | undefined,
): Promise<Evidence> {
  const { capture, signal, conditions } = request;
  const pages: LaidOutPage[] = [];
  const pictures: Evidence['pictures'] = [];
  const whole = condition ? COLOURS.has(condition) : conditions.some((one) => COLOURS.has(one));
  try {
    await capture.putUnder?.(condition, signal);
    for (const { width, height } of windowsOf(request, condition)) {
      const page = await capture.layOut?.(width, true, signal, height);
      if (!page) continue;
      pages.push(page);
      const clip = whole ? wholeOf(page) : condition && clipOf(page);
      if (clip) pictures.push(await photograph(request, condition, page, clip));
    }
    const moving = condition === 'reduced_motion' ? await capture.layOutMoving?.(signal) : undefined;
    if (moving) pages.push(moving);
  } finally {
    if (condition) await capture.putUnder?.(undefined, signal);
  }
  return { evidence: await keep(request, condition, pages), pictures, limits: [] };
}

async function walk(request: ConditionsRequest): Promise<Evidence> {
  const page = await request.capture.walkByTab?.(request.signal);
  const limits = page?.walk?.complete
    ? []
    : [`the walk by Tab was not complete after ${page?.walk?.presses ?? 0} presses`];
  return { evidence: await keep(request, 'keyboard', page ? [page] : []), pictures: [], limits };
}

async function keep({ run, name }: ConditionsRequest, condition: string | undefined, pages: LaidOutPage[]) {
  const about = condition ?? 'plain';
  return run.put({ kind: 'layout', name: `${name}.${about}.layout.json.gz`, data: await packLayout(pages) });
}

function windowsOf({ widths }: ConditionsRequest, condition: LayoutCondition | undefined) {
  if (condition === 'reflow') return [REFLOW];
  if (condition === 'print') return [{ width: PAPER, height: undefined }];
  return widthsUnder(widths).map((width) => ({ width, height: undefined }));
}

/** Difference of width in which nothing else is looked for, CSS px. */
const APART = 240;

/** Widths that a condition is looked at in: the widest, one in the middle, which is a viewport where there is one, and the narrowest. */
export function widthsUnder(widths: readonly number[]): number[] {
  const [narrowest, widest] = [Math.min(...widths), Math.max(...widths)];
  const half = Math.round((narrowest + widest) / 2);
  const between = widths.filter((width) => width > narrowest && width < widest);
  const away = (width: number) => Math.abs(width - half);
  const middle = between.reduce((best, one) => (away(one) < away(best) ? one : best), between[0] ?? half);
  if (between.length === 0 && widest - narrowest < APART) return [...new Set([widest, narrowest])];
  return [widest, middle, narrowest];
}

/** The whole page, as far as one picture goes. */
function wholeOf({ window, content }: LaidOutPage): Rect {
  return { x: 0, y: 0, width: window.width, height: Math.min(Math.max(content.height, 1), MAX_HEIGHT) };
}

async function photograph(
  { capture, run, name, masks, scale, signal }: ConditionsRequest,
  condition: string | undefined,
  page: LaidOutPage,
  clip: Rect,
): Promise<Laid['pictures'][number]> {
  const part = await capture.part?.(inPicture(clip, page), masks, signal);
  const data = part?.picture ?? Buffer.alloc(0);
  const size = { width: Math.round(clip.width * scale), height: Math.round(clip.height * scale) };
  const picture = await run.put({
    kind: 'tile',
    name: `${name}.${condition ?? 'plain'}.w${page.window.width}.png`,
    data,
    size,
  });
  return {
    ...{ width: page.window.width, origin: { x: clip.x, y: clip.y }, scale, picture },
    ...coveredIn(part?.covered ?? []),
  };
}

/** The cell with the conditions that the same code was looked at under before, in this run, and now was not. */
export function withConditions(taken: Omit<Cell, 'version'>, cells: readonly Cell[]): Omit<Cell, 'version'> {
  if (taken.ad_hoc || taken.stale || !taken.screenshot) return taken;
  const before = cells.findLast(
    ({ screen, viewport, tree, ad_hoc, stale }) =>
      screen === taken.screen && viewport === taken.viewport && tree === taken.tree && !ad_hoc && !stale,
  );
  const own = taken.conditions ?? [];
  const kept = (before?.conditions ?? []).filter((one) => !own.some(({ condition }) => condition === one.condition));
  if (kept.length === 0) return taken;
  const plain = taken.plain ?? before?.plain;
  return { ...taken, conditions: [...kept, ...own], ...(plain ? { plain } : {}) };
}
