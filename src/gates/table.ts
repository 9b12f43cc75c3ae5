import type { CheckId } from '../checks/check-id.js';
import type { RunnerEvidence } from '../checks/evidence.js';
import type { Stage } from '../core/vocabulary/gate.js';
import type { RunnerKind } from '../core/vocabulary/runner.js';
import type { Gate } from './evaluate.js';

const EACH: readonly Stage[] = ['section', 'integration', 'release'];
/** Stages that judge the whole app, not only the part in work. */
const WHOLE: readonly Stage[] = ['integration', 'release'];

const NO_SCREENS = 'no screens are configured';

/**
 * The checks that must hold at each stage: one line per check, all that a new check needs here. `applies` asks the evidence
 * itself whether there is anything to judge; a part that could not be had is no reason to leave a gate out. Where several fail, the
 * reader is told of them in this order, so what has to be mended first stands first: trust in the evidence, a project that builds, a
 * page that is there and does not throw, its look, its layout, who can use it.
 */
const table = [
  {
    id: 'evidence_integrity',
    stages: EACH,
    weight: 'blocks',
    title: 'The evidence is genuine and fresh',
    failureTitle: 'The evidence cannot be trusted',
    description:
      'Hashes and ledger agree, the evidence belongs to the code and the bars as they are now, comes from one environment, and no bar was lowered without a person.',
    applies: () => true,
    checks: [
      blocks('evidence-intact'),
      blocks('evidence-fresh'),
      blocks('bars-unchanged'),
      blocks('one-environment'),
      blocks('bars-not-lowered'),
      warns('bars-accepted'),
    ],
  },
  {
    id: 'build_passes',
    stages: EACH,
    weight: 20,
    title: 'The project builds',
    failureTitle: 'The project does not build',
    description: 'The build ended with exit code 0 on this code.',
    applies: ({ runners }) =>
      has(runners, 'build') || 'the project has no build (no build script, no runners.build.command)',
    checks: [blocks('build-succeeds')],
  },
  {
    id: 'static_checks_pass',
    stages: EACH,
    weight: 10,
    title: 'Lint and type check hold',
    failureTitle: 'Lint or type check fails',
    description: 'Lint and type check ended with exit code 0 on this code, and report no error.',
    applies: ({ runners }) =>
      has(runners, 'lint', 'typecheck') ||
      'the project has neither a lint nor a type check that only checks (no such script, no runners.lint.command, no runners.typecheck.command)',
    checks: [blocks('static-checks-succeed')],
  },
  {
    id: 'required_tests_pass',
    stages: EACH,
    weight: 20,
    title: "The project's tests pass",
    failureTitle: "The project's tests do not pass",
    description:
      'Tests ran, more than zero were executed, none failed, and none was skipped unless tests.waive_gate gives a reason, which is shown.',
    applies: ({ runners }) => {
      if (runners?.testsOff !== undefined)
        return `tests.run is false, and tests.waive_gate says why: ${runners.testsOff}`;
      return has(runners, 'test') || 'the project has no tests (no test script, no runners.test.command, no plugin)';
    },
    checks: [blocks('tests-executed'), blocks('tests-pass'), blocks('tests-not-skipped'), warns('tests-waiver')],
  },
  {
    id: 'screenshot_evidence',
    stages: EACH,
    weight: 10,
    title: 'Every screen was seen at every viewport',
    failureTitle: 'A screen was not seen properly',
    description: 'Each configured screen x viewport has a steady, non-blank picture of the right page.',
    applies: () => true,
    checks: [
      blocks('screenshots-present'),
      blocks('screenshots-right-page'),
      blocks('screens-differ'),
      blocks('screenshots-painted'),
      blocks('screenshots-steady'),
      blocks('screenshots-whole'),
      blocks('masks-within-limit'),
      blocks('writing-is-text'),
      blocks('seen-by-others'),
      warns('masks-match'),
      warns('scrollers-seen'),
      warns('assets-loaded'),
      warns('cells-agree', 'section'),
      blocks('cells-agree', ...WHOLE),
      blocks('cells-not-carried', ...WHOLE),
    ],
  },
  {
    id: 'runtime_clean',
    stages: EACH,
    weight: 10,
    title: 'The app ran without errors',
    failureTitle: 'The app reported errors',
    description:
      'No page error, no failed same-origin request, no console error outside the allow list. What codeloop itself blocked is a warning.',
    applies: ({ screens }) => screens?.length !== 0 || NO_SCREENS,
    checks: [blocks('page-errors'), blocks('failed-requests'), blocks('console-errors'), warns('blocked-requests')],
  },
  {
    id: 'design_compare_evidence',
    stages: EACH,
    weight: 15,
    title: 'The app looks as designed',
    failureTitle: 'The app does not look as designed',
    description:
      'Every reference has a fresh pair, every pair reaches its threshold, and no difference is severe by itself.',
    applies: ({ references }) => references !== 0 || 'there are no design references',
    checks: [blocks('references-compared'), blocks('design-score'), blocks('design-regions')],
  },
  {
    id: 'visual_regression',
    stages: EACH,
    weight: 10,
    title: 'The app looks as it was accepted',
    failureTitle: 'The app does not look as it was accepted',
    description: 'Every baseline pair is within its tolerance, and every baseline is one that a person accepted.',
    applies: ({ baselines }) =>
      baselines === undefined ||
      baselines.files.length + baselines.removed.length > 0 ||
      baselines.vanished ||
      'there are no baselines, and none was removed',
    checks: [
      blocks('baselines-match'),
      blocks('baselines-accepted'),
      warns('baselines-current', 'section'),
      blocks('baselines-current', ...WHOLE),
      warns('baseline-changes'),
    ],
  },
  {
    id: 'layout_sound',
    stages: EACH,
    weight: 10,
    title: 'The layout holds at every width',
    failureTitle: 'The layout breaks',
    description:
      'No page is broken to the eye, whatever the width of the window, without any design to compare with, unless a person accepted it.',
    applies: ({ layout, screens }) => {
      if (layout?.enabled === false) return 'layout.enabled is false';
      if (screens?.length === 0) return NO_SCREENS;
      return screens?.every(({ app }) => app !== undefined) ? 'there are no pages, only desktop apps' : true;
    },
    checks: [
      blocks('layout-sound'),
      blocks('layout-conditions', 'release'),
      warns('layout-likely'),
      warns('layout-accepted'),
    ],
  },
  {
    id: 'accessibility',
    stages: EACH,
    weight: 5,
    title: 'The app is accessible',
    failureTitle: 'The app keeps people out',
    description:
      'On no screen does an element break a rule of accessibility at or above accessibility.fail_on, unless a person accepted it.',
    applies: ({ accessibility, screens }) => {
      if (accessibility?.enabled === false) return 'accessibility.enabled is false';
      if (screens?.length === 0) return NO_SCREENS;
      return screens?.every(({ app }) => app !== undefined) ? 'there are no pages, only desktop apps' : true;
    },
    checks: [blocks('accessibility-violations'), warns('accessibility-accepted')],
  },
  {
    id: 'workflow_evidence',
    stages: EACH,
    weight: 10,
    title: 'The app behaves: flows were replayed, and every screen is covered',
    failureTitle: 'Behaviour is not proven',
    description:
      'Configured screens are covered by recorded interactions that were replayed without findings: an agent’s, or saved flows that codeloop_verify replays. Asked for where there are saved flows, or as workflow.required says.',
    applies: ({ screens, workflow }) => {
      if (workflow?.required === false) return 'workflow.required is false';
      if (screens?.length === 0) return NO_SCREENS;
      return workflow?.required === true || workflow?.saved.length !== 0 || 'no flows are saved in .codeloop/flows';
    },
    checks: [blocks('flows-replayed'), blocks('screens-covered'), warns('recordings-replayed')],
  },
  {
    id: 'acceptance_criteria_met',
    stages: EACH,
    weight: 10,
    title: 'What was asked for is proven',
    failureTitle: 'What was asked for is not proven',
    description: 'Each item of the acceptance files cites proof that exists and passed in this run.',
    applies: ({ acceptance }) => acceptance?.length !== 0 || 'there are no acceptance files in docs/acceptance',
    checks: [blocks('acceptance-criteria')],
  },
  {
    id: 'sections_complete',
    stages: WHOLE,
    weight: 'blocks',
    title: 'All sections are finished',
    failureTitle: 'A section is not finished',
    description:
      'For integration the work on each planned section is over; for a release each is done, proven by a verdict of stage integration on the code as it is now.',
    applies: ({ sections }) => sections?.length !== 0 || 'no sections are planned in .codeloop/sections.json',
    checks: [blocks('sections-finished')],
  },
  {
    id: 'zero_critical_issues',
    stages: EACH,
    weight: 10,
    title: 'Nothing critical is left to fix',
    failureTitle: 'Issues are left to fix',
    description: 'codeloop_diagnose lists no blocker and nothing critical.',
    applies: () => true,
    checks: [blocks('no-critical-issues')],
  },
  {
    id: 'decisions_settled',
    stages: WHOLE,
    weight: 'blocks',
    title: 'No decision is left to a person',
    failureTitle: 'A person has to decide something',
    description: 'No check waits for a person, and no proposed baseline is left to be accepted or refused.',
    applies: () => true,
    checks: [blocks('decisions-settled')],
  },
] as const satisfies readonly Gate<CheckId>[];

/** Every gate, by its id. */
export const gates: readonly Gate<CheckId>[] = table;
/** The id of a gate: where one is named, a wrong one does not compile. */
export type GateId = (typeof table)[number]['id'];

type GateCheck = Gate<CheckId>['checks'][number];

/** The gate fails unless this check passes; at the stages named, or wherever the gate is asked. */
function blocks(id: CheckId, ...stages: Stage[]): GateCheck {
  return { id, severity: 'block', ...(stages.length > 0 ? { stages } : {}) };
}

/** A check of a gate that only warns: its findings block nothing. */
function warns(id: CheckId, ...stages: Stage[]): GateCheck {
  return { id, severity: 'warn', ...(stages.length > 0 ? { stages } : {}) };
}

/** True when the project has a command of one of these kinds, or had one at an earlier commit. */
function has(runners: RunnerEvidence | undefined, ...kinds: RunnerKind[]): boolean {
  if (runners === undefined) return true;
  const gone = runners.changes.filter(({ now }) => now === undefined);
  return [...runners.commands, ...gone].some(({ kind }) => kinds.includes(kind));
}
