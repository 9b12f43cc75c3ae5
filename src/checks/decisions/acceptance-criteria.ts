import { slug } from '../../core/ids.js';
import type { Proof } from '../../core/vocabulary/bars.js';
import type { CheckResult, Problem, Status } from '../../core/vocabulary/gate.js';
import { flowFindings, outdated } from '../behaviour/workflow-findings.js';
import type { CheckId } from '../check-id.js';
import { defineCheck } from '../define-check.js';
import { cellOf, type Evidence } from '../evidence.js';

/** The evidence in which proofs are looked up. */
type ProofEvidence = Pick<
  Evidence,
  'workflow' | 'runtime' | 'runners' | 'expected' | 'cells' | 'pairs' | 'checkResults'
>;

/** Status of a proof; `why` where it is no pass. */
interface ProofStanding {
  status: Status;
  why?: string;
}

const PASS: ProofStanding = { status: 'pass' };
const fail = (why: string): ProofStanding => ({ status: 'fail', why });
const unknown = (why: string): ProofStanding => ({ status: 'could_not_run', why });

/** Checks that depend on criteria, or on all others, prove none. */
const NO_PROOF: ReadonlySet<string> = new Set<CheckId>([
  'acceptance-criteria',
  'no-critical-issues',
  'decisions-settled',
]);

/** Returns whether the proof of a criterion exists and passed in this run. Pure. */
function standingOf(proof: Proof, evidence: ProofEvidence): ProofStanding {
  if (proof.flow !== undefined) return flowStanding(proof.flow, evidence);
  if (proof.screen !== undefined) return screenStanding(proof.screen, evidence);
  if (proof.test !== undefined) return testStanding(proof.test, evidence);
  return checkStanding(proof.check ?? '', evidence.checkResults);
}

function flowStanding(name: string, { workflow, runtime }: ProofEvidence): ProofStanding {
  const saved = workflow.saved.find((one) => one.name === name);
  if (!saved || saved.problem !== undefined || saved.viewports.length === 0)
    return fail(saved ? 'that flow cannot be replayed' : 'no such flow is saved');
  for (const viewport of saved.viewports) {
    const replay = workflow.replays.find((one) => one.flow === name && one.viewport === viewport);
    const old = replay ? outdated(replay, workflow) : 'it was not tried';
    if (!replay || old !== undefined)
      return unknown(`it was not replayed at ${viewport} as the project is now: ${old}`);
    if (replay.status === 'could_not_run') return unknown(`it could not be replayed at ${viewport}`);
    if (replay.status === 'fail') return fail(`its replay failed at ${viewport}`);
    if (flowFindings(replay, runtime).length > 0) return fail(`its recording at ${viewport} shows an error`);
  }
  return PASS;
}

function screenStanding(name: string, { expected, cells, pairs }: ProofEvidence): ProofStanding {
  const wanted = expected.filter(({ screen }) => slug(screen) === slug(name));
  if (wanted.length === 0) return fail('no such screen is configured');
  for (const want of wanted) {
    const shot = cellOf(cells, want)?.screenshot;
    if (!shot) return unknown(`it was not photographed at ${want.viewport}`);
    if (shot.blank) return fail(`its picture at ${want.viewport} is blank`);
    const pair = pairs.find((one) => one.screen === want.screen && one.viewport === want.viewport);
    if (pair && pair.outcome !== 'match' && pair.outcome !== 'missing-reference')
      return fail(`it does not look as designed at ${want.viewport} (${pair.outcome})`);
  }
  return PASS;
}

function testStanding(name: string, { runners }: ProofEvidence): ProofStanding {
  if (!runners.commands.some((command) => command.kind === 'test' && command.name === name))
    return {
      status: 'needs_human',
      why: 'no test command has this name, and reports are not kept test by test: a person looks at it',
    };
  const result = runners.results.find((one) => one.name === name);
  if (!result) return unknown('its command did not run on this code');
  if (result.status !== 'passed') return fail(`its command ${result.status.replaceAll('_', ' ')}`);
  const { passed = 0, failed = 0, skipped = 0 } = result.counts ?? {};
  if (failed + skipped > 0) return fail(`${failed} of its tests failed and ${skipped} were skipped`);
  return passed > 0 ? PASS : unknown('nothing says how many tests it ran');
}

function checkStanding(name: string, results: readonly CheckResult[]): ProofStanding {
  if (NO_PROOF.has(name)) return fail('that check looks at other checks and proves nothing itself');
  const named = results.filter(({ id }) => id === name);
  if (named.length === 0) return fail('no check of that name applies to this run');
  const other = named.find(({ status }) => status !== 'pass');
  return other ? { status: other.status, why: `that check does not pass: ${other.title}` } : PASS;
}

/** Order in which a status decides: a failure that can be fixed outranks one that needs the machine or a person. */
const WORST: readonly Status[] = ['fail', 'could_not_run', 'needs_human'];

export default defineCheck({
  id: 'acceptance-criteria',
  title: 'Every acceptance criterion is proven',
  failureTitle: 'An acceptance criterion is not proven',
  description:
    'Each item of docs/acceptance cites one proof that exists and passed in this run: a saved flow replayed at each of its viewports, a screen photographed at each viewport and as designed where there is a reference, a test command whose tests all passed, or a check. An item without proof needs a person; so does a list without items. A ticked box proves nothing.',
  requires: ['acceptance', 'workflow', 'runtime', 'runners', 'expected', 'cells', 'pairs', 'checkResults'],
  repair: {
    category: 'workflow',
    severity: 'critical',
    cause: 'Something that was asked for is not proven in this run.',
    task: 'Build what is missing and make its proof pass; a criterion without proof is for a person.',
    verify: 'all',
  },
  run(evidence) {
    const found: { status: Status; problem: Problem }[] = [];
    const seen = new Set<string>();
    let examined = 0;
    for (const { file, criteria, problem } of evidence.acceptance) {
      if (problem !== undefined)
        found.push({
          status: 'fail',
          problem: { file, title: 'This acceptance file cannot be read.', text: problem, fix: 'Correct the file.' },
        });
      else if (criteria.length === 0)
        found.push({
          status: 'needs_human',
          problem: {
            file,
            title: 'This acceptance file has no criteria.',
            fix: 'A person writes them, or removes it.',
          },
        });
      for (const { id, text, proof } of criteria) {
        examined += 1;
        // Numbers of check lists count from 1 in each file.
        const key = /\.md$/i.test(file) ? `${file}#${id}` : id;
        const said = { file, text: `${id}: ${text}` };
        if (seen.has(key))
          found.push({
            status: 'fail',
            problem: { ...said, title: 'Two acceptance criteria have the same id.', fix: 'Give one of them another.' },
          });
        seen.add(key);
        if (!proof) {
          found.push({
            status: 'needs_human',
            problem: {
              ...said,
              title: 'This acceptance criterion cites no proof.',
              fix: 'A person confirms it, or names the flow, screen, test or check that proves it.',
            },
          });
          continue;
        }
        const { status, why } = standingOf(proof, evidence);
        if (status === 'pass') continue;
        const [kind = '', name = ''] = Object.entries(proof)[0] ?? [];
        found.push({
          status,
          problem: {
            ...said,
            text: `${said.text} [proof: ${kind} ${name}]`,
            title: `The proof of an acceptance criterion does not hold (${kind}): ${why}.`,
            fix: 'Fix what the proof shows, then run codeloop_verify.',
          },
        });
      }
    }
    const status = WORST.find((one) => found.some((other) => other.status === one)) ?? 'pass';
    if (evidence.acceptance.length === 0)
      return { status: 'needs_human', problems: [{ title: 'There are no acceptance files.' }], examined };
    return {
      status,
      problems: found
        .toSorted((a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status))
        .map(({ problem }) => problem),
      examined,
    };
  },
});
