import { z } from 'zod';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { DesignCompare, Region } from '../../core/vocabulary/pair.js';
import type { Cell } from '../../core/vocabulary/run.js';
import type { LogEntry } from '../../core/vocabulary/screenshot.js';

/** A log entry that a defect must cause besides, or instead of, a visible difference. */
const LogSign = z.object({
  gate: z.literal('runtime_clean'),
  kind: z.enum(['page_error', 'http_error']),
  path: z.string().optional(),
});

/** One planted defect of the example, as `defects.json` declares it. */
const Defect = z.object({
  id: z.string(),
  screen: z.string(),
  viewports: z.array(z.string()),
  /** Element of the healthy app: `[data-testid="…"]` or `#id`. */
  selector: z.string(),
  gate: z.enum(['design_compare_evidence', 'runtime_clean']),
  kind: z.string(),
  says: z.string(),
  also: z.array(LogSign).default([]),
  change: z.looseObject({ path: z.string().optional() }),
});
type Defect = z.infer<typeof Defect>;

export const DefectFile = z.object({ defects: z.array(Defect) });

/** One defect at one viewport as the demo found it, or a finding that was not planted. */
export interface Finding {
  defect: string;
  screen: string;
  viewport: string;
  expected: string;
  found: string;
  ok: boolean;
}

/** Pixels around a declared element in which its defect may show: an 8 px move, a shadow, a wider text. */
const MARGIN = 16;

interface DefectEvidence {
  defects: readonly Defect[];
  /** Boxes of the healthy app, by `screen@viewport`. */
  healthy: ReadonlyMap<string, DomBoxes>;
  /** The comparison of the app with the defects. */
  compare: DesignCompare;
  cells: readonly Cell[];
}

/**
 * Holds what was found against what was planted: every defect at every declared viewport, and every difference or error that
 * no defect explains. Regions of severity `minor` are noise by definition and neither prove nor contradict.
 */
export function matchDefects(evidence: DefectEvidence): Finding[] {
  const planted = evidence.defects.flatMap((defect) =>
    defect.viewports.flatMap((viewport) => [
      sign(evidence, defect, viewport),
      ...alsoSigns(evidence, defect, viewport),
    ]),
  );
  return [...planted, ...unexplained(evidence)];
}

function sign(evidence: DefectEvidence, defect: Defect, viewport: string): Finding {
  const base = { defect: defect.id, screen: defect.screen, viewport, expected: defect.kind };
  if (defect.gate === 'runtime_clean') {
    const entry = logs(evidence, defect.screen, viewport).find((one) => isSign(one, defect.kind, defect.change.path));
    return { ...base, found: entry ? entry.kind : 'nothing', ok: entry !== undefined };
  }
  const rect = elementRect(evidence, defect, viewport);
  if (!rect) return { ...base, found: 'the element is not in the healthy app', ok: false };
  const region = regions(evidence, defect.screen, viewport).find((one) => overlaps(one.rect, rect));
  return {
    ...base,
    found: region ? `${region.severity} ${region.kind} at ${place(region.rect)}` : 'nothing',
    ok: region !== undefined,
  };
}

function alsoSigns(evidence: DefectEvidence, defect: Defect, viewport: string): Finding[] {
  return defect.also.map((also) => {
    const entry = logs(evidence, defect.screen, viewport).find((one) => isSign(one, also.kind, also.path));
    return {
      defect: defect.id,
      screen: defect.screen,
      viewport,
      expected: also.kind,
      found: entry ? entry.kind : 'nothing',
      ok: entry !== undefined,
    };
  });
}

function unexplained(evidence: DefectEvidence): Finding[] {
  const extra = (screen: string, viewport: string, found: string): Finding => ({
    defect: '(nobody planted this)',
    screen,
    viewport,
    expected: 'nothing',
    found,
    ok: false,
  });
  const visible = evidence.compare.pairs.flatMap((pair) => {
    const rects = evidence.defects
      .filter(
        (defect) =>
          defect.gate === 'design_compare_evidence' &&
          defect.screen === pair.screen &&
          defect.viewports.includes(pair.viewport),
      )
      .flatMap((defect) => elementRect(evidence, defect, pair.viewport) ?? []);
    const outcome =
      pair.outcome === 'match' || pair.outcome === 'mismatch' ? [] : [extra(pair.screen, pair.viewport, pair.outcome)];
    return [
      ...outcome,
      ...regions(evidence, pair.screen, pair.viewport)
        .filter((region) => !rects.some((rect) => overlaps(region.rect, rect)))
        .map((region) =>
          extra(pair.screen, pair.viewport, `${region.severity} ${region.kind} at ${place(region.rect)}`),
        ),
    ];
  });
  const heard = evidence.cells.flatMap((cell) =>
    (cell.screenshot?.logs ?? [])
      .filter((entry) => ['page_error', 'http_error', 'failed_request', 'crash'].includes(entry.kind))
      .filter(
        (entry) =>
          !evidence.defects.some(
            (defect) =>
              defect.screen === cell.screen && defect.viewports.includes(cell.viewport) && explains(defect, entry),
          ),
      )
      .map((entry) => extra(cell.screen, cell.viewport, entry.kind)),
  );
  return [...visible, ...heard];
}

function explains(defect: Defect, entry: LogEntry): boolean {
  return (
    isSign(entry, defect.kind, defect.change.path) || defect.also.some((also) => isSign(entry, also.kind, also.path))
  );
}

function isSign(entry: LogEntry, kind: string, path: string | undefined): boolean {
  return entry.kind === kind && (path === undefined || (entry.url ?? '').includes(path));
}

function logs(evidence: DefectEvidence, screen: string, viewport: string): readonly LogEntry[] {
  return evidence.cells.find((cell) => cell.screen === screen && cell.viewport === viewport)?.screenshot?.logs ?? [];
}

function regions(evidence: DefectEvidence, screen: string, viewport: string): Region[] {
  const pair = evidence.compare.pairs.find((one) => one.screen === screen && one.viewport === viewport);
  return (pair?.regions ?? []).filter((region) => region.severity !== 'minor');
}

function elementRect(evidence: DefectEvidence, defect: Defect, viewport: string): Rect | undefined {
  const boxes = evidence.healthy.get(`${defect.screen}@${viewport}`);
  const testId = /^\[data-testid="(.+)"\]$/.exec(defect.selector)?.[1];
  return boxes?.elements.find((element) =>
    testId === undefined ? element.selector === defect.selector : element.test_id === testId,
  )?.rect;
}

function overlaps(region: Rect, element: Rect): boolean {
  return (
    region.x >= element.x - MARGIN &&
    region.y >= element.y - MARGIN &&
    region.x + region.width <= element.x + element.width + MARGIN &&
    region.y + region.height <= element.y + element.height + MARGIN
  );
}

function place({ x, y, width, height }: Rect): string {
  return `${x},${y} ${width}x${height}`;
}
