import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { decideAccess, decideRequired } from '../config/policy/decide.js';
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

/**
 * What the policies of the folders (outermost first) would say of a call now; nothing is counted. `file` is that of the one that
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
  const early = (decideAccess(policy, call.tool) ?? decideRequired(policy, call)) !== undefined;
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
