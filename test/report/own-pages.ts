import { PNG } from 'pngjs';
import type { ReportModel, ReviewModel } from '../../src/core/vocabulary/report-model.js';
import { renderHtml } from '../../src/report/render-html.js';
import { liveCell, liveEnd, liveNow, liveStart } from '../../src/report/render-live.js';
import { renderReview } from '../../src/report/render-review.js';
import { finding, replayed } from '../checks/workflow-samples.js';
import {
  cell,
  check,
  gate,
  logEntry,
  pair,
  region,
  reportPair,
  sampleModel,
  screenshot,
  verdict,
} from './sample-model.js';

type Color = readonly [number, number, number];

/** A small page drawn as a picture: a header, two blocks, a button of that colour at `x`. */
function drawn(width: number, height: number, button: Color, x: number): string {
  const png = new PNG({ width, height });
  const fill = (left: number, top: number, wide: number, high: number, [red, green, blue]: Color) => {
    for (let row = top; row < Math.min(top + high, height); row++)
      for (let column = left; column < Math.min(left + wide, width); column++)
        png.data.set([red, green, blue, 255], (row * width + column) * 4);
  };
  fill(0, 0, width, height, [255, 255, 255]);
  fill(0, 0, width, 40, [32, 60, 90]);
  fill(20, 60, width - 40, 20, [70, 70, 70]);
  fill(20, 90, width - 120, 12, [170, 170, 170]);
  fill(x, 140, 96, 36, button);
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
}

const [blue, red] = [
  [6, 69, 173],
  [173, 6, 6],
] as const;

/** A report with everything that can go wrong. */
function failing(): ReportModel {
  const missing = region(20, 140, 96, 36, {
    element: { selector: 'main > form > button.buy-now-with-a-rather-long-class-name', role: 'button', name: 'Buy' },
    properties: [{ property: 'x', expected: '20px', actual: '28px' }],
    kind: 'moved',
  });
  const pairs = ['home', 'a-screen-with-quite-a-long-name/of/a/path', 'cart'].flatMap((screen, at) =>
    ['phone', 'desktop'].map((viewport) => {
      const holds = at === 2;
      const of = pair(
        screen,
        viewport,
        holds
          ? {}
          : {
              outcome: 'mismatch',
              score: 0.98,
              diff_pixels: 1890,
              regions: [missing, region(0, 0, 400, 40, { kind: 'recolored', severity: 'minor' })],
            },
      );
      const shown = reportPair(of, drawn(400, 300, blue, 20));
      return holds
        ? shown
        : {
            ...shown,
            actual: { ...reportPair(of, drawn(400, 300, red, 28)).actual, size: { width: 400, height: 300 } },
          };
    }),
  );
  const flow = (status: 'pass' | 'fail') => ({
    replay: replayed({
      status,
      flow: `pay-${status}`,
      viewport: 'phone',
      findings: status === 'fail' ? [finding('page_error', { text: 'A script threw.', said: 'boom' })] : [],
    }),
    status,
    video: 'gone.webm',
    recording: {
      duration_ms: 4090,
      moments: [
        { at_ms: 458, kind: 'step' as const, text: 'click on link "Pay"' },
        { at_ms: 2045, kind: 'request' as const, text: 'GET /pay 500' },
        {
          at_ms: 2045,
          kind: 'error' as const,
          text: 'boom at https://example.org/a/very/long/path/that/does/not/break/anywhere.js:1:2',
        },
      ],
    },
  });
  const logs = Array.from({ length: 12 }, (_, at) =>
    logEntry(`Cannot read properties of undefined (reading 'x${at}')`, { url: 'http://127.0.0.1:4000/app.js' }),
  );
  return sampleModel({
    pairs: pairs.map(({ actual, ...one }) => ({ ...one, ...(actual ? { actual } : {}) })),
    cells: [
      ...pairs.map(({ pair: { screen, viewport } }) => ({
        cell: cell(screen, viewport, { screenshot: screenshot(screen, { logs }) }),
      })),
      {
        cell: cell('gone', 'phone', {
          screenshot: undefined,
          failure: { code: 'NAVIGATION_FAILED', message: 'net::ERR_CONNECTION_REFUSED', fix: 'Start the app.' },
        }),
      },
    ],
    flows: [flow('fail'), flow('pass')],
    verdict: verdict({
      failing_gates: [
        gate('design_compare_evidence', { status: 'fail', reason: '4 of 6 pairs differ.' }),
        gate('accessibility', { status: 'fail', reason: 'Elements break rules of accessibility (1).' }),
      ],
      checks: [
        check('design_compare_evidence', [
          { screen: 'home', viewport: 'phone', title: 'The button moved', text: 'Buy <now>', fix: 'Put it back.' },
        ]),
        check('accessibility', [
          {
            screen: 'home',
            viewport: 'phone, desktop',
            title: 'Images must have alternative text (image-alt, critical).',
            text: 'img',
            element: 'main > img',
            file: 'src/components/catalogue/product-card.tsx',
            line: 120,
            fix: 'Fix the element.',
          },
        ]),
      ],
    }),
  });
}

/** A report of a run that holds. */
function green(): ReportModel {
  return sampleModel({
    status: 'pass',
    summary: 'PASS 100 of 100: ready for review, 6 gate(s) hold.',
    verdict: verdict({
      passed: true,
      recommendation: 'ready_for_review',
      confidence_score: 100,
      failing_gates: [],
      passing_gates: ['layout_sound', 'accessibility', 'runtime_clean'].map((id) => gate(id)),
      checks: [],
    }),
    pairs: ['phone', 'desktop'].map((viewport) => reportPair(pair('home', viewport), drawn(400, 300, blue, 20))),
    cells: ['phone', 'desktop'].map((viewport) => ({ cell: cell('home', viewport) })),
    unmatched: { references: [], screenshots: [] },
  });
}

/** The review page of a project in which everything waits. */
function review(): ReviewModel {
  const run = (n: number, problems: number): ReviewModel['runs'][number] => ({
    run_id: `run-20260504-10000${n}-abcdef`,
    started_at: `2026-05-04T10:00:0${n}.000Z`,
    duration_ms: 12_400 + n * 700,
    status: problems === 0 ? 'pass' : 'fail',
    score: problems === 0 ? 100 : 61.2,
    screens: { home: { problems }, 'checkout/with/a/long/name': { problems: 0, min_score: 0.98 } },
  });
  const item = (key: string, title: string, more: object = {}) => ({
    key,
    title,
    detail: 'main > form > button.buy-now-with-a-rather-long-class-name on home, cart',
    ...more,
  });
  return {
    project: 'shop',
    runs: [run(9, 0), run(8, 3), run(7, 5), run(6, 5), run(5, 0), run(4, 1)],
    waiting: {
      baselines: [
        item('a', 'home@phone', { before: drawn(375, 260, blue, 20), after: drawn(375, 260, red, 28) }),
        item('b', 'home@desktop', { after: drawn(600, 300, blue, 20) }),
      ],
      findings: [item('c', 'color-contrast'), item('d', 'target-size (200 % text)')],
      bars: [item('e', 'design.match_threshold was lowered')],
    },
    known: [item('f', 'image-alt', { detail: 'main > img on home: known on day one' })],
    under_way: { run_id: 'run-20260504-100010-abcdef', started_at: '2026-05-04T10:00:10.000Z' },
    decisions: [
      {
        id: '000002',
        at: '2026-05-04T10:00:00.000Z',
        by: 'Ada <ada@example.org>',
        verdict: 'refuse',
        items: ['cart@phone'],
        reason: 'the old one was better',
      },
      {
        id: '000001',
        at: '2026-05-04T09:00:00.000Z',
        by: 'Ada <ada@example.org>',
        verdict: 'accept',
        items: ['image-alt: main > img'],
        reason: 'known on day one',
        settled: '.codeloop/accessibility.json is committed',
      },
    ],
    compared: {
      before: 'run-20260504-100008-abcdef',
      after: 'run-20260504-100009-abcdef',
      same: 4,
      left: 0,
      cells: [
        { screen: 'home', viewport: 'phone', before: drawn(375, 260, blue, 20), after: drawn(375, 260, red, 28) },
      ],
    },
    message: { text: 'Accepted 1. Commit .codeloop: it counts from then on.', bad: false },
  };
}

/** A verification under way, and ended: eight cells, of which one is blank. */
function live(): string {
  const cells = Array.from({ length: 8 }, (_, at) =>
    liveCell({
      screen: at === 3 ? 'a-screen-with-quite-a-long-name/of/a/path' : `screen-${at}`,
      viewport: 'desktop',
      picture: at === 5 ? undefined : drawn(220, 140, at === 2 ? red : blue, 20),
      bad: at === 5 ? 'No picture could be taken: net::ERR_CONNECTION_REFUSED' : undefined,
    }),
  );
  const now = (done: number) => liveNow({ done, total: 8, seconds: done * 2 });
  return [liveStart(), ...cells.map((one, at) => one + now(at + 1)), liveEnd('run-20260504-100010-abcdef')].join('');
}

/** codeloop's own pages by their file names, from models that bring every part of them on the screen. */
export function ownPages(): Record<string, string> {
  const idle: ReviewModel = {
    project: 'shop',
    runs: [],
    waiting: { baselines: [], findings: [], bars: [] },
    known: [],
    unknown: 'There is no run of the present code.',
    decisions: [],
  };
  return {
    'report.html': renderHtml(failing()),
    'green.html': renderHtml(green()),
    'review.html': renderReview(review()),
    // What stands in the frame of the page above; here as the server of finished files finds it.
    'live/index.html': live(),
    'idle.html': renderReview(idle),
  };
}
