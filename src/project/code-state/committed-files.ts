import { createHash } from 'node:crypto';
import { sha256 } from '../../core/digest.js';
import { parts, runGit } from './git-command.js';

/** The files below a folder in the commit that is checked out. */
export interface CommittedFiles {
  /** Paths relative to the project, sorted. */
  paths: readonly string[];
  /** True when the commit holds exactly these bytes at `path`, or a git-lfs pointer to them. */
  holds(path: string, bytes: Buffer): Promise<boolean>;
}

/** A git-lfs pointer is at most so large (specification of git-lfs: under 1024 bytes). */
const MAX_POINTER = 1024;

/**
 * Returns the files of a commit below `folder` (relative to the project). Compared by content alone: neither the index nor
 * what git believes of a file is asked, so no flag on a file can hide a change. Nothing for a repository without a commit.
 * Throws DEADLINE_EXCEEDED, CANCELLED.
 */
export async function committedFiles(
  project: string,
  folder: string,
  commit: string | undefined,
  signal?: AbortSignal,
): Promise<CommittedFiles> {
  const key = `${project}\n${folder}\n${commit ?? ''}`;
  const known = KNOWN.get(key) ?? (await listCommitted(project, folder, commit, signal));
  KNOWN.set(key, known);
  return known;
}

/** Cache of commits' files, by project, folder and commit: a commit never changes. */
const KNOWN = new Map<string, CommittedFiles>();

async function listCommitted(
  project: string,
  folder: string,
  commit: string | undefined,
  signal?: AbortSignal,
): Promise<CommittedFiles> {
  // Asked again later, when the caller's signal is over.
  const call = { cwd: project };
  const listing =
    commit === undefined
      ? undefined
      : await runGit(['ls-tree', '-r', '-z', commit, '--', folder], { ...call, ...(signal ? { signal } : {}) });
  const ids = new Map<string, string>();
  if (listing?.code === 0)
    for (const record of parts(listing.stdout.toString('utf8'))) {
      const tab = record.indexOf('\t');
      const [mode, , id] = record.slice(0, tab).split(' ');
      // A link that is committed is no picture.
      if (id !== undefined && mode !== '120000') ids.set(record.slice(tab + 1), id);
    }
  return {
    paths: [...ids.keys()].sort(),
    async holds(path, bytes) {
      const id = ids.get(path);
      if (id === undefined) return false;
      if (blobId(bytes, id.length) === id) return true;
      const size = await runGit(['cat-file', '-s', id], call);
      if (size?.code !== 0 || Number(size.stdout.toString()) > MAX_POINTER) return false;
      const blob = await runGit(['cat-file', 'blob', id], call);
      return /^oid sha256:([0-9a-f]{64})$/m.exec(blob?.stdout.toString('utf8') ?? '')?.[1] === sha256(bytes);
    },
  };
}

/** Id of a blob as git computes it; 64 digits in repositories of the newer object format. */
function blobId(bytes: Buffer, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}
