import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CodeloopError, isErrno } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import { readPlainSync } from '../core/path-walls.js';
import type { ManifestEntry } from '../core/vocabulary/run.js';
import { type LedgerStanding, manifestStanding, verdictStanding } from './manifest-file.js';
import { manifestFile, plainName, VIEWED_KINDS, verdictsDir, viewFile } from './paths.js';
import { fileBelow, NO_FOLLOW, temporaryOwner } from './plain-file.js';
import { filesOnDisk } from './retention.js';
import type { Run } from './run.js';
import { verdictDigests } from './verdict-files.js';

/**
 * The pictures that listed frame indexes name, with their digests: a manifest lists a recording's index, not its thousand frames.
 * Of an index that was changed it says what stands in it now; that it was changed is found by its own digest.
 */
async function recordedFrames(
  project: string,
  runDir: string,
  entries: readonly ManifestEntry[],
): Promise<{ path: string; sha256: string }[]> {
  const listed = entries.filter(({ kind }) => kind === 'frame');
  // Most runs have no recording, and the Stop hook loads no more than what it judges.
  if (listed.length === 0) return [];
  const { INDEX_FILE, parseIndex } = await import('../core/frame-index.js');
  const end = `/${INDEX_FILE}`;
  return listed
    .filter((entry) => entry.path.endsWith(end))
    .flatMap((entry) => {
      const folder = entry.path.slice(0, -end.length);
      const text = read(fileBelow(project, runDir, entry.path));
      const frames = new Map(parseIndex(text).map(({ file, sha256 }) => [file, sha256] as const));
      return [...frames].map(([file, sha256]) => ({ path: `${folder}/${file}`, sha256 }));
    });
}

function read(path: string | undefined): string {
  if (path === undefined) return '';
  try {
    return readPlainSync(path).toString('utf8');
  } catch (error) {
    // Gone: its own digest tells.
    if (isErrno(error)) return '';
    throw error;
  }
}

/** Agreement of a run with disk and ledger. Paths are relative to the project. */
interface RunIntegrity {
  /** Listed files that are gone or not as they were written. */
  changed: { path: string; problem: string }[];
  /** Agreement of manifest and verdicts with the ledger. */
  ledger: LedgerStanding;
  /** Files in the run's folder that the manifest does not list: a process was cut off, or they were put there by hand. They count for nothing. */
  orphans: string[];
  files_examined: number;
}

/** Looks before something counts as wrong, and ms between them: another process may be writing the run at this moment. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 60;

/**
 * Looks at everything of a run: hashes every listed file, and asks the ledger about manifest and verdicts. Changes nothing.
 * Manifest, files and ledger are not read in one moment, so what seems wrong is looked at again: damage stays, a write passes.
 */
export async function inspectRun(run: Run): Promise<RunIntegrity> {
  let found = await lookOnce(run);
  for (let look = 1; look < LOOKS && (found.changed.length > 0 || found.ledger.state === 'differs'); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    found = await lookOnce(run);
  }
  return found;
}

/** Returns when a run is as it was written, as far as disk and ledger tell; whoever shows it asks first. Throws EVIDENCE_TAMPERED with what is not. */
export async function assertIntact(run: Run): Promise<void> {
  const { changed, ledger } = await inspectRun(run);
  const [first] = changed;
  const reasons = [
    ...(ledger.state === 'differs' ? [ledger.reason] : []),
    ...(first ? [`${first.path} ${first.problem}${changed.length > 1 ? `, and ${changed.length - 1} more` : ''}`] : []),
  ];
  if (reasons.length > 0) throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: reasons.join('; ') });
}

async function lookOnce(run: Run): Promise<RunIntegrity> {
  const { entries } = run.manifest;
  return {
    changed: await verifyHashes(run),
    ledger: runStanding(run),
    orphans: await orphans(run, entries),
    files_examined: entries.length,
  };
}

/** Hashes every listed file (eight at once, streamed) and names those that are gone, links, or not as they were written. */
async function verifyHashes(run: Run): Promise<{ path: string; problem: string }[]> {
  const { entries } = run.manifest;
  const listed = [...entries, ...(await recordedFrames(run.projectDir, run.dir, entries))];
  const problems = await mapConcurrent(listed, 8, async ({ path, sha256 }) => {
    const digest = await digestOf(run, path);
    if ('problem' in digest) return { path, problem: digest.problem };
    return digest.sha256 === sha256 ? undefined : { path, problem: 'was changed' };
  });
  return [...problems.filter((problem) => problem !== undefined), ...(await changedViews(run, entries))];
}

/** Compares manifest and verdicts with the ledger, hashing no artefacts. */
export function runStanding(run: Run): LedgerStanding {
  const { state, reason, record } = manifestStanding(run.ledger, run.read());
  if (!record) return { state, reason };
  try {
    return verdictStanding(record, verdictDigests(run.projectDir, run.id));
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return { state: 'differs', reason: String(error.values.reason) };
  }
}

/** The plain name of a report or summary must hold one of its versions: the newest, or an older one when a process was cut off. */
async function changedViews(run: Run, entries: readonly ManifestEntry[]): Promise<{ path: string; problem: string }[]> {
  const versions = new Map<string, Set<string>>();
  for (const { kind, path, sha256 } of entries) {
    if (!VIEWED_KINDS.has(kind)) continue;
    const view = viewFile(run.id, plainName(path));
    versions.set(view, (versions.get(view) ?? new Set()).add(sha256));
  }
  const problems = await mapConcurrent([...versions], 8, async ([path, digests]) => {
    const digest = await digestOf(run, path);
    // The plain name is for people and other programs; judgements read the versions.
    if ('gone' in digest) return undefined;
    if ('problem' in digest) return { path, problem: digest.problem };
    return digests.has(digest.sha256) ? undefined : { path, problem: 'was changed' };
  });
  return problems.filter((problem) => problem !== undefined);
}

async function orphans(run: Run, entries: readonly ManifestEntry[]): Promise<string[]> {
  const frames = await recordedFrames(run.projectDir, run.dir, entries);
  const listed = new Set([manifestFile(run.id), ...[...entries, ...frames].map(({ path }) => path)]);
  for (const { kind, path } of entries) if (VIEWED_KINDS.has(kind)) listed.add(viewFile(run.id, plainName(path)));
  return filesOnDisk(run.projectDir, run.id).filter(
    (path) =>
      !listed.has(path) &&
      !path.startsWith(`${verdictsDir(run.id)}/`) &&
      // Half files of a process that is at work.
      temporaryOwner(path.slice(path.lastIndexOf('/') + 1)) === undefined,
  );
}

type Digest = { sha256: string } | { problem: string; gone?: true };

async function digestOf(run: Run, listed: string): Promise<Digest> {
  const path = fileBelow(run.projectDir, run.dir, listed);
  if (path === undefined) return { problem: 'is gone, or does not lie in the run' };
  let handle: FileHandle;
  try {
    // Without waiting: a pipe in place of a picture must not hold the gate up.
    handle = await open(path, NO_FOLLOW | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { problem: 'is gone', gone: true };
    return { problem: error.code === 'ELOOP' ? 'is a link' : `cannot be read (${error.code})` };
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return { problem: 'is no file' };
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(stat.size, 1), 1 << 20));
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex') };
      hash.update(chunk.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
