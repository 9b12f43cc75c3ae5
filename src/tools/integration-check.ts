import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Status } from '../core/vocabulary/gate.js';
import { SectionState } from '../core/vocabulary/section.js';
import { verdictLine, verdictStatus } from '../verify/judge/verdict-status.js';
import { integrationCheck } from '../verify/sections/integration-check.js';
import { nextForSections } from '../verify/sections/section-status.js';
import { projectDir, waitMs, waitSeconds } from './input-shapes.js';
import { GateReply, gateReply } from './reply-shapes.js';

const NAME = 'codeloop_integration_check';
/** Findings shown of one section. */
const SHOWN = 5;

const Checked = z.object({
  section: z.string(),
  before: SectionState,
  after: SectionState,
  outcome: z.enum(['holds', 'regressed', 'not_judged']),
  reason: z.string().optional(),
  findings: z.array(
    z.object({
      check: z.string(),
      status: Status,
      title: z.string(),
      screen: z.string().optional(),
      viewport: z.string().optional(),
      flow: z.string().optional(),
    }),
  ),
  finding_count: z.number().int(),
});

export default defineTool({
  name: NAME,
  command: { name: 'integration' },
  title: 'Verify finished sections together',
  description:
    'Verifies the app again and judges each finished section among the others: on to done, or integration_regression.',
  toolset: 'flows',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    sections: z.array(z.string()).min(1).optional(),
    run_id: z.string().optional().describe('Go on with this run'),
    wait_seconds: waitSeconds,
  }),
  output: {
    state: z.enum(['running', 'finished', 'nothing_finished']),
    run_id: z.string().optional(),
    sections: z.array(Checked),
    regressions: z.array(z.string()),
    gate: GateReply.optional(),
  },
  async run(input, context) {
    const answer = await integrationCheck({
      ...{ project: await context.project(), session: context.session, sections: input.sections, runId: input.run_id },
      waitMs: waitMs(input.wait_seconds, context.door),
      ...{ progress: context.progress, signal: context.signal },
    });
    if (answer.state === 'nothing_finished')
      return {
        result: {
          status: 'could_not_run',
          summary: 'No section is finished, so there is nothing to verify together.',
          next: nextForSections(answer.sections),
          ...{ state: answer.state, sections: [], regressions: [] },
        },
      };
    if (answer.state === 'running')
      return {
        result: {
          status: 'could_not_run',
          summary: `RUNNING ${answer.runId}: ${answer.doing}. Not judged yet.`,
          next: [{ tool: NAME, arguments: { ...input, run_id: answer.runId }, why: 'the verdict is not there yet' }],
          ...{ state: answer.state, run_id: answer.runId, sections: [], regressions: [] },
        },
      };
    const { verdict, remaining, runId, sections } = answer;
    const regressions = sections.filter(({ outcome }) => outcome === 'regressed').map(({ section }) => section);
    const open = sections.filter(({ outcome }) => outcome === 'not_judged').length;
    const holds = sections.length - regressions.length - open;
    const word = regressions.length > 0 ? 'fail' : open > 0 ? verdictStatus(verdict) : 'pass';
    return {
      result: {
        // Nothing can be said of a section although the verdict is green: its screens or flows are not there.
        status: open > 0 && word === 'pass' ? 'could_not_run' : word,
        summary: `${holds} of ${sections.length} finished section(s) hold${regressions.length > 0 ? `; regressed: ${regressions.join(', ')}` : ''}${open > 0 ? `; ${open} could not be judged` : ''}. ${verdictLine(verdict, remaining)}`,
        next:
          regressions.length + open > 0
            ? [{ tool: 'codeloop_diagnose', arguments: { run_id: runId }, why: 'what to fix' }]
            : [{ tool: 'codeloop_release_readiness', arguments: {}, why: 'judge everything for a release' }],
        state: answer.state,
        run_id: runId,
        sections: sections.map((one) => ({
          ...one,
          findings: one.findings.slice(0, SHOWN),
          finding_count: one.findings.length,
        })),
        regressions,
        gate: gateReply(verdict),
      },
    };
  },
});
