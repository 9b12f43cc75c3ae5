import type { ArtifactSink } from '../core/artifact-sink.js';
import type { StoredArtifact } from '../core/vocabulary/artifact.js';
import type { Project } from '../project/project.js';
import { projectRedactor } from './redactor.js';

/** Most of the app's output that is kept at once, from its end. */
const MAX_BYTES = 1024 * 1024;

/** Keeps what the app printed as `logs/app.log`, secrets masked; nothing when it printed nothing. */
export async function keepAppOutput(
  sink: ArtifactSink,
  output: Buffer,
  project: Project,
): Promise<StoredArtifact | undefined> {
  if (output.length === 0) return undefined;
  const text = output.subarray(-MAX_BYTES).toString('utf8');
  return sink.put({ kind: 'log', name: 'app.log', data: projectRedactor(project.config)(text) });
}
