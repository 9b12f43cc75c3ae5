import type { ManifestEntry } from './vocabulary/run.js';
import type { StoredArtifact } from './vocabulary/screenshot.js';

/** A file that a driver or a phase of verify stores: a name inside its folder of the run, no path. */
export interface ArtifactRequest {
  kind: ManifestEntry['kind'];
  /** Base name without version, for example `home.mobile.png`; letters, digits, `.`, `_`, `-`. */
  name: string;
  data: Buffer | string;
  /** Device pixels, for pictures. */
  size?: { width: number; height: number };
}

/**
 * The store into which drivers put frames, pictures and logs. `put` resolves when the file is on disk whole, hashed and listed; a name that
 * exists already gets the next version (`home.mobile.v2.png`), nothing is overwritten. Throws DISK_FULL.
 */
export interface ArtifactSink {
  put(request: ArtifactRequest): Promise<StoredArtifact>;
}
