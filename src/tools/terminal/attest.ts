import { resolve } from 'node:path';
import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { PREDICATE_TYPE, readSigningKey } from '../../core/dsse.js';
import { CodeloopError } from '../../core/errors.js';
import { Stage } from '../../core/vocabulary/gate.js';
import { attestRun, readNamedFile } from '../../verify/attestation.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_attest',
  command: { name: 'attest' },
  title: 'Attest a green run',
  description:
    'Signs an in-toto statement that this code passed, with digests of run, verdict, bars and pictures. Only a green, intact run of the code as it is now.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional().describe('Default: newest run of the present code'),
    stage: Stage.optional().describe('Default: section'),
    key: z.string().min(1).optional().describe('PEM file with a private key, ed25519 or ECDSA'),
    unsigned: z
      .boolean()
      .optional()
      .describe('Write predicate and subjects for a signer of the platform, as actions/attest'),
  }),
  output: {
    run_id: z.string(),
    verdict: z.number().int(),
    predicate_type: z.string(),
    key_id: z.string().optional().describe('SHA-256 of the public key'),
  },
  async run(input, context) {
    if ((input.key === undefined) !== (input.unsigned === true))
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: 'codeloop attest',
        problem: 'give --key with a private key, or --unsigned for a signer of the platform.',
        hint: 'docs/attest.md shows how to make a key, and the recipe for GitHub Actions.',
      });
    // A passphrase is no argument: arguments are logged and seen by every process.
    const { CODELOOP_KEY_PASSPHRASE: passphrase } = process.env;
    const path = input.key === undefined ? undefined : resolve(context.cwd, input.key);
    const key =
      path === undefined ? undefined : readSigningKey(readNamedFile(path, 'codeloop attest'), path, passphrase);
    const { runId, verdict, paths } = await attestRun({
      project: await context.project(),
      session: context.session,
      runId: input.run_id,
      stage: input.stage ?? 'section',
      key,
    });
    const how = key ? `signed with key ${key.id.slice(0, 16)}…` : 'not signed yet';
    return {
      result: {
        status: 'pass',
        summary: `Run ${runId}, verdict ${verdict}: attested, ${how}: ${paths.join(', ')}.`,
        artifacts: paths.map((file) => ({ path: file })),
        run_id: runId,
        verdict,
        predicate_type: PREDICATE_TYPE,
        ...(key ? { key_id: key.id } : {}),
      },
    };
  },
});
