import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import { VERSION } from '../core/version.js';
import type { Status } from '../core/vocabulary/gate.js';
import type { Pair, Region } from '../core/vocabulary/pair.js';
import type { ReportModel, ReportPair, ReportPicture } from '../core/vocabulary/report-model.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { readSize } from '../image/picture-header.js';
import { closeupOf, embedPicture, MAX_EMBEDDED, MAX_THUMBS, partOf, thumbOf } from './report-pictures.js';

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
 * Writes a comparison as the one HTML file that a run's report is: the worst difference large, the pairs as small pictures and worst first, pictures inside (of the first hundreds; those beyond are
 * loaded from where they lie), nothing fetched, no name of a file as markup. Throws DISK_FULL, CANCELLED.
 */
export async function writeCompareReport(request: CompareReportRequest): Promise<Artifact> {
  const { cwd, diffs, reference, actual, status, summary, startedAt, finishedAt } = request;
  const file = resolve(cwd, request.html);
  let [budget, thumbs] = [MAX_EMBEDDED, MAX_THUMBS];
  const readable = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      // What cannot be read has no picture; its pair says why.
      if (error instanceof CodeloopError || isErrno(error)) return undefined;
      throw error;
    }
  };
  const thumb = async (pair: Pair) => {
    const path = (pair.actual ?? pair.reference)?.path;
    thumbs -= 1;
    if (path === undefined || thumbs < 0) return undefined;
    return readable(async () => thumbOf(await readFile(resolve(cwd, path)), path, pair.regions[0]?.rect));
  };
  const show = async (bytes: Buffer, path: string | undefined, width: number, regions: readonly Region[]) => {
    budget -= 1;
    const place = path === undefined ? '' : relative(dirname(file), path).split(sep).join('/');
    if (budget < 0 && path !== undefined) return { path: place, size: await readSize({ bytes, name: place }) };
    const embedded = await embedPicture(bytes, place, width, regions);
    return path === undefined ? { ...embedded, path: undefined } : embedded;
  };
  const pairs = await mapConcurrent(
    request.pairs,
    2,
    async (pair): Promise<ReportPair> => {
      const width = pair.outcome === 'match' ? EQUAL_WIDTH : DIFFERING_WIDTH;
      const side = (one: Artifact | undefined): Promise<ReportPicture | undefined> => {
        const path = one && resolve(cwd, one.path);
        return path === undefined
          ? Promise.resolve(undefined)
          : readable(async () => show(await readFile(path), path, width, pair.regions));
      };
      const diff = diffs.get(pair.screen) ?? diffs.get(`${pair.screen}@${pair.viewport}`);
      return {
        pair,
        // Nobody asked for references here: a picture too many is a difference as well.
        ...(pair.outcome === 'missing-reference' ? { status: 'fail' as const } : {}),
        reference: await side(pair.reference),
        actual: await side(pair.actual),
        diff: diff && (await readable(() => show(diff, undefined, width, pair.regions))),
        thumb: await thumb(pair),
      };
    },
    request.signal,
  );
  const { renderHtml } = await import('../report/render-html.js');
  const model: ReportModel = {
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
  };
  const closeup = await closeupOf(
    model,
    async (artifact, part) =>
      artifact && readable(async () => partOf(await readFile(resolve(cwd, artifact.path)), artifact.path, part)),
  );
  const html = renderHtml(closeup ? { ...model, closeup } : model);
  await writeAtomic(file, html);
  return { path: file, bytes: Buffer.byteLength(html) };
}
