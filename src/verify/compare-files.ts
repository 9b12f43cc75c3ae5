import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Config } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import { readPlain } from '../core/path-walls.js';
import type { Pair } from '../core/vocabulary/pair.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { worstFirst } from '../design/compare-pair.js';

interface CompareFilesRequest {
  /** Two pictures or two folders; relative ones start at `cwd`. */
  reference: string;
  actual: string;
  cwd: string;
  /** Path of the diff picture (for folders: of the diff pictures); nothing is written without it. */
  diff?: string | undefined;
  /** Hears each diff picture (PNG), by the name of its pair, also without a path for it. */
  onDiff?: ((name: string, picture: Buffer) => void) | undefined;
  /** Score from which a pair matches when no region blocks; without it any visible difference is one. */
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

/** What names itself a picture; the formats that are not decoded are compared by their bytes. */
const PICTURE = /\.(a?png|jpe?g|jpe|jfif|webp|gif|avifs?|bmp|tiff?|hei[cf]s?|jxl|jp2|jpx|j2k|ico|cur|tga|psd|svgz?)$/i;
const DECODED = /\.(a?png|jpe?g|jpe|jfif)$/i;
/** What may hold several pictures, or is read for a comparison only. */
const FRAMED = /\.(a?png|webp|gif|avifs?|tiff?)$/i;
/** Longest name of a diff picture, bytes: with what is put around it while it is written, file systems take 255. */
const MAX_NAME = 180;

/**
 * Compares two pictures, or two folders by equal relative paths, with no project and no run; worst pair first. Exact unless a threshold
 * is given. What is in one folder only comes back as `missing-reference` or `missing-actual`, and what befalls one pair of a folder is
 * its result. Throws IMAGE_UNREADABLE for a path that is not there or one picture that cannot be read, ARGUMENTS_INVALID for a picture
 * against a folder, NO_REFERENCES, CANCELLED.
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
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  if (names.length === 0) throw new CodeloopError('NO_REFERENCES', { dir: request.reference });
  const diffs = request.diff === undefined ? undefined : diffNames(names);
  const pairs = await mapConcurrent(
    names,
    2,
    async (name): Promise<Pair> => {
      const [before, after] = [left.get(name), right.get(name)];
      if (after === undefined)
        return missing(name, 'missing-actual', { reference: { path: join(request.reference, before ?? name) } });
      if (before === undefined)
        return missing(name, 'missing-reference', { actual: { path: join(request.actual, after) } });
      const diff = diffs && join(resolve(request.cwd, request.diff ?? ''), diffs.get(name) ?? name);
      const sides = { reference: { path: join(reference, before) }, actual: { path: join(actual, after) } };
      try {
        return await compareOne(request, name, sides.reference.path, sides.actual.path, diff, artifacts);
      } catch (error) {
        request.signal.throwIfAborted();
        return { ...missing(name, 'unreadable', sides), note: error instanceof Error ? error.message : String(error) };
      }
    },
    request.signal,
  );
  return { pairs: worstFirst(pairs), artifacts, folders: true };
}

/** A name for the diff picture of each: its own with the ending `.png`, told apart where two would be the same, short enough to be written. */
function diffNames(names: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const own = name.replace(PICTURE, '');
      const long = Buffer.byteLength(basename(own)) > MAX_NAME;
      let chosen = long
        ? join(dirname(name), `${shortened(basename(own))}-${sha256(name).slice(0, 8)}.png`)
        : `${own}.png`;
      if (taken.has(chosen.toLowerCase()))
        chosen = join(dirname(name), `${basename(chosen, '.png')}${extname(name)}.png`);
      if (taken.has(chosen.toLowerCase())) chosen = chosen.replace(/\.png$/, `-${sha256(name).slice(0, 8)}.png`);
      taken.add(chosen.toLowerCase());
      return [name, chosen];
    }),
  );
}

function shortened(name: string): string {
  const signs = [...name];
  while (Buffer.byteLength(signs.join('')) > MAX_NAME - 16) signs.pop();
  return signs.join('');
}

async function compareOne(
  request: CompareFilesRequest,
  name: string,
  reference: string,
  actual: string,
  diffFile: string | undefined,
  artifacts: Artifact[],
): Promise<Pair> {
  const { design } = request.config;
  const threshold = request.threshold ?? 1;
  const common = {
    ...{ screen: name, viewport: '', reference: { path: reference }, actual: { path: actual } },
    ...(request.threshold === undefined ? {} : { threshold }),
  };
  const bytes = DECODED.test(name) ? undefined : await Promise.all([readPlain(reference), readPlain(actual)]);
  if (bytes?.[0].equals(bytes[1])) {
    const note = 'The bytes are equal; pictures of this format are not decoded.';
    return { ...common, outcome: 'match', comparator: 'identical', score: 1, size: {}, shifts: [], regions: [], note };
  }
  const { compareImages } = await import('../compare/compare-images.js');
  const { decodeFrames } = await import('../image/decode.js');
  const framed = FRAMED.test(name) || FRAMED.test(reference) || FRAMED.test(actual);
  const [one, other] = framed ? [await decodeFrames(reference), await decodeFrames(actual)] : [];
  const frames = Math.max(one?.frames ?? 1, other?.frames ?? 1);
  const result = await compareImages(
    one ? { raw: one.image, name: reference } : { path: reference },
    other ? { raw: other.image, name: actual } : { path: actual },
    {
      threshold,
      pixelThreshold: design.pixel_threshold,
      antialiasing: design.antialiasing,
      odiffAbovePixels: design.odiff_above_pixels,
      blockOnSeverity: design.block_on_severity,
      exact: request.threshold === undefined,
      diffPicture: diffFile !== undefined || request.onDiff !== undefined,
      signal: request.signal,
    },
  );
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
  if (frames > 1)
    compared.note = [compared.note, `Up to ${frames} pictures of an animation, one below the other.`]
      .filter((line) => line !== undefined)
      .join(' ');
  if (diff !== undefined) request.onDiff?.(name, diff);
  if (diff === undefined || diffFile === undefined) return { ...common, ...compared };
  try {
    await writeAtomic(diffFile, diff);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const lost = `The diff picture could not be written (${error.code}).`;
    return { ...common, ...compared, note: [compared.note, lost].filter((line) => line !== undefined).join(' ') };
  }
  const artifact = { path: diffFile, bytes: diff.length };
  artifacts.push(artifact);
  return { ...common, ...compared, diff: artifact };
}

function missing(
  name: string,
  outcome: 'missing-reference' | 'missing-actual' | 'unreadable',
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

/**
 * Relative paths of all pictures in a folder, by the name that pairs them: some systems write an accent as a sign of its own. Links are
 * followed, but not to what they lie in: neither round in a circle nor out of the folder to what holds it too.
 */
async function pictures(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const top = await realpath(folder);
  const walk = async (inside: string, within: readonly string[]): Promise<void> => {
    const real = await realpath(join(folder, inside));
    const down = relative(real, top);
    const holdsIt = down !== '' && down !== '..' && !down.startsWith(`..${sep}`) && !isAbsolute(down);
    if (within.includes(real) || holdsIt) return;
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const path = join(inside, entry.name);
      // A link that leads nowhere is kept when it is named like a picture: its pair says that it cannot be read.
      const target = entry.isSymbolicLink() ? await stat(join(real, entry.name)).catch(() => undefined) : entry;
      if (target?.isDirectory()) await walk(path, [...within, real]);
      else if (PICTURE.test(entry.name) && (target === undefined || target.isFile()))
        found.set(found.has(path.normalize('NFC')) ? path : path.normalize('NFC'), path);
    }
  };
  await walk('', []);
  return found;
}
