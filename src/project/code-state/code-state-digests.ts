import { createHash } from 'node:crypto';
import { type BigIntStats, constants, lstatSync } from 'node:fs';
import { open, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import { mapConcurrent } from '../../core/lanes.js';

/** The digest of a file that cannot be read, so that it still has a place in the state. */
export const UNREADABLE = 'unreadable';

interface Known {
  signature: string;
  value: string;
  /** False when the file had changed so shortly before that another change could carry the same times. */
  settled: boolean;
}

/**
 * Digests of files by absolute path, remembered as long as size, inode, modification and change time stay the same. Links
 * are hashed as links and never followed; contents are streamed, so that size costs no memory.
 */
export class FileDigests {
  readonly #known = new Map<string, Known>();

  /** `file <sha256>`, with `+x` for executables; `link <sha256>`; `unreadable`. `undefined` when it is not there (or a folder). */
  async of(path: string): Promise<string | undefined> {
    const look = this.#look(path);
    if (look === undefined || typeof look === 'string') return look;
    try {
      const value = await hash(path, look.stat);
      // Disks count time in ticks of some milliseconds.
      const settled = Date.now() - Number(look.stat.ctimeNs / 1_000_000n) > 100;
      this.#known.set(path, { signature: look.signature, value, settled });
      return value;
    } catch (error) {
      return absentOrUnreadable(error);
    }
  }

  /** The digest if it is known, else what is needed to take it. */
  #look(path: string): string | undefined | { stat: BigIntStats; signature: string } {
    try {
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (!stat || stat.isDirectory()) return undefined;
      const signature = `${stat.mode}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
      const known = this.#known.get(path);
      return known?.settled && known.signature === signature ? known.value : { stat, signature };
    } catch (error) {
      return absentOrUnreadable(error);
    }
  }

  /** Digests of all files below a folder by path relative to it; empty when it is not there. `skip` names folders left out. */
  async ofFolder(folder: string, skip: readonly string[] = []): Promise<Map<string, string>> {
    const paths: string[] = [];
    const walk = async (way: string): Promise<void> => {
      let entries: Awaited<ReturnType<typeof list>>;
      try {
        entries = await list(join(folder, way));
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') paths.push(`${way}${FOLDER_ITSELF}`);
        return;
      }
      for (const entry of entries) {
        const path = posix.join(way, entry.name);
        if (!entry.isDirectory()) paths.push(path);
        else if (!skip.includes(path)) await walk(path);
      }
    };
    await walk('');
    return this.ofAll(folder, paths);
  }

  /** Digests by path of those files that are there. Sorted by path. */
  async ofAll(folder: string, paths: readonly string[]): Promise<Map<string, string>> {
    const sorted = [...paths].sort();
    const values = new Map<string, string>();
    const toHash: string[] = [];
    for (const [at, path] of sorted.entries()) {
      // A look is some microseconds, a queue around it costs ten times that; others get their turn now and then.
      if (at % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
      const look = path.endsWith(FOLDER_ITSELF) ? UNREADABLE : this.#look(join(folder, path));
      if (typeof look === 'string') values.set(path, look);
      else if (look) toHash.push(path);
    }
    await mapConcurrent(toHash, 8, async (path) => {
      const value = await this.of(join(folder, path));
      if (value !== undefined) values.set(path, value);
    });
    return new Map(sorted.flatMap((path) => (values.has(path) ? [[path, values.get(path) ?? '']] : [])));
  }
}

/** One digest over a listing; the same listing gives the same digest whatever its order. */
export function listingDigest(listing: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const path of [...listing.keys()].sort()) hash.update(`${path}\0${listing.get(path)}\n`);
  return hash.digest('hex');
}

/** Stands for a folder that cannot be listed; no file has such a name. */
const FOLDER_ITSELF = '/.';

function absentOrUnreadable(error: unknown): string | undefined {
  if (!isErrno(error)) throw error;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? undefined : UNREADABLE;
}

function list(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

async function hash(path: string, stat: BigIntStats): Promise<string> {
  if (stat.isSymbolicLink()) return `link ${sha256(await readlink(path))}`;
  // A pipe, socket or device has no content; opening one could wait for ever.
  if (!stat.isFile()) return 'special';
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const digest = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(Number(stat.size), 1), 1 << 20));
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      digest.update(chunk.subarray(0, bytesRead));
    }
    return `file${(stat.mode & 0o111n) !== 0n ? '+x' : ''} ${digest.digest('hex')}`;
  } finally {
    await handle.close();
  }
}
