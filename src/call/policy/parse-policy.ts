import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { linearPattern } from '../../core/linear-pattern.js';
import { readGrants } from './identity.js';
import { type Counter, type Policy, type Rule, WINDOWS } from './policy.js';
import type { CompilePattern, FileFacts } from './read-condition.js';
import {
  type Path,
  Problems,
  type RawProblem,
  readChoice,
  readList,
  readMap,
  readText,
  show,
} from './read-condition.js';
import { readRule, scopeOf } from './read-rule.js';

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

/** A problem with its place in the file; line and column start at 1. */
export interface PolicyProblem {
  line: number;
  column: number;
  message: string;
  fix: string;
}

/** A parsed policy file, or everything that is wrong with it (at least one problem). */
export type ParsedPolicy =
  | { ok: true; policy: Policy }
  | { ok: false; problems: readonly [PolicyProblem, ...PolicyProblem[]] };

/** Largest policy file in UTF-16 units. */
export const MAX_POLICY = 1_000_000;

/** Parses a policy in either spelling (YAML 1.2 core schema). Never throws: a file that cannot be trusted is a list of problems. */
export async function parsePolicy(text: string): Promise<ParsedPolicy> {
  if (text.length > MAX_POLICY)
    return wrong([{ line: 1, column: 1, message: 'the file is larger than 1 MB', fix: 'Shorten it.' }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0)
    return wrong(
      document.errors.map((error) => ({
        ...locate(error.pos[0]),
        message: error.message,
        fix: 'Correct the YAML at that place; indent with spaces and quote texts that hold a colon.',
      })),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return wrong([{ line: 1, column: 1, message, fix: 'Write the rules out instead of using YAML aliases.' }]);
  }
  const { policy, problems } = readPolicy(value, linearPattern);
  if (policy) return { ok: true, policy };
  return wrong(
    problems
      .map((problem) => ({
        ...locate(offsetOf(document.contents, problem)),
        message: problem.message,
        fix: problem.fix,
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

function wrong(problems: PolicyProblem[]): ParsedPolicy {
  const [first, ...rest] = problems;
  return {
    ok: false,
    problems: [first ?? { line: 1, column: 1, message: 'the file is not a policy', fix: 'Write one.' }, ...rest],
  };
}

/** Returns the offset of a problem in the text; a missing step of the path points at the nearest parent. */
function offsetOf(contents: unknown, problem: RawProblem): number {
  let node: unknown = contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of problem.path.entries()) {
    const last = index === problem.path.length - 1;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!isPair(pair)) break;
      next = pair.value;
      if ((last && problem.at === 'key') || startOf(next) === undefined) {
        offset = startOf(pair.key) ?? offset;
        if (last) break;
      }
    } else if (isSeq(node) && typeof step === 'number') next = node.items[step];
    else break;
    if (isAlias(next)) return startOf(next) ?? offset;
    offset = startOf(next) ?? offset;
    node = next;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  const found = isScalar(node) || isCollection(node) || isAlias(node) ? (node as Node) : undefined;
  return found?.range?.[0];
}
