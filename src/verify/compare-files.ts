import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Config } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { Pair } from '../core/vocabulary/pair.js';

interface CompareFilesRequest {
  /** Two pictures or two folders; relative ones start at `cwd`. */
  reference: string;
  actual: string;
  cwd: string;
  /** Path of the diff picture (for folders: of the diff pictures); nothing is written without it. */
  diff?: string | undefined;
  threshold?: number | undefined;
  config: Config;
  signal: AbortSignal;
}

interface CompareFilesResult {
  pairs: Pair[];
  artifacts: Artifact[];
  /** True when two folders were compared. */
  folders: boolean;
}

const PICTURE = /\.(png|jpe?g|webp)$/i;

/**
 * Compares two pictures, or two folders by equal relative paths, with no project and no run. What is in one folder only
 * comes back as `missing-reference` or `missing-actual`. Throws IMAGE_UNREADABLE for a path that is not there and
 * ARGUMENTS_INVALID for a picture against a folder.
 */
export async function compareFiles(request: CompareFilesRequest): Promise<CompareFilesResult> {
  const reference = resolve(request.cwd, request.reference);
  const actual = resolve(request.cwd, request.actual);
  const [a, b] = [await isFolder(reference, request.reference), await isFolder(actual, request.actual)];
  if (a !== b)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: 'compare',
      problem: 'give two pictures or two folders, not one of each.',
      hint: 'codeloop compare <reference.png> <actual.png>, or codeloop compare <reference-folder> <actual-folder>',
    });
  const artifacts: Artifact[] = [];
  if (!a) {
    const pair = await compareOne(
      request,
      basename(request.reference),
      reference,
      actual,
      request.diff === undefined ? undefined : resolve(request.cwd, request.diff),
      artifacts,
    );
    return { pairs: [pair], artifacts, folders: false };
  }
  const [left, right] = [await pictures(reference), await pictures(actual)];
  const names = [...new Set([...left, ...right])].sort();
  if (names.length === 0) throw new CodeloopError('NO_REFERENCES', { dir: request.reference });
  const pairs = await mapConcurrent(
    names,
    2,
    async (name): Promise<Pair> => {
      if (!right.has(name))
        return missing(name, 'missing-actual', { reference: { path: join(request.reference, name) } });
      if (!left.has(name)) return missing(name, 'missing-reference', { actual: { path: join(request.actual, name) } });
      const diff =
        request.diff === undefined
          ? undefined
          : join(resolve(request.cwd, request.diff), name.replace(PICTURE, '.png'));
      return compareOne(request, name, join(reference, name), join(actual, name), diff, artifacts);
    },
    request.signal,
  );
  return { pairs, artifacts, folders: true };
}

async function compareOne(
  request: CompareFilesRequest,
  name: string,
  reference: string,
  actual: string,
  diffFile: string | undefined,
  artifacts: Artifact[],
): Promise<Pair> {
  const { compareImages } = await import('../compare/compare-images.js');
  const { design } = request.config;
  const threshold = request.threshold ?? design.match_threshold;
  const result = await compareImages(
    { path: reference },
    { path: actual },
    {
      threshold,
      pixelThreshold: design.pixel_threshold,
      antialiasing: design.antialiasing,
      odiffAbovePixels: design.odiff_above_pixels,
      blockOnSeverity: design.block_on_severity,
      diffPicture: diffFile !== undefined,
      signal: request.signal,
    },
  );
  const common = { screen: name, viewport: '', threshold, reference: { path: reference }, actual: { path: actual } };
  if (result.outcome === 'unreadable') {
    // One pair that was asked for by name is wrong input; one of many is a finding.
    if (!(await isFolder(resolve(request.cwd, request.reference), request.reference))) throw result.error;
    return {
      ...common,
      outcome: 'unreadable',
      size: {},
      shifts: [],
      regions: [],
      note: `${result.side}: ${result.error.message}`,
    };
  }
  const { diff, tiles: _tiles, ...compared } = result;
  if (diff === undefined || diffFile === undefined) return { ...common, ...compared };
  await writeAtomic(diffFile, diff);
  const artifact = { path: diffFile, bytes: diff.length };
  artifacts.push(artifact);
  return { ...common, ...compared, diff: artifact };
}

function missing(
  name: string,
  outcome: 'missing-reference' | 'missing-actual',
  sides: Pick<Pair, 'reference' | 'actual'>,
): Pair {
  return { screen: name, viewport: '', outcome, size: {}, shifts: [], regions: [], ...sides };
}

async function isFolder(path: string, given: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new CodeloopError(
      'IMAGE_UNREADABLE',
      {
        path: given,
        reason: isErrno(error) && error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read',
      },
      { cause: error },
    );
  }
}

async function pictures(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => entry.isFile() && PICTURE.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)),
  );
}
