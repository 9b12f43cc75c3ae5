import { sha256 } from '../../src/core/digest.js';
import type { ArtifactSink } from '../../src/core/vocabulary/run.js';

/** A sink that keeps files in memory, by name. */
export function memorySink(): ArtifactSink & { files: Map<string, Buffer> } {
  const files = new Map<string, Buffer>();
  return {
    files,
    async put({ name, data, size }) {
      const bytes = Buffer.from(data);
      files.set(name, bytes);
      return { path: name, sha256: sha256(bytes), bytes: bytes.length, ...size };
    },
  };
}
