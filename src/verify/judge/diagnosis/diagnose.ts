import type { Repair } from '../../../checks/define-check.js';
import designRegions from '../../../checks/designs/design-regions.js';
import { checks } from '../../../checks/index.js';
import { type CheckResult, type Problem, screensOf } from '../../../core/vocabulary/gate.js';
import {
  ISSUE_SEVERITIES,
  type Issue,
  type IssueCategory,
  type IssueSeverity,
} from '../../../core/vocabulary/issue.js';
import { type Pair, type Region, regionLine, Severity } from '../../../core/vocabulary/pair.js';
import { type Draft, distinctIds, foldConsequences, issueId, verifyCall } from './issue-draft.js';

/** Characters of a quotation that an issue repeats; the run has all of it. */
const MAX_TEXT = 600;
/** Pieces of evidence of one issue. */
const MAX_EVIDENCE = 5;

/** The problems of one failed check as issues; the same one on several screens and viewports is one issue. */
function problemIssues(check: CheckResult): Draft[] {
  const repair = repairOf(check);
  if (repair.listed === false) return [];
  const groups = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of check.problems) {
    const key = JSON.stringify(problemKey(repair, problem));
    const group = groups.get(key);
    if (group) group.push(problem);
    else groups.set(key, [problem]);
  }
  return [...groups.values()].map((problems) => problemDraft(check, repair, problems));
}

/** Returns a check's cause and fix. Problems of an unknown check, which a test finds, must not be lost. */
function repairOf({ id, title }: CheckResult): Repair {
  return (
    checks.find((check) => check.id === id)?.repair ?? {
      category: 'evidence',
      severity: 'critical',
      cause: title,
      task: 'Read the problem and fix it.',
      verify: 'all',
    }
  );
}

/** Returns the key by which two problems are the same, wherever they show. */
function problemKey({ sameBy }: Repair, { title, text, file, line, flow, step, url }: Problem): unknown[] {
  if (sameBy === 'title') return [title];
  return [title, text ?? url, file, line, flow, step];
}

function problemDraft(check: CheckResult, repair: Repair, problems: readonly [Problem, ...Problem[]]): Draft {
  const [first] = problems;
  const screens = unique(problems.flatMap((problem) => screensOf(problem).map(({ screen }) => screen)));
  // A problem at several viewports names them with commas.
  const viewports = unique(
    problems.flatMap(({ viewport, also = {} }) =>
      [viewport, ...Object.values(also)].flatMap((all) => (all ? all.split(', ') : [])),
    ),
  );
  const where = { screens, viewports, ...(first.flow === undefined ? {} : { flow: first.flow }) };
  return {
    check: check.id,
    follows: repair.follows ?? [],
    issue: {
      id: issueId(check.id, problemKey(repair, first)),
      category: repair.category,
      severity: problemSeverity(check, repair),
      status: check.status,
      title: first.title,
      ...where,
      evidence: evidenceOf(problems),
      ...(first.file === undefined ? {} : { file: first.file }),
      ...(first.line === undefined ? {} : { line: first.line }),
      ...(first.column === undefined ? {} : { column: first.column }),
      ...(first.element === undefined ? {} : { element: { selector: first.element } }),
      likely_cause: repair.cause,
      repair_task: first.fix ?? repair.task,
      verify_with: verifyCall(repair, where),
      consequences: [],
    },
  };
}

/** Returns the severity of an issue; a check that only warns blocks nothing. */
function problemSeverity(check: CheckResult, repair: Repair): IssueSeverity {
  if (check.severity === 'block') return repair.severity;
  return repair.severity === 'info' ? 'info' : 'warning';
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

/** Regions of one pair that become issues; they stand worst first. */
const MAX_REGIONS = 10;

interface Sighting {
  pair: Pair;
  region: Region;
}

/**
 * Differences from the design as issues: one for each element and kind of difference on a screen, with all the viewports that show it;
 * a region without an element stands alone. Noise is none.
 */
function regionIssues(pairs: readonly Pair[], blockOnSeverity: Severity): Draft[] {
  const groups = new Map<string, [Sighting, ...Sighting[]]>();
  for (const pair of pairs) {
    for (const region of pair.regions.filter(({ kind }) => kind !== 'noise').slice(0, MAX_REGIONS)) {
      const key = JSON.stringify(regionKey(pair, region));
      const group = groups.get(key);
      if (group) group.push({ pair, region });
      else groups.set(key, [{ pair, region }]);
    }
  }
  return [...groups.values()].map((sightings) => regionDraft(sightings, blockOnSeverity));
}

function regionKey({ screen, viewport }: Pair, { element, kind, rect }: Region): unknown[] {
  return element ? [screen, kind, element.selector] : [screen, viewport, kind, rect];
}

/** The key of a region as its id has it: where no element says what it is, the ninth of the picture that its middle lies in. */
function regionPlace(pair: Pair, region: Region): unknown[] {
  const { rect, kind, element } = region;
  const size = pair.size?.reference ?? pair.size?.actual;
  if (element || !size) return regionKey(pair, region);
  const third = (middle: number, whole: number) => Math.min(2, Math.floor((3 * middle) / Math.max(1, whole)));
  const ninth = [third(rect.x + rect.width / 2, size.width), third(rect.y + rect.height / 2, size.height)];
  return [pair.screen, pair.viewport, kind, ninth];
}

function regionDraft(sightings: readonly [Sighting, ...Sighting[]], blockOnSeverity: Severity): Draft {
  const [{ pair, region }] = sightings;
  const { id: check, repair } = designRegions;
  const where = { screens: [pair.screen], viewports: [...new Set(sightings.map((one) => one.pair.viewport))] };
  const { element, properties = [], kind } = sightings.find((one) => one.region.properties)?.region ?? region;
  const first = properties[0];
  return {
    check,
    follows: repair.follows ?? [],
    issue: {
      id: issueId(check, regionPlace(pair, region)),
      category: 'visual',
      severity: worst(sightings.map((one) => regionSeverity(one.region.severity, blockOnSeverity))),
      status: 'fail',
      title: `${kind === 'unknown' ? 'Something differs' : `Something is ${kind === 'text' ? 'worded differently' : kind}`} on ${pair.screen}${first ? ` (${first.property})` : ''}.`,
      ...where,
      evidence: sightings.slice(0, 3).map((one) => ({
        text: `${one.pair.viewport}: ${element ? regionLine(one.region) : place(one.region)}`,
        ...artifactOf(one),
      })),
      ...(element ? { element } : {}),
      ...(properties.length > 0 ? { properties } : {}),
      likely_cause: repair.cause,
      repair_task: first ? 'Set the properties named back to what the reference shows.' : repair.task,
      verify_with: verifyCall(repair, where),
      consequences: [],
    },
  };
}

function regionSeverity(severity: Severity, blockOnSeverity: Severity): IssueSeverity {
  const ranks = Severity.options;
  if (ranks.indexOf(severity) <= ranks.indexOf(blockOnSeverity)) return 'critical';
  return severity === 'minor' ? 'info' : 'warning';
}

function worst(severities: readonly IssueSeverity[]): IssueSeverity {
  return (['critical', 'warning'] as const).find((one) => severities.includes(one)) ?? 'info';
}

function place({ rect, kind }: Region): string {
  return `${kind} at x ${rect.x}, y ${rect.y}, ${rect.width} x ${rect.height} px`;
}

function artifactOf({ pair, region }: Sighting): { artifact?: string } {
  const path = region.tile?.path ?? pair.diff?.path;
  return path === undefined ? {} : { artifact: path };
}

/** The material of a diagnosis: a verdict's checks, and the pairs behind those about pictures. */
interface DiagnosisEvidence {
  checks: readonly CheckResult[];
  pairs: readonly Pair[];
  blockOnSeverity: Severity;
}

/** Order of categories: the first make the rest hard to judge. */
const CATEGORIES: readonly IssueCategory[] = [
  'evidence',
  'build',
  'app',
  'runtime',
  'network',
  'capture',
  'static',
  'test',
  'visual',
  'accessibility',
  'layout',
  'workflow',
  'decision',
];

/**
 * Returns the issues in the order in which to fix them: what makes the rest hard to judge first, then by severity and by how many
 * screens it concerns. The same problem on several screens or viewports is one issue; what likely goes away with another issue is
 * folded under it. Pure: the same evidence gives the same issues with the same ids.
 */
export function diagnose(evidence: DiagnosisEvidence): Issue[] {
  const failed = evidence.checks.filter(({ status }) => status !== 'pass');
  const drafts = [...failed.flatMap(problemIssues), ...regionIssues(evidence.pairs, evidence.blockOnSeverity)];
  return foldConsequences(distinctIds(drafts))
    .toSorted(
      (a, b) =>
        ISSUE_SEVERITIES.indexOf(a.issue.severity) - ISSUE_SEVERITIES.indexOf(b.issue.severity) ||
        CATEGORIES.indexOf(a.issue.category) - CATEGORIES.indexOf(b.issue.category) ||
        spread(b) - spread(a) ||
        (a.issue.id < b.issue.id ? -1 : 1),
    )
    .map(({ issue }) => issue);
}

/** The same issues, those in files that somebody works on first. `files`: relative to the project. */
export function focusFirst(issues: readonly Issue[], files: readonly string[]): Issue[] {
  const inFocus = ({ file }: Issue) => file !== undefined && files.includes(file);
  return issues.toSorted((a, b) => Number(inFocus(b)) - Number(inFocus(a)));
}

/** Returns the number of screens and viewports of an issue. */
function spread({ issue }: Draft): number {
  return Math.max(1, issue.screens.length) * Math.max(1, issue.viewports.length);
}
