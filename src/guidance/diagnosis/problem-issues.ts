import type { CheckResult, Problem } from '../../core/vocabulary/check.js';
import type { IssueSeverity } from '../../core/vocabulary/issue.js';
import { type Draft, issueId, verifyCall } from './issue-draft.js';
import type { RepairRule } from './repair-rule.js';
import { REPAIR_RULES } from './repair-rules.js';

/** Characters of a quotation that an issue repeats; the run has all of it. */
const MAX_TEXT = 600;
/** Pieces of evidence of one issue. */
const MAX_EVIDENCE = 5;

/** The problems of one failed check as issues; the same one on several screens and viewports is one issue. */
export function problemIssues(check: CheckResult): Draft[] {
  const rule = REPAIR_RULES[check.id];
  // A check without a rule is a programming error that a test finds; its problems must not be lost here.
  const known: RepairRule = rule ?? {
    category: 'evidence',
    severity: 'critical',
    cause: check.title,
    task: 'Read the problem and mend it.',
    verify: 'all',
  };
  const groups = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of check.problems) {
    const key = JSON.stringify(keyOf(check.id, problem));
    const group = groups.get(key);
    if (group) group.push(problem);
    else groups.set(key, [problem]);
  }
  return [...groups.values()].map((problems) => toDraft(check, known, problems));
}

/** What makes two problems the same one: not where they show. */
function keyOf(check: string, { title, text, file, line, flow, step, url }: Problem): unknown[] {
  // A screen that does not open has its own address in its message; the reason is in the title.
  if (check === 'screenshots-present') return [title];
  return [title, text ?? url, file, line, flow, step];
}

function toDraft(check: CheckResult, rule: RepairRule, problems: readonly [Problem, ...Problem[]]): Draft {
  const [first] = problems;
  const screens = unique(problems.flatMap(({ screen }) => (screen === undefined ? [] : [screen])));
  // A problem at several viewports names them with commas.
  const viewports = unique(problems.flatMap(({ viewport }) => viewport?.split(', ') ?? []));
  const where = { screens, viewports, ...(first.flow === undefined ? {} : { flow: first.flow }) };
  return {
    check: check.id,
    issue: {
      id: issueId(check.id, keyOf(check.id, first)),
      category: rule.category,
      severity: severityOf(check, rule),
      status: check.status,
      title: first.title,
      ...where,
      evidence: evidenceOf(problems),
      ...(first.file === undefined ? {} : { file: first.file }),
      ...(first.line === undefined ? {} : { line: first.line }),
      ...(first.column === undefined ? {} : { column: first.column }),
      likely_cause: rule.cause,
      repair_task: first.fix ?? rule.task,
      verify_with: verifyCall(rule, where),
      consequences: [],
    },
  };
}

/** What only warns holds up nothing. */
function severityOf(check: CheckResult, rule: RepairRule): IssueSeverity {
  if (check.severity === 'block') return rule.severity;
  return rule.severity === 'info' ? 'info' : 'warning';
}

function evidenceOf(problems: readonly Problem[]): Draft['issue']['evidence'] {
  const all = problems.map(({ text, artifact, url }) => ({
    ...(text === undefined ? {} : { text: text.slice(0, MAX_TEXT) }),
    ...(artifact === undefined ? {} : { artifact }),
    ...(url === undefined ? {} : { url }),
  }));
  const distinct = new Map(all.map((one) => [JSON.stringify(one), one]));
  return [...distinct.values()].filter((one) => Object.keys(one).length > 0).slice(0, MAX_EVIDENCE);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
