import type { TypedSecret } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { createRedactor } from '../core/redact.js';

/** The project's own secrets (values of `secrets[].env`) and patterns (`redact[]`) as one masking function. Throws CONFIG_INVALID. */
export function projectRedactor(config: Config, env: NodeJS.ProcessEnv = process.env): (text: string) => string {
  const patterns = config.redact.map((pattern) => {
    try {
      return new RegExp(pattern);
    } catch (error) {
      throw new CodeloopError(
        'CONFIG_INVALID',
        { file: '.codeloop/config.json', problem: `redact: ${JSON.stringify(pattern)} is not a regular expression` },
        { cause: error },
      );
    }
  });
  return createRedactor(
    [...config.secrets.map((secret) => env[secret.env]), env.FIGMA_API_TOKEN].filter((value) => value !== undefined),
    patterns,
  );
}

/** What steps may type by name: `secrets[]`, each read from the environment when it is typed. */
export function typedSecrets(config: Config, env: NodeJS.ProcessEnv = process.env): TypedSecret[] {
  return config.secrets.map((secret) => ({ name: secret.env, origins: secret.origins, value: () => env[secret.env] }));
}
