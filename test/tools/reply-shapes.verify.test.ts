import { expect, test } from 'vitest';
import type { WorkflowEvidence } from '../../src/checks/evidence.js';
import { checks } from '../../src/checks/index.js';
import { evaluateGates } from '../../src/gates/evaluate.js';
import { gates } from '../../src/gates/table.js';
import { checkReply, gateReply } from '../../src/tools/reply-shapes.js';
import { replayed, runtime, saved, step } from '../checks/workflow-samples.js';
import { verifies } from '../requirements.js';

const viewports = ['mobile', 'tablet', 'desktop'];

/** Ten flows, each stopped at another step at each viewport, with the longest words there can be. */
const failing = (): WorkflowEvidence => {
  const names = Array.from({ length: 10 }, (_, index) => `flow-${index}`);
  return {
    saved: names.map((name) => saved({ name, viewports })),
    replays: names.flatMap((flow) =>
      viewports.map((viewport, index) =>
        replayed({
          flow,
          viewport,
          status: 'fail',
          recording_id: `rec-${flow}-${viewport}`,
          failed_step: {
            n: index + 1,
            action: 'click',
            code: 'TARGET_NOT_FOUND',
            why: 'w'.repeat(5000),
            candidates: Array.from({ length: 5 }, () => 'c'.repeat(120)),
          },
        }),
      ),
    ),
    recordings: names.map((name) => ({
      recordingId: name,
      tool: 'codeloop_verify',
      viewports,
      steps: [step()],
      findings: [],
    })),
    everyViewport: true,
  };
};

test('ten flows that fail at three viewports fit the reply, with nothing cut but the list of the gate', () => {
  verifies('flows.reply-fits');
  const expected = viewports.map((viewport) => ({ screen: 'home', viewport, url: 'http://127.0.0.1/', width: 375 }));
  const { verdict } = evaluateGates(
    gates.filter(({ id }) => id === 'workflow_evidence'),
    checks,
    { expected, workflow: failing(), runtime },
    'section',
    94,
  );
  const reply = { checks: verdict.checks.map(checkReply), gate: gateReply(verdict) };
  expect(verdict.checks.map(({ problem_count }) => problem_count)).toEqual([30, 1, 0]);
  expect(reply.gate.failing_gates.map(({ problems, problem_count }) => [problems.length, problem_count])).toEqual([
    [5, 31],
  ]);
  expect(JSON.stringify(reply).length).toBeLessThan(12_000);
});
