import { describe, expect, test } from 'vitest';
import type { CounterView } from '../../../src/call/policy/decide.js';
import { decide } from '../../../src/call/policy/decide.js';
import { grantWarnings, identityOf } from '../../../src/call/policy/identity.js';
import { parsePolicy } from '../../../src/call/policy/parse-policy.js';
import { countedAs, type Policy, type PolicyCall } from '../../../src/call/policy/policy.js';
import { explainCall } from '../../../src/call/policy/policy-review.js';
import { verifies } from '../../requirements.js';

const nobodyAtATerminal = { ci: false } as const;
const mcp = (name: string, more = {}) =>
  ({ door: 'mcp', client: { name, version: '1' }, ...nobodyAtATerminal, ...more }) as const;
const cli = (more = {}) =>
  ({ door: 'cli', client: { name: 'codeloop-cli', version: '1' }, ...nobodyAtATerminal, ...more }) as const;
const person = { ask: async () => '' };

test.each([
  [mcp('cursor'), 'client:cursor', 'said_by_itself'],
  // What a client says of itself never makes it anybody but a client.
  [mcp('person'), 'client:person', 'said_by_itself'],
  [mcp('ci'), 'client:ci', 'said_by_itself'],
  [mcp('token:box'), 'client:token:box', 'said_by_itself'],
  [mcp('default'), 'client:default', 'said_by_itself'],
  [mcp('cursor', { ci: true, agent: 'CLAUDECODE' }), 'client:cursor', 'said_by_itself'],
  [mcp('Cursor'), 'client:Cursor', 'said_by_itself'],
  // None, or one that could pass for another to the eye: Cyrillic c, full width, a zero-width space, a blank, a line, cut short.
  ...[
    'unknown',
    '',
    '\u0441ursor',
    '\uff43ursor',
    'cur\u200bsor',
    'cursor ',
    ' cursor',
    'cursor\n',
    'cursor\u0000',
    `${'c'.repeat(99)}…`,
  ].map((name) => [mcp(name), 'client', 'door'] as const),
  [mcp('cursor', { token: 'box' }), 'token:box', 'token'],
  [cli({ person }), 'person', 'terminal'],
  [cli(), 'script', 'door'],
  [cli({ ci: true, person }), 'ci', 'environment'],
  [cli({ agent: 'CLAUDECODE', ci: true, person }), 'agent', 'environment'],
] as const)('who calls, and how that is known: %j', (context, id, known_by) => {
  verifies('policy.who');
  expect(identityOf(context)).toEqual({ id, known_by });
});

async function policy(text: string): Promise<Policy> {
  const parsed = await parsePolicy(`version: "1"\n${text}`);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return parsed.policy;
}

const fresh: CounterView = { now: 0, aligned: () => ({ used: 0, resetsAt: 1 }), sliding: () => [] };
const call = (
  context: Parameters<typeof identityOf>[0] | undefined,
  tool = 'verify',
  args: Record<string, unknown> = {},
): PolicyCall => ({
  tool,
  arguments: args,
  required: [],
  door: context?.door ?? 'mcp',
  ...(context ? { who: identityOf(context) } : {}),
});

const GRANTS = `grants:
  person: { tools: ["*"] }
  ci: { tools: [verify, gate] }
  "client:cursor":
    tools: [verify, gate]
    conditions: [{ path: args.scope, op: eq, value: affected }]
    on_deny: Only CI verifies it all.
  "token:box": { tools: [verify] }
  default: { tools: [gate] }
tools:
  gate: { rules: [{ name: never by agents, action: deny }] }
`;

describe('grants', () => {
  test.each([
    [mcp('cursor'), 'verify', { scope: 'affected' }, 'allow'],
    [mcp('cursor'), 'verify', {}, 'grants.client:cursor'],
    [mcp('cursor'), 'verify', { scope: 'full' }, 'grants.client:cursor'],
    [mcp('cursor'), 'record', {}, 'grants.client:cursor'],
    [mcp('Cursor'), 'verify', {}, 'grants.default'],
    [mcp('\u0441ursor'), 'verify', {}, 'grants.default'],
    [mcp('unknown'), 'verify', {}, 'grants.default'],
    [mcp('person'), 'verify', {}, 'grants.default'],
    [mcp('cursor', { token: 'box' }), 'verify', { scope: 'full' }, 'allow'],
    [mcp('cursor', { token: 'other' }), 'verify', {}, 'grants.default'],
    [cli({ person }), 'record', {}, 'allow'],
    [cli(), 'record', {}, 'grants.default'],
    [cli({ ci: true }), 'verify', { scope: 'full' }, 'allow'],
    [cli({ agent: 'CLAUDECODE', person }), 'verify', {}, 'grants.default'],
    [undefined, 'verify', {}, 'grants.default'],
    // A grant opens no door that a rule of the tool shuts.
    [cli({ person }), 'gate', {}, 'never by agents'],
  ] as const)('%j calls %s with %j: %s', async (who, tool, args, said) => {
    verifies('policy.grants');
    const file = await policy(GRANTS);
    const asked = call(who, tool, args);
    const decision = decide(file, asked, fresh);
    expect(decision.outcome === 'allow' ? 'allow' : decision.rule).toBe(said);
    expect(explainCall(file, asked, fresh).decision).toEqual(decision);
  });

  test('a denial says who calls and how that is known, and the user’s own words', async () => {
    verifies('policy.grants');
    const file = await policy(GRANTS);
    expect(decide(file, call(mcp('cursor'), 'record'), fresh)).toEqual({
      outcome: 'deny',
      tool: 'record',
      rule: 'grants.client:cursor',
      why: 'client:cursor (known by: said by itself) is not granted it',
      reason: 'Only CI verifies it all.',
      final: true,
    });
    expect(explainCall(file, call(mcp('cursor'), 'gate', { scope: 'affected' }), fresh).rules).toEqual([
      {
        rule: 'grants.client:cursor',
        from: 'grants',
        verdict: 'passes',
        because: 'args.scope eq "affected"',
        reason: 'Only CI verifies it all.',
      },
      { rule: 'never by agents', from: 'tools.gate', verdict: 'denies', because: 'the tool is denied' },
    ]);
  });

  test('whoever is not named, where there is no default, may call nothing', async () => {
    verifies('policy.grants');
    const file = await policy('grants: { person: { tools: ["*"] } }');
    expect(decide(file, call(mcp('x')), fresh)).toMatchObject({ outcome: 'deny', rule: 'grants.default' });
    expect(decide(await policy('grants: {}'), call(cli({ person })), fresh)).toMatchObject({ outcome: 'deny' });
    expect(decide(await policy('tools: {}'), call(mcp('x')), fresh)).toMatchObject({ outcome: 'allow' });
  });

  test.each([
    ['grants: { Person: { tools: [] } }', '"Person" names nobody'],
    ['grants: { "client:\u0441ursor": { tools: [] } }', 'names nobody'],
    ['grants: { "client:": { tools: [] } }', 'names nobody'],
    ['grants: { "token:a b": { tools: [] } }', 'names nobody'],
    ['grants: { __proto__: { tools: [] } }', '"__proto__" names nobody'],
    ['grants: { person: {} }', 'tools is missing'],
    ['grants: { person: { tools: verify } }', 'must be a list'],
    ['grants: { person: { tools: [], tool: [] } }', 'unknown key "tool"'],
    ['grants: [person]', 'must be a mapping'],
    ['grants: null', 'must be a mapping'],
    [
      'tools: { a: { rules: [{ action: allow, rate_limit: { max: 1, window: 1, per: call } }] } }',
      'must be one of "session"',
    ],
    [
      'tools: { a: { rules: [{ action: allow, rate_limit: { max: 1, window: 1, per: session, scope: project } }] } }',
      'say the same thing',
    ],
  ])('%s is refused with its place', async (text, says) => {
    const parsed = await parsePolicy(`version: "1"\n${text}`);
    expect(parsed.ok ? '' : parsed.problems.map(({ message }) => message).join(' ')).toContain(says);
  });

  test('what a name cannot keep is warned of', async () => {
    verifies('policy.grants');
    expect(grantWarnings((await policy(GRANTS)).grants)).toEqual([
      'grants.ci allows more than the default, and anyone can claim it: it is known by the environment.',
      'grants.client:cursor allows more than the default, and anyone can claim it: the name is said by the client itself.',
    ]);
    const narrow = await policy('grants: { "client:x": { tools: [gate] }, default: { tools: ["*"] } }');
    expect(grantWarnings(narrow.grants)).toEqual([
      'The default allows more than grants.client:x, and who is meant can come under another name: the name is said by the client itself.',
    ]);
    expect(grantWarnings((await policy('grants: { person: { tools: [] } }')).grants)).toEqual([
      'grants has no default: whoever it does not name is refused every call.',
    ]);
  });
});

test('a name that only the caller vouches for is no fresh limit', async () => {
  verifies('policy.per');
  const { grants } = await policy(GRANTS);
  const counted = (context: Parameters<typeof identityOf>[0]) => countedAs(grants, identityOf(context));
  expect(
    [mcp('cursor'), mcp('a'), mcp('b'), mcp('unknown'), mcp('a', { token: 't' }), cli({ person })].map(counted),
  ).toEqual(['client:cursor', 'client', 'client', 'client', 'token:t', 'person']);
  expect(countedAs(undefined, identityOf(mcp('cursor')))).toBe('client');
});
