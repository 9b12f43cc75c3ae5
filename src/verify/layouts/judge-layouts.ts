import { mapConcurrent } from '../../core/lanes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import { unpackLayout } from '../../core/vocabulary/laid-out-page.js';
import { CONDITION_WORDS, type LayoutCondition } from '../../core/vocabulary/layout.js';
import type { Cell } from '../../core/vocabulary/run.js';
import { decode, decodeRows } from '../../image/decode.js';
import { examinePage } from '../../layout/examine.js';
import { carriedInto, judgeScreen, type Laid, type ScreenFinding } from '../../layout/judge-screen.js';
import type { Pixels } from '../../layout/look.js';
import { leftEdge } from '../../layout/page-model.js';
import { judgeUnder } from '../../layout/under-condition.js';
import type { Run } from '../../store/run.js';
import { cellVersion } from '../verification.js';

/** What is read of a run. */
type Stored = Pick<Run, 'readEntry'>;

/** Screens that are judged at once: each holds its pictures. */
const CONCURRENCY = 2;
/** What of one photograph is held at once, device px, and the rows around a fault that are looked at with it, CSS px. */
const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 32_768;
const AROUND = 40;

/** What the layouts of one screen come to. */
export interface JudgedScreen {
  screen: string;
  findings: ScreenFinding[];
  /** Widths that were looked at, CSS px, ascending. */
  widths: number[];
  /** Why it was judged in part or not at all. */
  limits: string[];
  /** The cells it was judged by, each with its version. */
  cells: string[];
  /** The conditions it was judged under besides, and how it moved while it loaded. */
  conditions: LayoutCondition[];
  shifts: { viewport: string; score: number }[];
}

/** Judges how every page of a run was laid out, by what is stored of it. Throws IMAGE_UNREADABLE, EVIDENCE_TAMPERED. */
export function judgeLayouts(run: Stored, cells: readonly Cell[], signal?: AbortSignal): Promise<JudgedScreen[]> {
  const screens = [...new Set(cells.filter(({ screenshot }) => screenshot?.layout).map(({ screen }) => screen))];
  return mapConcurrent(
    screens,
    CONCURRENCY,
    (screen) =>
      judgeOne(
        run,
        screen,
        cells.filter((cell) => cell.screen === screen),
      ),
    signal,
  );
}

async function judgeOne(run: Stored, screen: string, cells: readonly Cell[]): Promise<JudgedScreen> {
  const laid: Laid[] = [];
  const limits: string[] = [];
  const between: Laid[] = [];
  const shifts: JudgedScreen['shifts'] = [];
  for (const cell of cells) {
    const { screenshot, widths, viewport } = cell;
    if (screenshot?.layout)
      for (const page of await unpackLayout(await run.readEntry(screenshot.layout))) {
        limits.push(...omissions(page));
        if (page.shift) shifts.push({ viewport, score: page.shift.score });
        const shown = await photograph(run, screenshot, page);
        if (shown.cut)
          limits.push(
            `its picture at ${page.window.width} px is so large that what lies far apart is not confirmed in it`,
          );
        laid.push({ page, viewport, pictures: shown.pictures });
      }
    if (widths?.failure) limits.push(`it could not be laid out at other widths: ${widths.failure.message}`);
    limits.push(...(widths?.limits ?? []));
    if (widths?.evidence) between.push(...(await swept(run, widths)));
  }
  const others = carriedInto(between, laid);
  const [open] = others.flatMap(({ carried }) => [...carried]);
  if (open)
    limits.push(
      `${open} stays open when the window changes, and is closed when the page is opened: what it lies over between the viewports is not told`,
    );
  laid.push(...others);
  const findings = judgeScreen(laid);
  const conditions: LayoutCondition[] = [];
  for (const { conditions: all = [], plain } of cells) {
    // Right before it was put under them it may lie otherwise than photographed.
    const before = plain && all.length > 0 ? await swept(run, plain) : [];
    const known = [...findings, ...judgeScreen(before)];
    for (const under of all) {
      const { condition, failure } = under;
      if (failure) limits.push(`it could not be looked at ${CONDITION_WORDS[condition]}: ${failure.message}`);
      else conditions.push(condition);
      limits.push(...under.limits);
      // The walk by Tab is of the page as it is photographed.
      const photographed = ({ window }: LaidOutPage) =>
        condition === 'keyboard' ? laid.find(({ page }) => page.window.width === window.width) : undefined;
      const pages = await swept(run, under);
      const shown = pages.map((one) => ({ ...one, pictures: photographed(one.page)?.pictures ?? one.pictures }));
      findings.push(...judgeUnder(condition, shown, { laid: before, findings: known }));
    }
  }
  return {
    ...{ screen, findings, conditions, shifts },
    widths: [...new Set(laid.map(({ page }) => page.window.width))].sort((a, b) => a - b),
    limits: [...new Set(limits)],
    cells: cells.map(cellVersion),
  };
}

/** What was laid out at other widths or under a condition, with the pictures that were taken of some. */
async function swept(run: Stored, { evidence, pictures }: NonNullable<Cell['widths']>): Promise<Laid[]> {
  if (!evidence) return [];
  const pages = await unpackLayout(await run.readEntry(evidence));
  const shown = new Map<number, Pixels[]>();
  for (const { width, origin, scale, picture, masks = [] } of pictures) {
    const image = await decode({ bytes: await run.readEntry(picture), name: picture.path });
    shown.set(width, [...(shown.get(width) ?? []), { ...image, origin, scale, masks }]);
  }
  return pages.map((page) => ({ page, pictures: shown.get(page.window.width) ?? [] }));
}

/** Where the faults of a page have to be looked at, CSS px of the page. */
function faultsOf(page: LaidOutPage): Rect[] {
  return examinePage(page).found.flatMap(({ claim, rect }) => (claim ? [claim.rect, rect] : []));
}

/**
 * What of a photograph the faults need: nothing without any, all of it, or of one that is too large to be held, the rows around them. `cut`:
 * some of those were left out. Throws IMAGE_UNREADABLE, EVIDENCE_TAMPERED.
 */
async function photograph(
  run: Stored,
  { image, size, device_scale_factor: scale, masks }: NonNullable<Cell['screenshot']>,
  page: LaidOutPage,
): Promise<{ pictures: Pixels[]; cut: boolean }> {
  const faults = faultsOf(page);
  if (faults.length === 0) return { pictures: [], cut: false };
  // A picture of more than the window begins where the page does.
  const x = size.width / scale > page.window.width ? leftEdge(page) : 0;
  const bytes = await run.readEntry(image);
  const inCss = masks.map(({ width, height, ...at }) => ({
    ...{ x: at.x / scale + x, y: at.y / scale },
    ...{ width: width / scale, height: height / scale },
  }));
  const seen = { scale, masks: inCss };
  if (size.width * size.height <= MOST_PIXELS && Math.max(size.width, size.height) <= LONGEST_SIDE)
    return {
      pictures: [{ ...(await decode({ bytes, name: image.path })), origin: { x, y: 0 }, ...seen }],
      cut: false,
    };
  const bands: { from: number; to: number }[] = [];
  for (const { y, height } of faults.toSorted((one, other) => one.y - other.y)) {
    const from = Math.max(0, Math.floor((y - AROUND) * scale));
    const to = Math.min(size.height, Math.ceil((y + height + AROUND) * scale));
    const last = bands.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) bands.push({ from, to });
  }
  const pictures: Pixels[] = [];
  let rows = Math.floor(MOST_PIXELS / size.width);
  for (const band of bands) {
    rows -= band.to - band.from;
    if (rows < 0) return { pictures, cut: true };
    const part = await decodeRows(bytes, image.path, { width: size.width, ...band });
    pictures.push({ ...part, origin: { x, y: band.from / scale }, ...seen });
  }
  return { pictures, cut: false };
}

/** Sides from which on a frame inside a page is more than a mark, CSS px. */
const FRAME = 100;

function omissions({ window, omitted, elements }: LaidOutPage): string[] {
  const said: string[] = [];
  const looked = new Set(elements.map(({ parent }) => parent));
  const frames = elements.filter(
    ({ tag, rect }, at) => tag === 'iframe' && rect.width >= FRAME && rect.height >= FRAME && !looked.has(at),
  );
  if (frames.length > 0) said.push(`what lies in ${frames.length} frame(s) inside the page was not judged`);
  if (omitted.elements > 0)
    said.push(`${omitted.elements} elements beyond the limit were left out at ${window.width} px`);
  if (omitted.presses > 0) said.push(`${omitted.presses} controls were not tried at ${window.width} px`);
  if (omitted.names !== undefined)
    said.push(`roles and names of its ${omitted.names} elements were not read at ${window.width} px`);
  return said;
}
