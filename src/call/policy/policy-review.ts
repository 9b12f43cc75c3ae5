import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeAtomic } from '../../core/atomic-write.js';
import type { Clock } from '../../core/clock.js';
import { nearestName } from '../../core/ids.js';
import { POLICY_FILES } from '../../core/path-walls.js';
import {
  type CounterView,
  checkLimits,
  decide,
  decideAccess,
  decideRequired,
  refuseArguments,
  refuseDenied,
  refuseMissing,
} from './decide.js';
import { grantWarnings } from './identity.js';
import type { PolicyProblem } from './parse-policy.js';
import { countedAs, type Decision, type Policy, type PolicyCall, rulesFor } from './policy.js';
import { PolicyCounters } from './policy-counters.js';
import { PolicySource } from './policy-source.js';

/** One rule's answer to a call. */
interface ExplainedRule {
  rule: string;
  /** `grants`, `tools.<name>` or `tools."*"`. */
  from: string;
  verdict: 'passes' | 'denies' | 'limits';
  /** The condition that did not hold, or what the rule asks for. */
  because: string;
  reason?: string;
}

/** A call as the policy sees it: every rule that applies, in the order in which they are asked, and what would happen. */
interface Explanation {
  decision: Decision;
  rules: ExplainedRule[];
}

/** Explains a call without counting it. Pure; the outcome is that of `decide`. */
export function explainCall(policy: Policy, call: PolicyCall, counters: CounterView): Explanation {
  const granted = policy.grants ? 1 : 0;
  const own = granted + (policy.tools.get(call.tool)?.length ?? 0);
  const identity = countedAs(policy.grants, call.who);
  const rules = rulesFor(policy, call).map((rule, index): ExplainedRule => {
    const refusal =
      refuseDenied(rule, call.tool) ??
      refuseMissing(rule, call) ??
      refuseArguments(rule, call) ??
      checkLimits(rule, call, counters, identity).refusal;
    return {
      rule: rule.name,
      from: index < granted ? 'grants' : index < own ? `tools.${call.tool}` : 'tools."*"',
      verdict: refusal ? (refusal.outcome === 'limit' ? 'limits' : 'denies') : 'passes',
      because: refusal?.why ?? asks(rule),
      ...(rule.reason === undefined ? {} : { reason: rule.reason }),
    };
  });
  return { decision: decide(policy, call, counters), rules };
}

function asks({ conditions, required, sliding }: ReturnType<typeof rulesFor>[number]): string {
  const parts = [
    ...conditions.map(({ text }) => text),
    ...(sliding ? [`at most ${sliding.max} calls in ${sliding.windowMs / 1000} s${per(sliding.scope)}`] : []),
    ...(required ? ['required arguments are there'] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'allows every call';
}

function per(scope: string): string {
  return scope === 'session' || scope === 'identity' ? ` per ${scope}` : '';
}

/** The starter file's entry of a tool. */
interface StarterTool {
  name: string;
  title: string;
  effect: 'read' | 'write' | 'drive';
}

const GROUPS: readonly { effect: StarterTool['effect']; heading: string; limit?: string }[] = [
  { effect: 'drive', heading: 'Run the app, a browser, builds and tests', limit: '120/hour' },
  { effect: 'write', heading: 'Write inside the project', limit: '60/hour' },
  { effect: 'read', heading: 'Only read' },
];

/**
 * A policy to start from: every tool, grouped by what it does, with limits that ordinary work stays below and a retry loop
 * does not. It is YAML with comments, and `policy check` finds nothing wrong with it.
 */
export function starterPolicy(tools: readonly StarterTool[]): string {
  const lines = [
    '# Who may call what, and how often. It holds for agents and for the terminal; edits take effect at the next call.',
    '# `codeloop policy check` finds mistakes, `codeloop policy explain <tool>` says what would happen. See docs/policy.md.',
    'version: "1"',
    'description: Starter policy',
    '',
    '# "deny" allows only the tools listed below.',
    'default: allow',
    '',
    '# Tools that agents do not even see.',
    'hide: []',
    '',
    'tools:',
  ];
  for (const { effect, heading, limit } of GROUPS) {
    const group = tools.filter((tool) => tool.effect === effect).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (group.length === 0) continue;
    lines.push(`  # ── ${heading} ──`);
    for (const tool of group) {
      lines.push(`  # ${tool.title.replaceAll(/\s+/g, ' ')}`, `  ${tool.name}:`);
      lines.push(
        ...(limit ? rule('hourly limit', limit, 'Look at the last result before calling again.') : ['    rules: []']),
      );
    }
    lines.push('');
  }
  lines.push('  # Every call of every tool', '  "*":', ...rule('all calls', '120/minute'));
  return `${lines.join('\n')}\n`;
}

function rule(name: string, limit: string, reason?: string): string[] {
  return [
    '    rules:',
    `      - name: ${name}`,
    `        rate_limit: ${limit}`,
    ...(reason ? [`        on_deny: ${reason}`] : []),
  ];
}

/** Findings of `policy check`. Warnings stop nothing. */
interface PolicyReview {
  file?: string;
  problems: PolicyProblem[];
  warnings: string[];
}

/** Names that look like a policy file and are read by nobody. */
const MISNAMED = ['.codeloop/policy.yml', 'codeloop.yml', '.codeloop/codeloop.yaml', 'policy.yaml'];

/** The reviews of several folders (outermost first) as one: the file of the first that has problems, and all warnings. */
export async function reviewPolicies(folders: readonly string[], tools: readonly string[]): Promise<PolicyReview> {
  const reviews = await Promise.all(
    folders.map(async (dir) => {
      const review = await reviewPolicy(dir, tools);
      return review.file === undefined ? review : { ...review, file: below(folders[0], dir, review.file) };
    }),
  );
  const shown = reviews.find(({ problems }) => problems.length > 0) ?? reviews[0];
  return { problems: [], ...shown, warnings: reviews.flatMap(({ warnings }) => warnings) };
}

/** Everything that is wrong with a project's policy, and what is likely meant otherwise: tools that do not exist, files not read. */
async function reviewPolicy(dir: string, tools: readonly string[]): Promise<PolicyReview> {
  const state = await new PolicySource(dir).read();
  const warnings = MISNAMED.filter((name) => existsSync(join(dir, name))).map(
    (name) => `${name} is not read; the policy belongs into ${POLICY_FILES.join(' or ')}.`,
  );
  if (!('policy' in state)) return { file: state.file, problems: [...state.problems], warnings };
  const { policy, file } = state;
  warnings.push(...grantWarnings(policy.grants));
  const granted = [...(policy.grants?.values() ?? [])].flatMap((grant) => [...grant.tools]);
  for (const name of new Set([...policy.hide, ...policy.tools.keys(), ...granted])) {
    if (name === '*' || tools.includes(name)) continue;
    const full = `codeloop_${name.replaceAll('-', '_')}`;
    const near = tools.includes(full) ? full : nearestName(name, tools);
    warnings.push(`There is no tool ${name}${near ? `; did you mean ${near}?` : '.'}`);
  }
  return { ...(file === undefined ? {} : { file }), problems: [], warnings };
}

/** Writes the starter policy, unless the project has one. `created` is false then, and `file` names it. */
export async function createPolicy(
  dir: string,
  tools: readonly StarterTool[],
): Promise<{ file: string; created: boolean }> {
  const there = POLICY_FILES.find((file) => existsSync(join(dir, file)));
  if (there !== undefined) return { file: there, created: false };
  const [file] = POLICY_FILES;
  await writeAtomic(join(dir, file), starterPolicy(tools));
  return { file, created: true };
}

/**
 * Returns the answer of the folders' policies (outermost first) to a call now; counts nothing. `file` is that of the one that
 * decides. Throws POLICY_INVALID, POLICY_COUNTERS_UNREADABLE.
 */
export async function explainPolicies(
  folders: readonly [string, ...string[]],
  call: PolicyCall,
  clock: Clock,
): Promise<Explanation & { file?: string }> {
  const explained = await Promise.all(folders.map((dir) => explainPolicy(dir, folders[0], call, clock)));
  // The order of the dispatcher: every policy is asked for access and required arguments before the first is asked for more.
  const deciding =
    explained.find(({ early }) => early) ?? explained.find(({ decision }) => decision.outcome !== 'allow');
  const { decision, file } = deciding ?? (await explainPolicy(folders[0], folders[0], call, clock));
  const several = explained.length > 1;
  const rules = explained.flatMap((one) =>
    one.rules.map((rule) => (several ? { ...rule, from: `${one.file}: ${rule.from}` } : rule)),
  );
  return { decision, rules, ...(file === undefined ? {} : { file }) };
}

async function explainPolicy(
  dir: string,
  outermost: string,
  call: PolicyCall,
  clock: Clock,
): Promise<Explanation & { file?: string; early: boolean }> {
  const { policy, file } = await new PolicySource(dir).current();
  const explanation = await new PolicyCounters(dir, clock).peek((counters) => explainCall(policy, call, counters));
  const early = (decideAccess(policy, call) ?? decideRequired(policy, call)) !== undefined;
  return {
    ...explanation,
    early,
    ...(file === undefined ? {} : { file: below(outermost, dir, file) }),
  };
}

/** A file of a folder as seen from the outermost one, with `/`. */
function below(outermost: string | undefined, dir: string, file: string): string {
  return relative(outermost ?? dir, join(dir, file)).replaceAll('\\', '/');
}
