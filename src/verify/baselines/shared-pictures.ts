import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../core/atomic-write.js';
import { CodeloopError } from '../../core/errors.js';
import { mapConcurrent } from '../../core/lanes.js';
import { BaselinePlace } from '../../core/vocabulary/baseline.js';
import type { Project } from '../../project/project.js';
import { type BaselineOnDisk, baselinePaths, baselinePicture, readBaselines } from '../../store/baseline-files.js';
import { ObjectStore } from '../../store/object-store.js';
import { diskFull, ensureFolder, realProject } from '../../store/plain-file.js';

/** Objects that are asked for at once. */
const AT_ONCE = 8;

/** One accepted picture: where it lies, and the digest by which a person's acceptance names it. */
export const SharedPicture = BaselinePlace.extend({ path: z.string(), sha256: z.string() });
type SharedPicture = z.infer<typeof SharedPicture>;

/** What became of the accepted pictures. `moved`: sent or fetched now. */
interface Shared {
  store: string;
  moved: SharedPicture[];
  /** Where they belong already. */
  same: number;
  /** Pictures that are as nobody accepted them, or that the store has not. */
  left: SharedPicture[];
}

/**
 * Sends the accepted pictures that the store has not. Only the bytes travel: who accepted them, when and why stands in the history, which is
 * committed. What lies there as nobody accepted it is left. Throws STORE_NOT_SET, STORE_CLIENT_MISSING, STORE_UNREACHABLE, CANCELLED.
 */
export function pushPictures(project: Project, signal: AbortSignal): Promise<Shared> {
  return withStore(project, signal, async (store, { sha256: wanted, ...place }, found) => {
    const bytes = found.sha256 === wanted ? baselinePicture(project.dir, place) : undefined;
    if (!bytes) return 'left';
    return (await store.write(bytes, signal)) ? 'moved' : 'same';
  });
}

/**
 * Fetches the accepted pictures that are not here, each checked by the digest that a person's acceptance names; one that lies here otherwise is
 * replaced by the accepted one. Throws STORE_NOT_SET, STORE_CLIENT_MISSING, STORE_UNREACHABLE, STORE_DAMAGED, PATH_OUTSIDE_ROOTS, DISK_FULL, CANCELLED.
 */
export function pullPictures(project: Project, signal: AbortSignal): Promise<Shared> {
  const dir = realProject(project.dir);
  return withStore(project, signal, async (store, { sha256: wanted, ...place }, found) => {
    if (found.sha256 === wanted) return 'same';
    const bytes = await store.read(wanted, signal);
    if (!bytes) return 'left';
    const { folder, picture } = baselinePaths(place);
    ensureFolder(dir, folder);
    try {
      await writeAtomic(join(dir, picture), bytes);
    } catch (error) {
      throw diskFull(error, picture);
    }
    return 'moved';
  });
}

async function withStore(
  project: Project,
  signal: AbortSignal,
  share: (store: ObjectStore, picture: SharedPicture, found: BaselineOnDisk) => Promise<'moved' | 'same' | 'left'>,
): Promise<Shared> {
  const { url } = project.config.store;
  if (url === undefined) throw new CodeloopError('STORE_NOT_SET');
  const store = await ObjectStore.open(url);
  try {
    const shared: Shared = { store: store.shown, moved: [], same: 0, left: [] };
    const outcomes = await mapConcurrent(
      readBaselines(project.dir).flatMap((found) => {
        const last = found.damaged ? undefined : found.history.at(-1);
        if (last?.event !== 'accepted' || last.sha256 === undefined) return [];
        const { environment, screen, viewport, path } = found;
        return [{ found, picture: { environment, screen, viewport, path, sha256: last.sha256 } }];
      }),
      AT_ONCE,
      async ({ picture, found }) => ({ picture, outcome: await share(store, picture, found) }),
      signal,
    );
    for (const { picture, outcome } of outcomes)
      if (outcome === 'same') shared.same += 1;
      else shared[outcome].push(picture);
    return shared;
  } finally {
    store.close();
  }
}
