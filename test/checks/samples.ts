import type { IntegrityFindings } from '../../src/checks/evidence.js';
import type { Pair, Region } from '../../src/core/vocabulary/pair.js';
import type { Cell } from '../../src/core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../../src/core/vocabulary/screenshot.js';

/** A healthy picture of `/` at 375 px. */
export const shot = (extra: Partial<Screenshot> = {}): Screenshot => ({
  image: { path: 'shots/home.mobile.png', sha256: '0'.repeat(64), bytes: 1000 },
  size: { width: 375, height: 812 },
  device_scale_factor: 1,
  full_page: true,
  requested_url: 'http://127.0.0.1:80/',
  url: 'http://127.0.0.1:80/',
  title: 'Home',
  http_status: 200,
  steady: { settled: true, frames: 2, waited_ms: 100 },
  settle: {
    fonts_missing: [],
    images_missing: [],
    lazy_scroll_px: 0,
    lazy_complete: true,
    media_pinned: 0,
    animations_stopped: 0,
  },
  masks: [],
  masked_ratio: 0,
  blank: false,
  logs: [],
  ...extra,
});

/** A cell without picture, of screen `home`. */
export const bare = (extra: Partial<Cell> = {}): Cell => ({
  screen: 'home',
  viewport: 'mobile',
  version: 1,
  captured_at: '2026-11-21T00:00:00.000Z',
  ad_hoc: false,
  ad_hoc_reasons: [],
  tree: 'a',
  ...extra,
});

/** A healthy cell; `picture` overrides fields of its screenshot. */
export const cell = (picture: Partial<Screenshot> = {}, extra: Partial<Cell> = {}): Cell =>
  bare({ screenshot: shot(picture), ...extra });

/** A log entry of the app's own origin. */
export const entry = (kind: LogEntry['kind'], extra: Partial<LogEntry> = {}): LogEntry => ({
  at: '2026-11-21T00:00:00.000Z',
  kind,
  level: 'error',
  text: 'words of the page',
  same_origin: true,
  ...extra,
});

/** A pair that matches. */
export const pair = (extra: Partial<Pair> = {}): Pair => ({
  screen: 'home',
  viewport: 'mobile',
  outcome: 'match',
  score: 1,
  size: { reference: { width: 375, height: 812 }, actual: { width: 375, height: 812 } },
  shifts: [],
  regions: [],
  ...extra,
});

/** A region of 10 x 20 px at 5, 6. */
export const region = (severity: Region['severity'], extra: Partial<Region> = {}): Region => ({
  rect: { x: 5, y: 6, width: 10, height: 20 },
  area: 200,
  kind: 'missing',
  severity,
  ...extra,
});

/** Findings about a run that is as it was written. */
export const integrity = (extra: Partial<IntegrityFindings> = {}): IntegrityFindings => ({
  changed: [],
  ledger: { state: 'agrees', reason: '' },
  evidence_tree: 'a',
  current_tree: 'a',
  changed_files: [],
  output_files: [],
  changed_bars: [],
  environments: ['linux-x64'],
  files_examined: 3,
  ...extra,
});

export const design = { threshold: 0.95, blockOnSeverity: 'critical', maxMaskedRatio: 0.2 } as const;
export const unmatched = { references: [], screenshots: [] };
