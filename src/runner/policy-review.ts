import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyCall } from '../config/policy/decision.js';
import { type Explanation, explainCall } from '../config/policy/explain.js';
import type { PolicyProblem } from '../config/policy/parse-policy.js';
import { POLICY_FILES, PolicySource } from '../config/policy/policy-source.js';
import { type StarterTool, starterPolicy } from '../config/policy/starter-policy.js';
import { writeAtomic } from '../core/atomic-write.js';
import type { Clock } from '../core/clock.js';
import { nearestName } from '../core/nearest-name.js';
import { PolicyCounters } from '../store/policy-counters.js';

/** What `policy check` finds. Warnings stop nothing. */
export interface PolicyReview {
  file?: string;
  problems: PolicyProblem[];
  warnings: string[];
}

/** Names that look like a policy file and are read by nobody. */
const MISNAMED = ['.codeloop/policy.yml', 'codeloop.yml', '.codeloop/codeloop.yaml', 'policy.yaml'];

/** Everything that is wrong with a project's policy, and what is likely meant otherwise: tools that do not exist, files not read. */
export async function reviewPolicy(dir: string, tools: readonly string[]): Promise<PolicyReview> {
  const state = await new PolicySource(dir).read();
  const warnings = MISNAMED.filter((name) => existsSync(join(dir, name))).map(
    (name) => `${name} is not read; the policy belongs into ${POLICY_FILES.join(' or ')}.`,
  );
  if (!('policy' in state)) return { file: state.file, problems: [...state.problems], warnings };
  const { policy, file } = state;
  for (const name of new Set([...policy.hide, ...policy.tools.keys()])) {
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

/** What the policy would say of a call now; nothing is counted. Throws POLICY_INVALID, POLICY_COUNTERS_UNREADABLE. */
export async function explainPolicy(
  dir: string,
  call: PolicyCall,
  clock: Clock,
): Promise<Explanation & { file?: string }> {
  const { policy, file } = await new PolicySource(dir).current();
  const explanation = await new PolicyCounters(dir, clock).peek((counters) => explainCall(policy, call, counters));
  return { ...explanation, ...(file === undefined ? {} : { file }) };
}
