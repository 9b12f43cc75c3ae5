import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import { VERSION } from '../core/version.js';
import type { Status } from '../core/vocabulary/gate.js';
import type { Pair, Region } from '../core/vocabulary/pair.js';
import type { ReportPair, ReportPicture } from '../core/vocabulary/report-model.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { readSize } from '../image/picture-header.js';
import { embedPicture, MAX_EMBEDDED } from './report-pictures.js';

/** Widths of the copies, pixels: of a pair that differs, and of one that does not. */
const DIFFERING_WIDTH = 1100;
const EQUAL_WIDTH = 360;

/** A comparison of files or folders, to be shown. */
interface CompareReportRequest {
  /** Worst first; their paths are absolute, or start at `cwd`. */
  pairs: readonly Pair[];
  /** Diff pictures, PNG, by the name of their pair: its screen, or `screen@viewport`. */
  diffs: ReadonlyMap<string, Buffer>;
  /** Path of the report; a relative one starts at `cwd`. */
  html: string;
  cwd: string;
  /** As they were given. */
  reference: string;
  actual: string;
  status: Status;
  summary: string;
  startedAt: string;
  finishedAt: string;
  signal: AbortSignal;
}

/**
 * Writes a comparison as the one HTML file that a run's report is: worst pair first, pictures inside (of the first hundreds; those beyond are
 * loaded from where they lie), nothing fetched, no name of a file as markup. Throws DISK_FULL, CANCELLED.
 */
export async function writeCompareReport(request: CompareReportRequest): Promise<Artifact> {
  const { cwd, diffs, reference, actual, status, summary, startedAt, finishedAt } = request;
  const file = resolve(cwd, request.html);
  let budget = MAX_EMBEDDED;
  const show = async (
    read: () => Promise<Buffer>,
    path: string | undefined,
    width: number,
    regions: readonly Region[],
  ) => {
    try {
      const bytes = await read();
      budget -= 1;
      const place = path === undefined ? '' : relative(dirname(file), path).split(sep).join('/');
      if (budget >= 0 || path === undefined) {
        const embedded = await embedPicture(bytes, place, width, regions);
        return path === undefined ? { ...embedded, path: undefined } : embedded;
      }
      return { path: place, size: await readSize({ bytes, name: place }) };
    } catch (error) {
      // What cannot be read has no picture; its pair says why.
      if (error instanceof CodeloopError || isErrno(error)) return undefined;
      throw error;
    }
  };
  const pairs = await mapConcurrent(
    request.pairs,
    2,
    async (pair): Promise<ReportPair> => {
      const width = pair.outcome === 'match' ? EQUAL_WIDTH : DIFFERING_WIDTH;
      const side = (one: Artifact | undefined): Promise<ReportPicture | undefined> => {
        const path = one && resolve(cwd, one.path);
        return path === undefined ? Promise.resolve(undefined) : show(() => readFile(path), path, width, pair.regions);
      };
      const diff = diffs.get(pair.screen) ?? diffs.get(`${pair.screen}@${pair.viewport}`);
      return {
        pair,
        // Nobody asked for references here: a picture too many is a difference as well.
        ...(pair.outcome === 'missing-reference' ? { status: 'fail' as const } : {}),
        reference: await side(pair.reference),
        actual: await side(pair.actual),
        diff: diff && (await show(() => Promise.resolve(diff), undefined, width, pair.regions)),
      };
    },
    request.signal,
  );
  const { renderHtml } = await import('../report/render-html.js');
  const html = renderHtml({
    run_id: 'compare',
    project: `${reference} → ${actual}`,
    pairs_only: true,
    started_at: startedAt,
    finished_at: finishedAt,
    code_state: { tree: '', dirty: false },
    status,
    summary,
    pairs,
    cells: [],
    unmatched: { references: [], screenshots: [] },
    next: [],
    generated_by: `codeloop ${VERSION}`,
  });
  await writeAtomic(file, html);
  return { path: file, bytes: Buffer.byteLength(html) };
}
