import type { TypedSecret } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { linearPattern } from '../core/linear-pattern.js';
import { createRedactor } from '../core/redact.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { accessOf } from '../project/printed-addresses.js';
import type { Project } from '../project/project.js';

/**
 * The project's own secrets (values of `secrets[].env`, the password in `server.url`) and patterns (`redact[]`) as one masking function.
 */
export function projectRedactor(config: Config, env: NodeJS.ProcessEnv = process.env): (text: string) => string {
  // The schema has let through only what the engine takes.
  const patterns = config.redact.map(linearPattern);
  const password = config.server.url === undefined ? undefined : accessOf(config.server.url).credentials?.password;
  return createRedactor(
    [...config.secrets.map((secret) => env[secret.env]), env.FIGMA_API_TOKEN, password].filter(
      (value) => value !== undefined,
    ),
    patterns,
  );
}

/** Returns the secrets that steps may type by name: `secrets[]`, each read from the environment when it is typed. */
export function typedSecrets(config: Config, env: NodeJS.ProcessEnv = process.env): TypedSecret[] {
  return config.secrets.map((secret) => ({ name: secret.env, origins: secret.origins, value: () => env[secret.env] }));
}

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
