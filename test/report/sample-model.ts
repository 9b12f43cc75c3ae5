import type { CheckResult, GateResult, GateVerdict, Problem } from '../../src/core/vocabulary/gate.js';
import type { Pair, Region } from '../../src/core/vocabulary/pair.js';
import type { ReportModel, ReportPair, ReportPicture } from '../../src/core/vocabulary/report-model.js';
import type { Cell } from '../../src/core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../../src/core/vocabulary/screenshot.js';
import { shot } from '../checks/samples.js';

/** One grey pixel. */
const dot =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** A picture of a model; by default one grey pixel stretched to 400 x 300. */
export function picture(path: string, dataUri = dot, width = 400, height = 300): ReportPicture {
  return { data_uri: dataUri, path, size: { width, height } };
}

/** A region at a place, critical unless told. */
export function region(x: number, y: number, width: number, height: number, more: Partial<Region> = {}): Region {
  return { rect: { x, y, width, height }, area: width * height, kind: 'missing', severity: 'critical', ...more };
}

/** A pair that matches, unless told. */
export function pair(screen: string, viewport: string, more: Partial<Pair> = {}): Pair {
  return {
    screen,
    viewport,
    outcome: 'match',
    comparator: 'pixelmatch',
    score: 1,
    threshold: 0.95,
    diff_pixels: 0,
    total_pixels: 120_000,
    masked_ratio: 0,
    size: { reference: { width: 400, height: 300 }, actual: { width: 400, height: 300 } },
    shifts: [],
    regions: [],
    ...more,
  };
}

/** A pair with its pictures. */
export function reportPair(of: Pair, dataUri?: string): ReportPair {
  const file = `${of.screen}.${of.viewport}.png`;
  return {
    pair: of,
    reference: picture(`../../../designs/${of.viewport}/${of.screen}.png`, dataUri),
    actual: picture(`screenshots/${file}`, dataUri),
    ...(of.outcome === 'match' ? {} : { diff: picture(`diffs/${file}`, dataUri) }),
  };
}

/** A steady screenshot of a healthy page, unless told. */
export function screenshot(screen: string, more: Partial<Screenshot> = {}): Screenshot {
  return shot({
    image: { path: `artifacts/runs/r1/screenshots/${screen}.png`, sha256: 'a'.repeat(64), bytes: 10 },
    size: { width: 400, height: 300 },
    full_page: false,
    requested_url: `http://127.0.0.1:4000/${screen}`,
    url: `http://127.0.0.1:4000/${screen}`,
    title: `Shop: ${screen}`,
    steady: { settled: true, frames: 2, waited_ms: 180.4 },
    ...more,
  });
}

/** A cell with a screenshot, unless told. */
export function cell(screen: string, viewport: string, more: Partial<Cell> = {}): Cell {
  return {
    screen,
    viewport,
    version: 1,
    captured_at: '2026-05-04T10:00:05.000Z',
    ad_hoc: false,
    ad_hoc_reasons: [],
    tree: 'f00d',
    screenshot: screenshot(screen),
    ...more,
  };
}

/** An error the page logged. */
export function logEntry(text: string, more: Partial<LogEntry> = {}): LogEntry {
  return { at: '2026-05-04T10:00:04.000Z', kind: 'console', level: 'error', text, ...more };
}

/** A gate that passes, unless told. */
export function gate(id: string, more: Partial<GateResult> = {}): GateResult {
  return { id, title: `Gate ${id}`, status: 'pass', weight: 10, reason: 'All hold.', problems: [], ...more };
}

/** A check of a gate that fails with these problems, unless told. */
export function check(gateId: string, problems: Problem[], more: Partial<CheckResult> = {}): CheckResult {
  return {
    id: `${gateId}-check`,
    title: 'Check',
    status: 'fail',
    severity: 'block',
    gate: gateId,
    problems,
    problem_count: problems.length,
    examined: 3,
    ...more,
  };
}

/** A verdict that does not pass. */
export function verdict(more: Partial<GateVerdict> = {}): GateVerdict {
  return {
    stage: 'section',
    passed: false,
    recommendation: 'continue_fixing',
    confidence_score: 57.14,
    threshold: 94,
    failing_gates: [gate('design_compare_evidence', { status: 'fail', weight: 15, reason: '1 of 2 pairs differs.' })],
    passing_gates: [gate('evidence_integrity', { weight: 'blocks' })],
    not_applicable: [{ id: 'visual_regression', reason: 'There is no baseline.' }],
    checks: [
      check('design_compare_evidence', [
        { screen: 'home', viewport: 'mobile', title: 'The button is missing', text: 'Buy <now>', fix: 'Put it back.' },
      ]),
    ],
    ...more,
  };
}

/** A small run: one pair that differs, one that matches, one cell that never settled. */
export function sampleModel(more: Partial<ReportModel> = {}): ReportModel {
  const button = region(40, 200, 80, 32, {
    element: { selector: 'form > button', role: 'button', name: 'Buy' },
    properties: [{ property: 'color', expected: 'rgb(0, 0, 0)', actual: 'rgb(9, 9, 9)' }],
  });
  return {
    run_id: 'r1',
    project: 'shop',
    started_at: '2026-05-04T10:00:00.000Z',
    finished_at: '2026-05-04T10:00:12.500Z',
    code_state: { tree: 'f00df00d', commit: '4be91d0', branch: 'main', dirty: true },
    environment: 'linux x64, Chromium 140',
    status: 'fail',
    summary: '1 of 2 gates does not hold.',
    verdict: verdict(),
    pairs: [
      reportPair(pair('cart', 'mobile')),
      reportPair(pair('home', 'mobile', { outcome: 'mismatch', score: 0.9842, diff_pixels: 1890, regions: [button] })),
    ],
    cells: [
      { cell: cell('cart', 'mobile') },
      {
        cell: cell('home', 'mobile', {
          screenshot: screenshot('home', { logs: [logEntry('boom'), logEntry('boom')] }),
        }),
      },
      {
        cell: cell('search', 'mobile', {
          screenshot: screenshot('search', {
            steady: {
              settled: false,
              frames: 9,
              waited_ms: 10_000,
              moving_region: { x: 1, y: 2, width: 30, height: 40 },
              mask_proposal: '.spinner',
            },
          }),
        }),
        picture: picture('screenshots/search.mobile.png'),
      },
    ],
    unmatched: {
      references: [{ path: 'designs/mobile/serch.png', reason: 'No screen has this name.', nearest: 'search' }],
      screenshots: [{ screen: 'search', viewport: 'mobile' }],
    },
    next: [{ tool: 'codeloop_diagnose', arguments: { run_id: 'r1' }, why: 'Names the files.' }],
    generated_by: 'codeloop 0.1.0',
    ...more,
  };
}
