import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../core/atomic-write.js';
import { sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import { FigmaLayers } from '../../core/vocabulary/pair.js';
import { FIGMA_CACHE_DIR, figmaVersionFile } from '../../store/paths.js';
import { ensureFolder, readPlain } from '../../store/plain-file.js';

/** Versions of a file that are kept, the newest by when they were fetched. */
const VERSIONS_KEPT = 4;
/** A version's name as it becomes a folder. */
const SAFE_VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/;

const CachedFile = z.object({ file: z.string().regex(/^[\w@.-]+$/), sha256: z.string(), bytes: z.number().int() });

/** One exported frame. `width` and `height`: its box in CSS pixels. */
const CachedFrame = z.object({
  node_id: z.string(),
  name: z.string(),
  scale: z.number(),
  width: z.number(),
  height: z.number(),
  picture: CachedFile,
  layers: CachedFile,
});
type CachedFrame = z.infer<typeof CachedFrame>;

/** A frame of the file by name, as its pages list it. */
export const ListedFrame = z.object({ node_id: z.string(), name: z.string(), width: z.number(), height: z.number() });
export type ListedFrame = z.infer<typeof ListedFrame>;

/** `index.json` of one version: what of it is here. */
export const CachedVersion = z.object({
  schema_version: z.literal(1),
  file_key: z.string(),
  version: z.string(),
  name: z.string(),
  last_modified: z.string().optional(),
  fetched_at: z.string(),
  /** All frames by name; absent until they were asked for. */
  listing: z.array(ListedFrame).optional(),
  frames: z.array(CachedFrame),
});
export type CachedVersion = z.infer<typeof CachedVersion>;

/** The content of `current.json`: the version that the references are of, with the digest of each. Part of the code state. */
const Current = z.object({ version: z.string(), frames: z.array(z.string()) });

/**
 * The frames of one file on disk, `.codeloop/cache/figma/<key>/<version>/`. A broken file counts as missing. Nothing that is
 * written goes through a link.
 */
export class FigmaCache {
  readonly #project: string;
  readonly #key: string;

  constructor(projectDir: string, fileKey: string) {
    this.#project = projectDir;
    this.#key = fileKey;
  }

  /** The version that was current when Figma was last asked, else the one fetched last; `undefined` when there is none. */
  async newest(): Promise<CachedVersion | undefined> {
    const current = this.#json(figmaVersionFile(this.#key), Current);
    const named = current && this.read(current.version);
    return named ?? (await this.#versions()).at(0);
  }

  /** Returns the index of a cached version; `undefined` when there is none that can be read. */
  read(version: string): CachedVersion | undefined {
    const index = SAFE_VERSION.test(version)
      ? this.#json(`${this.#folder(version)}/index.json`, CachedVersion)
      : undefined;
    return index?.version === version && index.file_key === this.#key ? index : undefined;
  }

  /** The frame's picture and layers if both are as they were written. */
  frame(
    version: CachedVersion,
    nodeId: string,
    scale: number,
  ): { frame: CachedFrame; path: string; layers: FigmaLayers } | undefined {
    const frame = version.frames.find((one) => one.node_id === nodeId && one.scale === scale);
    if (!frame || !this.#sound(version.version, frame.picture)) return undefined;
    const text = this.#sound(version.version, frame.layers);
    const layers = text && parsed(text, FigmaLayers);
    return layers && { frame, path: `${this.#folder(version.version)}/${frame.picture.file}`, layers };
  }

  /** Stores one frame's files and answers how they are listed. */
  async putFrame(
    version: string,
    facts: Omit<CachedFrame, 'picture' | 'layers'>,
    png: Buffer,
    layers: FigmaLayers,
  ): Promise<CachedFrame> {
    const base = facts.node_id.replace(/[^\w-]+/g, '-');
    const text = Buffer.from(JSON.stringify(layers));
    return {
      ...facts,
      picture: await this.#put(version, `${base}@${facts.scale}x.png`, png),
      layers: await this.#put(version, `${base}.layers.json`, text),
    };
  }

  /** Lists a version's frames, atomically; and makes room by removing the oldest versions. Throws DISK_FULL's cause, PATH_OUTSIDE_ROOTS. */
  async write(version: CachedVersion): Promise<void> {
    await this.#put(version.version, 'index.json', Buffer.from(`${JSON.stringify(version, null, 2)}\n`));
    for (const old of (await this.#versions()).slice(VERSIONS_KEPT)) {
      if (old.version === version.version) continue;
      const folder = ensureFolder(this.#project, this.#folder(old.version));
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Stores the current version and the digests of its pictures; writes only when they change. */
  async setCurrent(version: string, frames: readonly string[]): Promise<void> {
    const next = { version, frames: [...frames].sort() };
    const known = this.#json(figmaVersionFile(this.#key), Current);
    if (JSON.stringify(known) === JSON.stringify(next)) return;
    ensureFolder(this.#project, `${FIGMA_CACHE_DIR}/${this.#key}`);
    await writeAtomic(join(this.#project, figmaVersionFile(this.#key)), `${JSON.stringify(next, null, 2)}\n`);
  }

  async #versions(): Promise<CachedVersion[]> {
    let names: string[];
    try {
      names = await readdir(join(this.#project, FIGMA_CACHE_DIR, this.#key));
    } catch (error) {
      if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      throw error;
    }
    const found = names.flatMap((name) => this.read(name) ?? []);
    return found.sort((a, b) => (a.fetched_at === b.fetched_at ? 0 : a.fetched_at < b.fetched_at ? 1 : -1));
  }

  async #put(version: string, file: string, data: Buffer): Promise<CachedFrame['picture']> {
    const folder = ensureFolder(this.#project, this.#folder(version));
    await writeAtomic(join(folder, file), data);
    return { file, sha256: sha256(data), bytes: data.length };
  }

  #sound(version: string, listed: CachedFrame['picture']): Buffer | undefined {
    const data = readQuietly(join(this.#project, this.#folder(version), listed.file));
    return data && sha256(data) === listed.sha256 ? data : undefined;
  }

  #json<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> | undefined {
    const data = readQuietly(join(this.#project, path));
    return data && parsed(data, schema);
  }

  #folder(version: string): string {
    return `${FIGMA_CACHE_DIR}/${this.#key}/${version}`;
  }
}

/** Returns true when a version's name can be kept on disk. */
export function isSafeVersion(version: string): boolean {
  return SAFE_VERSION.test(version);
}

function parsed<Schema extends z.ZodType>(data: Buffer, schema: Schema): z.output<Schema> | undefined {
  try {
    const read = schema.safeParse(JSON.parse(data.toString('utf8')));
    return read.success ? read.data : undefined;
  } catch {
    return undefined; // not JSON: treated as missing, and fetched again
  }
}

/** A cache that cannot be read counts as empty: its frames are fetched again, and a disk that refuses is reported then. */
function readQuietly(path: string): Buffer | undefined {
  try {
    return readPlain(path)?.data;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}
