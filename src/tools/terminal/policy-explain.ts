import { z } from 'zod';
import { type Door, defineTool } from '../../call/define-tool.js';
import { identityOf, isIdentity } from '../../call/policy/identity.js';
import { type Identity, KNOWN_BY } from '../../call/policy/policy.js';
import { explainPolicies } from '../../call/policy/policy-review.js';
import { namedTool, requiredOf, withDefaults } from '../../call/tool-schemas.js';
import { projectDir } from '../input-shapes.js';

const Rule = z.object({
  rule: z.string(),
  from: z.string(),
  verdict: z.enum(['passes', 'denies', 'limits']),
  because: z.string(),
  reason: z.string().optional(),
});

const KnownBy = z.enum([...KNOWN_BY, 'assumed']);

export default defineTool({
  name: 'codeloop_policy_explain',
  command: { name: 'policy explain', positionals: ['tool'], json: 'arguments' },
  title: 'Explain what the policy says of a call',
  description: 'Which rules a call meets, in order, and what would happen, without counting it.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    tool: z.string().min(1).describe('Name of the tool, with or without codeloop_'),
    arguments: z.record(z.string(), z.unknown()).default({}).describe('Arguments of the call'),
    as: z
      .string()
      .refine(
        (id) => id !== 'default' && isIdentity(id),
        'is person, ci, agent, script, client, client:<name> or token:<name>',
      )
      .optional()
      .describe('Who would call; default: who runs this'),
  }),
  output: {
    file: z.string().optional(),
    who: z.string().describe('Who calls, as grants name it'),
    known_by: KnownBy.describe('How that is known'),
    outcome: z.enum(['allow', 'deny', 'limit']),
    rule: z.string().optional(),
    why: z.string().optional(),
    limit: z.number().optional(),
    used: z.number().optional(),
    retry_after_ms: z.number().optional(),
    rules: z.array(Rule),
  },
  async run(input, context) {
    const who = input.as === undefined ? identityOf(context) : assumed(input.as);
    const knownBy: z.infer<typeof KnownBy> = input.as === undefined ? who.known_by : 'assumed';
    const tool = namedTool(input.tool, context.tools);
    const call = {
      tool: tool?.name ?? input.tool,
      arguments: tool ? withDefaults(tool, input.arguments) : input.arguments,
      required: tool ? requiredOf(tool) : [],
      door: input.as === undefined ? context.door : doorOf(input.as),
      who,
    };
    const { decision, rules, file } = await explainPolicies(await context.governed(), call, context.session.clock);
    const { outcome } = decision;
    const refused = outcome === 'allow' ? undefined : decision;
    const why = refused ? `, rule "${refused.rule}": ${refused.why}` : '';
    return {
      result: {
        status: 'pass',
        summary: `${call.tool}, called by ${who.id}, would be ${outcome === 'allow' ? 'allowed' : outcome === 'deny' ? 'denied' : 'limited'}${why}.`,
        ...(file === undefined ? {} : { file }),
        who: who.id,
        known_by: knownBy,
        outcome,
        ...pick(refused),
        rules,
      },
    };
  },
});

/** Somebody else, known as such a one would be. */
function assumed(id: string): Identity {
  if (id.startsWith('token:')) return { id, known_by: 'token' };
  return { id, known_by: id.startsWith('client:') ? 'said_by_itself' : 'door' };
}

function doorOf(id: string): Door {
  return /^(?:client|token)/.test(id) ? 'mcp' : 'cli';
}

function pick(
  refused: { rule: string; why: string; limit?: number; used?: number; retry_after_ms?: number } | undefined,
) {
  if (!refused) return {};
  const { rule, why, limit, used, retry_after_ms } = refused;
  return { rule, why, limit, used, retry_after_ms };
}
