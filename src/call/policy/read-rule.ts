import { type Condition, type Rule, type SlidingLimit, type State, WINDOWS, type Window } from './policy.js';
import {
  type FileFacts,
  MAX_TEXT,
  type Path,
  type Problems,
  place,
  readChoice,
  readCondition,
  readList,
  readMap,
  readState,
  readText,
  show,
} from './read-condition.js';

const RULE_KEYS = ['name', 'action', 'conditions', 'rate_limit', 'on_deny', 'state', 'reason', 'validate', 'scope'];
const ACTIONS = ['evaluate', 'deny', 'allow'] as const;
const SCOPES = ['process', 'project'] as const;
/** What `per` counts together; the newer word, which `scope` has as `process` and `project`. */
const PER = ['session', 'identity', 'project'] as const;
/** Longest sliding window: 366 days in seconds. */
const MAX_SECONDS = 31_622_400;

/** The scope of a tool's counters in `state.<scope>.<counter>`. */
export function scopeOf(tool: string): string {
  return tool === '*' ? '_global' : tool;
}

/** One rule of a tool in either spelling, or undefined when something is wrong with it (then it is in `problems`). */
export function readRule(value: unknown, path: Path, tool: string, facts: FileFacts): Rule | undefined {
  const { problems } = facts;
  const before = problems.found.length;
  const map = readMap(value, path, RULE_KEYS, problems);
  if (!map) return undefined;
  const action = map.action === undefined ? undefined : readChoice(map.action, [...path, 'action'], ACTIONS, problems);
  const name = map.name === undefined ? undefined : readText(map.name, [...path, 'name'], problems);
  const reason = readReason(map, path, problems);
  const list = map.conditions === undefined ? [] : readList(map.conditions, [...path, 'conditions'], problems);
  const conditions = (list ?? []).map((item, index) => readCondition(item, [...path, 'conditions', index], facts));
  const scope = scopeOf(tool);
  const ownState = map.state === undefined ? undefined : readState(map.state, [...path, 'state'], scope, problems);
  const limit = readRateLimit(map, path, scope, name ?? place(path), problems);
  const required = map.validate === undefined ? undefined : readValidate(map.validate, [...path, 'validate'], problems);
  checkCombination(map, path, problems);
  if (problems.found.length > before) return undefined;
  const state = ownState ?? limit?.state;
  return {
    name: name ?? place(path),
    ...(reason === undefined ? {} : { reason }),
    deny: action === 'deny',
    conditions: [...conditions.filter((item) => item !== undefined), ...(limit?.condition ? [limit.condition] : [])],
    ...(state ? { state } : {}),
    ...(limit?.sliding ? { sliding: limit.sliding } : {}),
    ...(required ? { required } : {}),
  };
}

/** Refuses doubtful combinations in one rule: a rule that is misread would be a hole. */
function checkCombination(map: Record<string, unknown>, path: Path, problems: Problems): void {
  const has = (key: string) => map[key] !== undefined;
  const conditions = Array.isArray(map.conditions) ? map.conditions.length : 0;
  if (map.action === 'deny') {
    for (const key of ['conditions', 'rate_limit', 'state', 'validate'].filter(has))
      problems.add([...path, key], `a deny rule refuses every call and takes no ${key}`, `Remove ${key}.`, 'key');
    return;
  }
  if (map.action === 'allow' && (has('conditions') || has('state')))
    problems.add([...path, 'action'], 'an allow rule takes no conditions and no state', 'Write action: evaluate.');
  if (has('rate_limit') && (has('conditions') || has('state')))
    problems.add(
      [...path, 'rate_limit'],
      'rate_limit cannot stand beside conditions or state',
      'Write two rules, or spell the limit out with conditions and state.',
      'key',
    );
  const evaluates = map.action === 'evaluate' || (map.action === undefined && (has('conditions') || has('state')));
  if (evaluates && conditions === 0 && !has('rate_limit'))
    problems.add(path, 'an evaluate rule needs at least one condition', 'Add conditions: or rate_limit:.');
  if ((has('conditions') || has('state')) && !has('name'))
    problems.add(path, 'the rule has no name', 'Add name: "…"; denials and the audit log cite it.');
  if (!['action', 'conditions', 'state', 'rate_limit', 'validate'].some(has))
    problems.add(path, 'the rule says nothing', 'Add action: allow or deny, rate_limit:, validate: or conditions:.');
  if (has('scope') && (map.rate_limit === null || typeof map.rate_limit !== 'object'))
    problems.add(
      [...path, 'scope'],
      'scope belongs to rate_limit: {max, window}',
      'Remove it; "N/window" limits are always shared by the project.',
      'key',
    );
}

function readReason(map: Record<string, unknown>, path: Path, problems: Problems): string | undefined {
  if (map.on_deny !== undefined && map.reason !== undefined)
    return problems.add([...path, 'reason'], 'on_deny and reason say the same thing', 'Keep one of the two.', 'key');
  const key = map.on_deny !== undefined ? 'on_deny' : 'reason';
  if (map[key] === undefined) return undefined;
  const text = readText(map[key], [...path, key], problems);
  return text !== undefined && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

interface Limit {
  state?: State;
  condition?: Condition;
  sliding?: SlidingLimit;
}

function readRateLimit(
  map: Record<string, unknown>,
  path: Path,
  scope: string,
  name: string,
  problems: Problems,
): Limit | undefined {
  const value = map.rate_limit;
  const at = [...path, 'rate_limit'];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return readAligned(value, at, scope, problems);
  const limit = readMap(value, at, ['max', 'window', 'scope', 'per'], problems);
  if (!limit) return undefined;
  const { max, window } = limit;
  if (!isWhole(max, Number.MAX_SAFE_INTEGER))
    problems.add([...at, 'max'], `must be a whole number above 0, got ${show(max)}`, 'Write for example max: 10.');
  if (!isWhole(window, MAX_SECONDS))
    problems.add(
      [...at, 'window'],
      `must be a whole number of seconds from 1 to ${MAX_SECONDS}, got ${show(window)}`,
      'Write for example window: 60.',
    );
  if (limit.scope !== undefined && map.scope !== undefined)
    problems.add([...path, 'scope'], 'scope is given twice', 'Keep one of the two.', 'key');
  if (limit.per !== undefined && (limit.scope !== undefined || map.scope !== undefined))
    problems.add([...at, 'per'], 'per and scope say the same thing', 'Keep per.', 'key');
  const where = limit.scope !== undefined ? [...at, 'scope'] : [...path, 'scope'];
  const given = limit.scope ?? map.scope ?? 'process';
  const sharing =
    limit.per === undefined
      ? readChoice(given, where, SCOPES, problems)
      : readChoice(limit.per, [...at, 'per'], PER, problems);
  if (!isWhole(max, Number.MAX_SAFE_INTEGER) || !isWhole(window, MAX_SECONDS) || !sharing) return undefined;
  return { sliding: { key: `${scope}.${name}`, max, windowMs: window * 1000, scope: sharing } };
}

/** `10/minute` is a counter `_rate_minute` and the condition that it stays at or below 10, as in the long spelling. */
function readAligned(value: string, path: Path, scope: string, problems: Problems): Limit | undefined {
  const [count = '', word = '', ...rest] = value.split('/');
  const fix = 'Write for example 10/minute, 30/hour or 100/day.';
  if (word === '' || rest.length > 0)
    return problems.add(path, `rate_limit must be "N/window", got ${show(value)}`, fix);
  if (!/^[1-9][0-9]{0,14}$/.test(count))
    return problems.add(path, `the count of rate_limit must be a whole number above 0, got ${show(count)}`, fix);
  const window = WINDOWS.find((known): known is Window => known === word);
  if (!window)
    return problems.add(path, `the window of rate_limit must be minute, hour or day, got ${show(word)}`, fix);
  const max = Number(count);
  const counter = { key: `${scope}._rate_${window}`, window };
  return {
    state: { counter, increment: 1 },
    condition: {
      text: `state.${counter.key} lte ${max}`,
      source: { from: 'state', counter },
      op: 'lte',
      value: max,
      holds: (used) => typeof used === 'number' && used <= max,
    },
  };
}

function readValidate(value: unknown, path: Path, problems: Problems): true | readonly string[] | undefined {
  const map = readMap(value, path, ['required_args'], problems);
  if (!map) return undefined;
  const given = map.required_args;
  if (given === true) return true;
  if (given === false) return undefined;
  if (Array.isArray(given) && given.length > 0 && given.every((item) => typeof item === 'string' && item !== ''))
    return given.map(String);
  return problems.add(
    given === undefined ? path : [...path, 'required_args'],
    `required_args must be true, false or a list of argument names, got ${show(given)}`,
    'Write required_args: true.',
  );
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}
