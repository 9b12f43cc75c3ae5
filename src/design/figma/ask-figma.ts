import type { Config } from '../../config/schema.js';
import { type Clock, isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { fetchFrames, fetchListing } from './fetch-frames.js';
import type { FigmaSelection } from './figma-address.js';
import { apiBase } from './figma-address.js';
import { type CachedVersion, FigmaCache, isSafeVersion } from './figma-cache.js';
import { FigmaClient, type FileVersion } from './figma-client.js';
import { FIGMA_LIMITS, type FigmaLimits, FigmaTrouble } from './figma-http.js';
import { ageNote, type FigmaReferences, referencesOf, wantedFrames } from './figma-references.js';

/** The file and frames that are wanted as references. */
export interface FigmaRequest {
  projectDir: string;
  config: Config;
  screens: readonly string[];
  selection: FigmaSelection;
  clock: Clock;
}

/** Access to Figma for a request. */
interface FigmaAsk extends FigmaRequest {
  /** The argument's, else FIGMA_API_TOKEN; used for requests and nothing else. */
  token: string | undefined;
  /** FIGMA_API_BASE. */
  base: string | undefined;
  signal: AbortSignal;
  limits?: FigmaLimits;
}

/**
 * The references out of Figma: one cheap call tells the file's version, and only what the cache does not hold of it is fetched.
 * When the version cannot be read (no token, no network, a limit) and all frames of the last known one are here, these are used,
 * with a note that says so. Throws FIGMA_UNAUTHORIZED, FIGMA_RATE_LIMITED, FIGMA_UNAVAILABLE, FIGMA_FILE_NOT_FOUND,
 * FIGMA_FRAME_NOT_FOUND, REFERENCE_AMBIGUOUS, CONFIG_INVALID, CANCELLED.
 */
export async function askFigma(ask: FigmaAsk): Promise<FigmaReferences> {
  const { selection, clock, signal, limits = FIGMA_LIMITS } = ask;
  const base = apiBase(ask.base);
  const token = checkedToken(ask.token, selection.fileKey);
  if (token === undefined) return standIn(ask, noToken(selection.fileKey), 'no token');
  const client = new FigmaClient(selection.fileKey, { base, token, limits, clock, signal });
  let known: FileVersion;
  try {
    known = await client.version();
    if (!isSafeVersion(known.version)) throw new FigmaTrouble('it names a version that is none');
  } catch (error) {
    if (error instanceof FigmaTrouble) return standIn(ask, unavailable(error), error.message);
    if (error instanceof CodeloopError && error.code === 'FIGMA_RATE_LIMITED') return standIn(ask, error, 'rate limit');
    throw error;
  }
  try {
    return await fetched(ask, client, known);
  } catch (error) {
    throw error instanceof FigmaTrouble ? unavailable(error) : error;
  }
}

/** Returns the references in the cache, without a request: those that were current when Figma was last asked. Throws REFERENCE_AMBIGUOUS, CONFIG_INVALID. */
export async function cachedFigma(request: FigmaRequest): Promise<FigmaReferences> {
  const { selection } = request;
  const cache = new FigmaCache(request.projectDir, selection.fileKey);
  const version = await cache.newest();
  if (!version) {
    const reason = 'nothing of it is in the cache; codeloop_verify fetches it';
    return { references: [], unmatched: [{ path: `figma:${selection.fileKey}`, reason }] };
  }
  const wanted = wantedFrames(selection, version, request.config, request.screens);
  const { references, unmatched } = await referencesOf(request.projectDir, cache, version, wanted, undefined);
  return { references, unmatched, source: sourceOf(version, false) };
}

async function fetched(ask: FigmaAsk, client: FigmaClient, known: FileVersion): Promise<FigmaReferences> {
  const { projectDir, config, screens, selection, clock, signal } = ask;
  const cache = new FigmaCache(projectDir, selection.fileKey);
  const index: CachedVersion = cache.read(known.version) ?? {
    schema_version: 1,
    file_key: selection.fileKey,
    version: known.version,
    name: known.name,
    ...(known.lastModified === undefined ? {} : { last_modified: known.lastModified }),
    fetched_at: isoTime(clock),
    frames: [],
  };
  const request = { client, cache, index, fileKey: selection.fileKey, signal };
  if (!selection.frames) await fetchListing(request);
  const wanted = wantedFrames(selection, index, config, screens);
  await fetchFrames(request, wanted.frames);
  const { references, unmatched, digests } = await referencesOf(projectDir, cache, index, wanted, undefined);
  if (!selection.overrides) await cache.setCurrent(index.version, digests);
  return { references, unmatched, source: sourceOf(index, true) };
}

/** Returns the cached references when they are complete; else throws the error that made them necessary. */
async function standIn(request: FigmaRequest, error: CodeloopError, why: string): Promise<FigmaReferences> {
  const { projectDir, config, screens, selection, clock } = request;
  const cache = new FigmaCache(projectDir, selection.fileKey);
  const version = await cache.newest();
  if (!version || (!selection.frames && !version.listing)) throw error;
  const note = ageNote(version, why, clock);
  const wanted = wantedFrames(selection, version, config, screens);
  const { references, unmatched, digests } = await referencesOf(projectDir, cache, version, wanted, note);
  if (references.length < wanted.frames.length) throw error;
  if (!selection.overrides) await cache.setCurrent(version.version, digests);
  return { references, unmatched, source: { ...sourceOf(version, false), note } };
}

function sourceOf({ file_key, version, fetched_at }: CachedVersion, confirmed: boolean) {
  return { file_key, version, fetched_at, confirmed };
}

/** A token that can be a header. It is never part of a message, whatever it is. Throws FIGMA_UNAUTHORIZED. */
function checkedToken(token: string | undefined, fileKey: string): string | undefined {
  const trimmed = token?.trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  if (/^[\x21-\x7e]{1,1000}$/.test(trimmed)) return trimmed;
  throw new CodeloopError('FIGMA_UNAUTHORIZED', {
    file_key: fileKey,
    reason: 'the token holds characters that no token has',
  });
}

function noToken(fileKey: string): CodeloopError {
  return new CodeloopError('FIGMA_UNAUTHORIZED', { file_key: fileKey, reason: 'no token was given' });
}

function unavailable(trouble: FigmaTrouble): CodeloopError {
  return new CodeloopError('FIGMA_UNAVAILABLE', { reason: trouble.message }, { cause: trouble });
}
