import type { IssueCategory, IssueSeverity } from '../../core/vocabulary/issue.js';

/** What a failed check means for whoever has to mend it. */
export interface RepairRule {
  category: IssueCategory;
  /** Of a problem that blocks a gate; one that only warns is a `warning` at most. */
  severity: IssueSeverity;
  cause: string;
  task: string;
  /** What shows that it is mended: one screen, one flow, the comparison, everything, or only a person. */
  verify: 'screen' | 'flow' | 'all' | 'person';
}

const evidence = (cause: string, task = 'Run codeloop_verify and leave the files alone meanwhile.'): RepairRule => ({
  category: 'evidence',
  severity: 'blocker',
  cause,
  task,
  verify: 'all',
});
const decision = (cause: string, task: string): RepairRule => ({
  category: 'decision',
  severity: 'blocker',
  cause,
  task,
  verify: 'person',
});

/** Check → what its problems mean. Every check has a rule; a test holds it. */
export const REPAIR_RULES: Readonly<Record<string, RepairRule>> = {
  'acceptance-criteria': {
    category: 'workflow',
    severity: 'critical',
    cause: 'Something that was asked for is not proven in this run.',
    task: 'Build what is missing and make its proof pass; a criterion without proof is for a person.',
    verify: 'all',
  },
  'accessibility-accepted': {
    category: 'accessibility',
    severity: 'info',
    cause: 'A person accepted violations of accessibility rules.',
    task: 'Nothing; a person takes out what is no longer there.',
    verify: 'person',
  },
  'accessibility-violations': {
    category: 'accessibility',
    severity: 'critical',
    cause:
      'An element of the page breaks a rule of accessibility: people with other means of input or sight cannot use it.',
    task: 'Mend the element as the rule asks; the address beside it explains how.',
    verify: 'screen',
  },
  'assets-loaded': {
    category: 'network',
    severity: 'warning',
    cause: 'A font or picture that the page names did not arrive.',
    task: 'Correct its address, or put the file where the page looks for it.',
    verify: 'screen',
  },
  'bars-unchanged': decision(
    'A rule that the work is judged by (settings, policy, designs, baselines) changed.',
    'Undo the change, or tell the person why it is needed and let them commit it.',
  ),
  'baseline-changes': decision(
    'Accepted pictures were added, replaced or removed.',
    'Let the person who owns the look confirm them.',
  ),
  'baselines-accepted': decision(
    'A baseline is there that nobody accepted, or that is not committed.',
    'A person accepts it with `codeloop baseline accept` and commits it.',
  ),
  'baselines-current': decision(
    'A baseline belongs to a screen, viewport or environment that is no more.',
    'A person removes it with `codeloop baseline remove`.',
  ),
  'baselines-match': {
    category: 'visual',
    severity: 'critical',
    cause: 'The screen looks different from the picture that was accepted.',
    task: 'Undo what changed the look; where the new look is wanted, propose it with codeloop_update_baseline.',
    verify: 'screen',
  },
  'blocked-requests': {
    category: 'network',
    severity: 'info',
    cause: 'The page asked an address that is not on the allow list.',
    task: 'If the project needs it, add the named line to network.allowed_origins.',
    verify: 'screen',
  },
  'build-succeeds': {
    category: 'build',
    severity: 'blocker',
    cause: 'The code does not build: a syntax or type error, or a module that is not found.',
    task: 'Mend the first error that the build names; the others often follow from it.',
    verify: 'all',
  },
  'cells-agree': {
    category: 'capture',
    severity: 'critical',
    cause:
      'The same code was photographed twice with different pictures: the page shows something random, timed or left over.',
    task: 'Make the page show the same for the same data, set capture.freeze_time, or mask that place.',
    verify: 'screen',
  },
  'console-errors': {
    category: 'runtime',
    severity: 'critical',
    cause: 'The code on this page writes an error to the console.',
    task: 'Mend what it complains of; only what is known and accepted belongs into runtime.allowed_console_errors.',
    verify: 'screen',
  },
  'design-regions': {
    category: 'visual',
    severity: 'critical',
    cause: 'An element of the page is not as the design shows it.',
    task: 'Compare the element with the reference and mend the properties named.',
    verify: 'screen',
  },
  'design-score': {
    category: 'visual',
    severity: 'critical',
    cause: 'Too much of the screen differs from its reference.',
    task: 'Begin with the largest region; a shifted block moves everything below it.',
    verify: 'screen',
  },
  'evidence-fresh': evidence('The code changed after the evidence was taken.'),
  'evidence-intact': evidence('Files of the run are not as they were written.'),
  'failed-requests': {
    category: 'network',
    severity: 'critical',
    cause: 'The server answered a request of the page with an error, or not at all.',
    task: 'Mend the handler of that address, or the address that the page asks for.',
    verify: 'screen',
  },
  'flows-replayed': {
    category: 'workflow',
    severity: 'critical',
    cause: 'A saved flow no longer works: the element it needs is gone, dead or covered, or the app did not react.',
    task: 'Look at the picture of the step and at the candidates; mend the app, or the step where the app is right.',
    verify: 'flow',
  },
  'masks-within-limit': decision(
    'So much of a picture is masked that it proves little.',
    'Make the masks smaller, or let a person raise design.max_masked_ratio.',
  ),
  'no-critical-issues': {
    category: 'evidence',
    severity: 'critical',
    cause: 'See the issues themselves.',
    task: 'Mend the issues in the order given.',
    verify: 'all',
  },
  'one-environment': evidence('The evidence of this run comes from different browsers or machines.'),
  'page-errors': {
    category: 'runtime',
    severity: 'critical',
    cause: 'A script of the page threw and nobody caught it; what it should have done after that is missing.',
    task: 'Mend the line that threw.',
    verify: 'screen',
  },
  'recordings-replayed': {
    category: 'workflow',
    severity: 'critical',
    cause: 'A recording was never replayed, or its replay found something wrong.',
    task: 'Replay it with codeloop_interaction_replay and mend what it finds.',
    verify: 'flow',
  },
  'references-compared': {
    category: 'visual',
    severity: 'critical',
    cause: 'A reference has no screenshot to be compared with, or cannot be read.',
    task: 'Name the screen as the reference is named, or mend the picture.',
    verify: 'screen',
  },
  'runner-commands-kept': decision(
    'A build, lint or test command that an earlier commit had is gone or reads differently.',
    'Put it back, or let a person decide that the project does without it.',
  ),
  'screens-covered': {
    category: 'workflow',
    severity: 'critical',
    cause: 'Nobody used this screen: there is no recorded interaction on it.',
    task: 'Record what a user does there (codeloop_start_recording, codeloop_interact) and save it as a flow.',
    verify: 'flow',
  },
  'screenshots-painted': {
    category: 'capture',
    severity: 'critical',
    cause: 'The page shows nothing: it failed before it drew, or draws after the picture.',
    task: 'Look for a page error on this screen; otherwise set wait_for to something that the finished page shows.',
    verify: 'screen',
  },
  'screenshots-present': {
    category: 'app',
    severity: 'blocker',
    cause: 'The screen could not be opened: the app is not up, the path is wrong, or the page never finishes.',
    task: 'Open the address by hand, look at the app’s output, and mend what keeps it from answering.',
    verify: 'screen',
  },
  'screenshots-right-page': {
    category: 'capture',
    severity: 'critical',
    cause:
      'Another page came up than was asked for: a redirect, a log-in, an error page, or a layout wider than the screen.',
    task: 'Make the path show the screen itself, with steps[] to log in where it needs that.',
    verify: 'screen',
  },
  'screenshots-steady': {
    category: 'capture',
    severity: 'critical',
    cause: 'Something on the page keeps moving, so that no two pictures are alike.',
    task: 'Stop it for reduced motion, set capture.freeze_time, or mask the place that the proposal names.',
    verify: 'screen',
  },
  'static-checks-succeed': {
    category: 'static',
    severity: 'critical',
    cause: 'The linter or the type checker reports errors.',
    task: 'Mend each at the line named.',
    verify: 'all',
  },
  'tests-executed': {
    category: 'test',
    severity: 'critical',
    cause: 'The test command ended without running a single test.',
    task: 'Check its pattern and its set-up; a suite that runs nothing proves nothing.',
    verify: 'all',
  },
  'tests-not-skipped': {
    category: 'test',
    severity: 'critical',
    cause: 'Tests were skipped.',
    task: 'Make them run, or let a person give the reason in tests.waive_gate.',
    verify: 'all',
  },
  'tests-pass': {
    category: 'test',
    severity: 'critical',
    cause: 'A test expects something else than the code does.',
    task: 'Read what it expected; mend the code, or the test where the new behaviour is wanted.',
    verify: 'all',
  },
  'tests-waiver': {
    category: 'test',
    severity: 'info',
    cause: 'A person waived a rule about tests.',
    task: 'Nothing, unless the reason no longer holds.',
    verify: 'person',
  },
};
