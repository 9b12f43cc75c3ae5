import type { Evidence } from '../checks/evidence.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { readStored } from '../core/path-walls.js';
import { AccessibilityResult } from '../core/vocabulary/accessibility.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { DesignCompare, VisualRegression } from '../core/vocabulary/pair.js';
import type { ReportSpot, ReportTest } from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact, Screenshot } from '../core/vocabulary/screenshot.js';
import { readBoxes } from '../design/element-tree.js';
import { readSize } from '../image/picture-header.js';
import { clipRect, growRect } from '../image/pixels.js';
import { knownProblem, knownRegion } from '../report/findings.js';
import { Run } from '../store/run.js';
import { lastGreen } from '../store/run-list.js';
import type { AcceptedFinding } from './judge/accept-findings.js';
import { partOf, type ReportPictures } from './report-pictures.js';
import { newestCells } from './verification.js';

/** Cells whose elements are looked up, and spots on one picture. */
const MAX_CELLS = 240;
const MAX_SPOTS = 60;

/** Looks up where the elements stand that the accessibility gate and the log of a cell speak of. */
export class ReportSpots {
  readonly #run: Run;
  readonly #rules: ReadonlySet<string>;
  #left = MAX_CELLS;

  constructor(run: Run, { checks }: Pick<GateVerdict, 'checks'>) {
    this.#run = run;
    const told = checks.filter(({ gate }) => gate === 'accessibility').flatMap(({ problems }) => problems);
    this.#rules = new Set(told.flatMap(({ rule, element }) => (rule && element ? [nameOf(rule, element)] : [])));
  }

  /** The spots on the picture of a cell; none where its files are not as they were written: that is the gate's to say. */
  async of({ screenshot, accessibility }: Cell): Promise<ReportSpot[]> {
    if (!screenshot) return [];
    const failed = failedPictures(screenshot);
    const examined = this.#rules.size > 0 ? accessibility?.result : undefined;
    if ((!examined && failed.size === 0) || this.#left === 0) return [];
    this.#left -= 1;
    const spots = [
      ...(examined ? await this.#breaking(screenshot, examined) : []),
      ...(failed.size > 0 ? await this.#showing(screenshot, failed) : []),
    ];
    return spots.slice(0, MAX_SPOTS);
  }

  async #breaking(shot: Screenshot, file: { path: string; sha256: string }): Promise<ReportSpot[]> {
    try {
      const found = AccessibilityResult.parse(JSON.parse((await this.#run.readEntry(file)).toString('utf8')));
      return found.violations.flatMap(({ rule, nodes }) =>
        nodes.flatMap(({ selector, rect }): ReportSpot[] => {
          const placed =
            rect && this.#rules.has(nameOf(rule, selector)) ? onPicture(rect, found.page, shot) : undefined;
          return placed ? [{ rect: placed, rule, element: selector }] : [];
        }),
      );
    } catch {
      return []; // Not as it was written.
    }
  }

  async #showing(shot: Screenshot, failed: ReadonlySet<string>): Promise<ReportSpot[]> {
    if (!shot.dom) return [];
    try {
      const { elements, url } = await readBoxes(this.#run.projectDir, shot.dom);
      const scale = shot.device_scale_factor;
      return elements.flatMap(({ source, rect }): ReportSpot[] => {
        const asked = source && URL.canParse(source, url) ? plain(new URL(source, url).href) : undefined;
        const there = asked !== undefined && failed.has(asked) && rect.width > 0 && rect.height > 0;
        return there ? [{ rect: scaled(rect, scale), url: asked }] : [];
      });
    } catch {
      return []; // Not as it was written.
    }
  }
}

/**
 * A box of the page on its picture, device px. Nothing where the picture shows the page otherwise than it was examined: whole, what is
 * cut off and scrolls by itself included.
 */
export function onPicture(
  rect: Rect,
  page: Rect | undefined,
  {
    full_page,
    size,
    cut_from,
    device_scale_factor: scale,
  }: Pick<Screenshot, 'full_page' | 'size' | 'cut_from' | 'device_scale_factor'>,
): Rect | undefined {
  if (!page || rect.width <= 0 || rect.height <= 0) return undefined;
  const whole = cut_from ?? size;
  const near = (a: number, b: number) => Math.abs(a - b) <= 2 * scale;
  if (full_page && !(near(whole.width, page.width * scale) && near(whole.height, page.height * scale)))
    return undefined;
  const placed = scaled(full_page ? rect : { ...rect, x: rect.x - page.x, y: rect.y - page.y }, scale);
  const seen =
    placed.x < size.width && placed.y < size.height && placed.x + placed.width > 0 && placed.y + placed.height > 0;
  return seen ? placed : undefined;
}

function scaled({ x, y, width, height }: Rect, scale: number): Rect {
  const by = (value: number) => Math.round(value * scale * 10) / 10;
  return { x: by(x), y: by(y), width: by(width), height: by(height) };
}

/** Addresses of pictures and films that did not come, without what stands after the path. */
function failedPictures({ logs }: Screenshot): Set<string> {
  return new Set(
    logs.flatMap(({ kind, url, resource_type: type }) =>
      (kind === 'http_error' || kind === 'failed_request') && url && (type === 'image' || type === 'media')
        ? [plain(url)]
        : [],
    ),
  );
}

/** An address without query and fragment, as a page's boxes hold it. */
function plain(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function nameOf(rule: string, selector: string): string {
  return JSON.stringify([rule, selector]);
}

/**
 * The names of what the last green run of the branch showed as well, so that a report can tell what is new: regions of its pairs, and
 * elements that broke rules of accessibility, accepted or not. `undefined` where there is no such run, or it is this one, or it is not as it
 * was written: then nobody knows.
 */
export async function knownBefore(run: Run): Promise<string[] | undefined> {
  const green = lastGreen(run.ledger, run.manifest.code_state.branch);
  if (!green || green.run_id === run.id) return undefined;
  try {
    const before = await Run.open(run.projectDir, green.run_id, { tool: 'codeloop_verify' });
    const designs = (await before.readJson('summary', DesignCompare))?.pairs ?? [];
    const accepted = (await before.readJson('visual', VisualRegression))?.pairs ?? [];
    const regions = [...designs, ...accepted].flatMap((pair) =>
      pair.regions.map((region) => knownRegion(pair, region)),
    );
    return [...new Set([...regions, ...(await brokenRules(before))])];
  } catch (error) {
    // Retention may have taken it away, or somebody edited it.
    if (error instanceof CodeloopError || isErrno(error)) return undefined;
    throw error;
  }
}

/** Which element broke which rule, on each screen. A result that cannot be read is told by the gate of its own run. */
async function brokenRules(run: Run): Promise<string[]> {
  const names: string[] = [];
  for (const { screen, accessibility } of newestCells(run.manifest.cells)) {
    if (!accessibility?.result) continue;
    const read = AccessibilityResult.safeParse(
      JSON.parse((await run.readEntry(accessibility.result)).toString('utf8')),
    );
    for (const { rule, nodes } of read.success ? read.data.violations : [])
      for (const { selector } of nodes) names.push(knownProblem(screen, rule, selector));
  }
  return names;
}

/** Width of a picture of what a test saw, in pixels. */
const PICTURE_WIDTH = 800;

/** Tests of which a report shows pictures. */
const MOST_SHOWN = 20;

/** What tests saw in a run, the newest of each assertion: those that do not hold first, with their pictures. */
export async function reportTests(run: Run, pictures: ReportPictures): Promise<ReportTest[]> {
  const newest = new Map<string, ReportTest & { image: Artifact | undefined }>();
  for (const { test: look, screen, viewport, screenshot } of run.manifest.cells) {
    if (!look) continue;
    const { runner, place, title, asserted, negated, holds } = look;
    const status = holds === negated ? 'fail' : 'pass';
    const key = JSON.stringify([runner, place, title, asserted, negated, screen, viewport]);
    newest.set(key, { look, screen, viewport, status, image: screenshot?.image });
  }
  const sorted = [...newest.values()].toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
  const tests: ReportTest[] = [];
  for (const [index, { image, ...test }] of sorted.entries()) {
    const show = (artifact: Artifact | undefined) =>
      index < MOST_SHOWN && test.status !== 'pass' ? pictures.show(artifact, PICTURE_WIDTH) : undefined;
    const { reference, diff } = test.look;
    tests.push({ ...test, reference: await show(reference), actual: await show(image), diff: await show(diff) });
  }
  return tests;
}

/** Pixels shown around an element. */
const AROUND = 60;

/** What is wrong with an element that waits for a person, in words, and a picture of it where it stands. A file that is not as it was written has none. */
export async function findingSeen(
  run: Run,
  { accessibility, layout }: Pick<Evidence, 'accessibility' | 'layout'>,
  { entry: { rule, kind, condition, selector, screens } }: AcceptedFinding,
  pictured: boolean,
): Promise<{ words?: string | undefined; where?: string | undefined }> {
  const picture = async (image: Artifact | undefined, part?: Rect) => {
    if (!pictured || !image) return undefined;
    try {
      const bytes = await readStored(run.projectDir, image);
      const { width, height } = await readSize({ bytes, name: image.path });
      return await partOf(bytes, image.path, part ?? { x: 0, y: 0, width, height });
    } catch (error) {
      if (error instanceof CodeloopError) return undefined;
      throw error;
    }
  };
  if (rule === undefined) {
    const found = layout.report.findings.find(
      (one) =>
        one.kind === kind &&
        one.element.selector === selector &&
        one.condition === condition &&
        screens.includes(one.screen),
    );
    return { words: found?.what, where: await picture(found?.tile) };
  }
  for (const { screen, viewport, result } of accessibility.cells) {
    const broken = result?.violations.find((one) => one.rule === rule);
    const node = broken?.nodes.find((one) => one.selector === selector);
    if (!node || !screens.includes(screen)) continue;
    const shot = newestCells(run.manifest.cells).find(
      (one) => one.screen === screen && one.viewport === viewport,
    )?.screenshot;
    const rect = shot && node.rect && onPicture(node.rect, result?.page, shot);
    const clip = rect && clipRect(growRect(rect, AROUND * shot.device_scale_factor), shot.size);
    return { words: broken?.help, where: clip && (await picture(shot?.image, clip)) };
  }
  return {};
}
