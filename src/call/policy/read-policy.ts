import { readGrants } from './identity.js';
import { type Counter, type Policy, type Rule, WINDOWS } from './policy.js';
import type { CompilePattern, FileFacts } from './read-condition.js';
import { readRule, scopeOf } from './read-rule.js';
import { type Path, Problems, type RawProblem, readChoice, readList, readMap, readText, show } from './read-value.js';

const TOP_KEYS = ['version', 'description', 'default', 'hide', 'tools', 'grants'];

/** Reads the value of a policy file. Every problem is listed; the policy is there only when there is none. */
export function readPolicy(value: unknown, compile: CompilePattern): { policy?: Policy; problems: RawProblem[] } {
  const problems = new Problems();
  if (value === null || value === undefined) {
    problems.add([], 'the file is empty', 'Write a policy (`codeloop policy init` makes one) or delete the file.');
    return { problems: problems.found };
  }
  const map = readMap(value, [], TOP_KEYS, problems);
  if (!map) return { problems: problems.found };
  if (map.version === undefined ? !isShort(map) : map.version !== '1' && map.version !== 1)
    problems.add(
      map.version === undefined ? [] : ['version'],
      `version must be "1", got ${show(map.version)}`,
      'Write version: "1" as the first line.',
    );
  const description = map.description === undefined ? undefined : readText(map.description, ['description'], problems);
  const standard =
    map.default === undefined ? 'allow' : readChoice(map.default, ['default'], ['allow', 'deny'], problems);
  const hide = readHide(map.hide, problems);
  const { tools, facts } = readTools(map.tools, compile, problems);
  const grants = readGrants(map.grants, facts);
  if (problems.found.length > 0) return { problems: problems.found };
  return {
    policy: {
      ...(description === undefined ? {} : { description }),
      default: standard ?? 'deny',
      hide,
      tools,
      ...(grants ? { grants } : {}),
    },
    problems: [],
  };
}

function readHide(value: unknown, problems: Problems): ReadonlySet<string> {
  const hide = new Set<string>();
  if (value === undefined || value === null) return hide;
  for (const [index, item] of (readList(value, ['hide'], problems) ?? []).entries()) {
    const name = readText(item, ['hide', index], problems);
    if (name === undefined) continue;
    if (hide.has(name)) problems.add(['hide', index], `"${name}" is listed twice`, 'Remove one of the two.');
    hide.add(name);
  }
  return hide;
}

/** The rules by tool, and the facts of the file that reading conditions needs. */
function readTools(
  value: unknown,
  compile: CompilePattern,
  problems: Problems,
): { tools: ReadonlyMap<string, Rule[]>; facts: FileFacts } {
  const tools = new Map<string, Rule[]>();
  const map = value === undefined || value === null ? {} : readMap(value, ['tools'], undefined, problems);
  const lists = Object.entries(map ?? {}).map(([tool, entry]) => ({ tool, rules: rulesOf(tool, entry, problems) }));
  const facts: FileFacts = { problems, compile, counters: declaredCounters(lists, problems) };
  for (const { tool, rules } of lists) {
    if (tool === '_global')
      problems.add(['tools', tool], '_global is the name of the counters of "*"', 'Write "*" as the tool.', 'key');
    const read = rules.map((rule, index) => readRule(rule, ['tools', tool, 'rules', index], tool, facts));
    tools.set(tool, apart(read.filter((rule) => rule !== undefined)));
  }
  return { tools, facts };
}

/** A tool listed with nothing below it has no rules, as in the published format. */
function rulesOf(tool: string, entry: unknown, problems: Problems): readonly unknown[] {
  if (entry === null) return [];
  const map = readMap(entry, ['tools', tool], ['rules'], problems);
  if (!map || map.rules === undefined || map.rules === null) return [];
  return readList(map.rules, ['tools', tool, 'rules'], problems) ?? [];
}

/** Counters by `<scope>.<name>`, read before the conditions, which may name a counter of any rule. */
function declaredCounters(
  lists: readonly { tool: string; rules: readonly unknown[] }[],
  problems: Problems,
): ReadonlyMap<string, Counter> {
  const counters = new Map<string, Counter>();
  for (const { tool, rules } of lists) {
    const seen = new Map<string, number>();
    for (const [index, rule] of rules.entries()) {
      const found = counterOf(rule);
      if (!found) continue;
      const path: Path = ['tools', tool, 'rules', index];
      const first = seen.get(found.name);
      if (first !== undefined)
        problems.add(
          path,
          `counter "${found.name}" is already counted by rules[${first}]`,
          'Use another window or another counter name, or join the two rules.',
        );
      seen.set(found.name, index);
      const key = `${scopeOf(tool)}.${found.name}`;
      counters.set(key, { key, window: found.window });
    }
  }
  return counters;
}

function counterOf(rule: unknown): { name: string; window: Counter['window'] } | undefined {
  if (rule === null || typeof rule !== 'object') return undefined;
  const limit: unknown = Reflect.get(rule, 'rate_limit');
  const state: unknown = Reflect.get(rule, 'state');
  if (typeof limit === 'string') {
    const window = WINDOWS.find((known) => limit.split('/')[1] === known);
    return window && { name: `_rate_${window}`, window };
  }
  if (state === null || typeof state !== 'object') return undefined;
  const name: unknown = Reflect.get(state, 'counter');
  const window = WINDOWS.find((known) => known === Reflect.get(state, 'window'));
  // A wrong window is reported where the state block is read; the name still counts as declared.
  return typeof name === 'string' ? { name, window: window ?? 'day' } : undefined;
}

/** Two limits with one name must not share one window of calls. */
function apart(rules: readonly Rule[]): Rule[] {
  const seen = new Set<string>();
  return rules.map((rule, index) => {
    if (!rule.sliding) return rule;
    const key = seen.has(rule.sliding.key) ? `${rule.sliding.key}#${index}` : rule.sliding.key;
    seen.add(key);
    return { ...rule, sliding: { ...rule.sliding, key } };
  });
}

/** The short spelling is published without a version: only `tools`, and in them no rule of the long spelling. */
function isShort(map: Record<string, unknown>): boolean {
  if (Object.keys(map).some((key) => key !== 'tools')) return false;
  const text = JSON.stringify(map.tools ?? {});
  return !/"(?:conditions|state|on_deny)":|"action":"evaluate"/.test(text);
}
