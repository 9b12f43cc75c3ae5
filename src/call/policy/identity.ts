import type { CallContext } from '../define-tool.js';
import { type Grant, type Grants, type Identity, UNNAMED } from './policy.js';
import {
  type FileFacts,
  type Path,
  type Problems,
  readCondition,
  readList,
  readMap,
  readText,
  show,
} from './read-condition.js';

/** Names in which no letter looks like another one: printable ASCII without a blank at its ends, at most 100 characters. */
const PLAIN_NAME = /^(?! )[\x20-\x7e]{1,100}(?<! )$/;

/** Returns who calls, by what the door knows. Pure. */
export function identityOf({
  door,
  client,
  token,
  agent,
  ci,
  person,
}: Pick<CallContext, 'door' | 'client' | 'token' | 'agent' | 'ci' | 'person'>): Identity {
  if (token !== undefined) return { id: `token:${token}`, known_by: 'token' };
  if (door === 'mcp') {
    const named = client.name !== 'unknown' && PLAIN_NAME.test(client.name);
    return named ? { id: `client:${client.name}`, known_by: 'said_by_itself' } : UNNAMED;
  }
  if (agent !== undefined) return { id: 'agent', known_by: 'environment' };
  if (ci) return { id: 'ci', known_by: 'environment' };
  return person ? { id: 'person', known_by: 'terminal' } : { id: 'script', known_by: 'door' };
}

const KINDS = ['person', 'ci', 'agent', 'script', 'client', 'default'];
const TOKEN = /^token:[A-Za-z0-9._-]{1,64}$/;

/** Reads `grants:`; undefined where the file has none. What is wrong is in the problems. */
export function readGrants(value: unknown, facts: FileFacts): Grants | undefined {
  if (value === undefined) return undefined;
  const grants = new Map<string, Grant>();
  for (const [id, entry] of Object.entries(readMap(value, ['grants'], undefined, facts.problems) ?? {})) {
    const path = ['grants', id];
    if (!isIdentity(id))
      facts.problems.add(
        path,
        `"${id}" names nobody`,
        `Use ${KINDS.join(', ')}, client:<name> in plain letters as the audit log has it, or token:<name>.`,
        'key',
      );
    const grant = readGrant(entry, path, facts);
    if (grant) grants.set(id, grant);
  }
  return grants;
}

/** True for what an identity or the default is called in a policy. */
export function isIdentity(id: string): boolean {
  return KINDS.includes(id) || TOKEN.test(id) || (id.startsWith('client:') && PLAIN_NAME.test(id.slice(7)));
}

function readGrant(value: unknown, path: Path, facts: FileFacts): Grant | undefined {
  const { problems } = facts;
  const map = readMap(value, path, ['tools', 'conditions', 'on_deny'], problems);
  if (!map) return undefined;
  const tools = readNames(map.tools, [...path, 'tools'], problems);
  const list = map.conditions === undefined ? [] : readList(map.conditions, [...path, 'conditions'], problems);
  const conditions = (list ?? []).map((item, index) => readCondition(item, [...path, 'conditions', index], facts));
  const reason = map.on_deny === undefined ? undefined : readText(map.on_deny, [...path, 'on_deny'], problems);
  return {
    tools: new Set(tools),
    conditions: conditions.filter((item) => item !== undefined),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 500) }),
  };
}

function readNames(value: unknown, path: Path, problems: Problems): string[] {
  if (value === undefined)
    problems.add(
      path.slice(0, -1),
      `tools is missing, got ${show(value)}`,
      'Write tools: ["*"], a list of names, or [].',
    );
  const list = value === undefined ? [] : (readList(value, path, problems) ?? []);
  return list.flatMap((item, index) => readText(item, [...path, index], problems) ?? []);
}

/** What grants promise and cannot keep: names that anyone may say, and a default that is worth more than them. */
export function grantWarnings(grants: Grants | undefined): string[] {
  if (!grants) return [];
  const fallback = grants.get('default');
  const wider = (a: Grant | undefined, b: Grant | undefined) =>
    a !== undefined && [...a.tools].some((tool) => !b?.tools.has(tool) && !b?.tools.has('*'));
  const claimed = [...grants].filter(([id]) => id.startsWith('client:') || id === 'ci' || id === 'agent');
  return [
    ...(fallback ? [] : ['grants has no default: whoever it does not name is refused every call.']),
    ...claimed.flatMap(([id, grant]) => {
      const by = id.startsWith('client:') ? 'the name is said by the client itself' : 'it is known by the environment';
      if (wider(grant, fallback)) return [`grants.${id} allows more than the default, and anyone can claim it: ${by}.`];
      if (id !== 'ci' && wider(fallback, grant))
        return [`The default allows more than grants.${id}, and who is meant can come under another name: ${by}.`];
      return [];
    }),
  ];
}
