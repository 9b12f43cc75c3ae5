import { resolve } from 'node:path';
import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { PREDICATE_TYPE, readEnvelopes, readPublicKey } from '../../core/dsse.js';
import { CodeloopError } from '../../core/errors.js';
import { checkAttestation, readNamedFile } from '../../verify/attestation.js';
import { projectDir } from '../input-shapes.js';

const Signature = z.enum(['good', 'bad', 'not_checked']);

const TOOL = 'codeloop attest verify';
/** For each of them the files of a run are hashed. */
const MOST_ENVELOPES = 50;

export default defineTool({
  name: 'codeloop_attest_verify',
  command: { name: 'attest verify', positionals: ['attestation'] },
  title: 'Check an attestation',
  description: 'Whether signature, run, verdict and code are just what an attestation says. Offline.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    attestation: z.string().min(1).describe('DSSE envelope or Sigstore bundle, JSON or JSON lines'),
    key: z.array(z.string().min(1)).optional().describe('PEM files of the public keys that are trusted'),
    signature_elsewhere: z
      .boolean()
      .optional()
      .describe('Do not look at the signature: gh attestation verify or cosign has done it'),
  }),
  output: {
    run_id: z.string().optional(),
    signature: Signature,
    key_id: z.string().optional(),
    problems: z.array(z.string()),
  },
  async run(input, context) {
    const elsewhere = input.signature_elsewhere === true;
    if (elsewhere === (input.key !== undefined))
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: TOOL,
        problem: 'give --key with the trusted public key, or --signature-elsewhere when another tool has checked it.',
        hint: 'docs/attest.md has both recipes.',
      });
    const keys = input.key?.map((file) => {
      const path = resolve(context.cwd, file);
      return readPublicKey(readNamedFile(path, TOOL), path);
    });
    const path = resolve(context.cwd, input.attestation);
    const envelopes = readEnvelopes(readNamedFile(path, TOOL).toString('utf8'));
    if (envelopes.length === 0)
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: TOOL,
        problem: `${input.attestation} holds no DSSE envelope and no Sigstore bundle.`,
        hint: `A statement of the type ${PREDICATE_TYPE} in an envelope is expected.`,
      });
    if (envelopes.length > MOST_ENVELOPES)
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: TOOL,
        problem: `${input.attestation} holds ${envelopes.length} envelopes, and at most ${MOST_ENVELOPES} are checked.`,
        hint: 'Name the one that is meant.',
      });
    const project = await context.project();
    const all = await Promise.all(envelopes.map((envelope) => checkAttestation(project, envelope, keys)));
    const found = all.find(({ problems }) => problems.length === 0) ?? all[0] ?? { problems: ['there is none'] };
    const signature: z.infer<typeof Signature> = elsewhere
      ? 'not_checked'
      : found.signedBy === undefined
        ? 'bad'
        : 'good';
    const holds = found.problems.length === 0;
    const by = elsewhere ? 'its signature was not looked at here' : `signed by ${found.signedBy?.slice(0, 16)}…`;
    return {
      result: {
        status: holds ? 'pass' : 'fail',
        summary: holds
          ? `Run ${found.runId}: code, evidence and verdict are as attested; ${by}.`
          : `Not as attested: ${found.problems.slice(0, 3).join('; ')}${found.problems.length > 3 ? ` and ${found.problems.length - 3} more` : ''}.`,
        ...(found.runId === undefined ? {} : { run_id: found.runId }),
        signature,
        ...(found.signedBy === undefined ? {} : { key_id: found.signedBy }),
        problems: found.problems,
      },
    };
  },
});
