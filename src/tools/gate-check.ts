import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Remaining, Stage } from '../core/vocabulary/gate.js';
import { firstRepair } from '../verify/judge/judge.js';
import { nextCalls, verdictLine, verdictStatus } from '../verify/judge/verdict-status.js';
import { checkGate } from '../verify/sections/release-readiness.js';
import { projectDir } from './input-shapes.js';
import { EvidenceReply, GateReply, gateReply } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_gate_check',
  command: { name: 'gate', only: ['hook'] },
  title: 'Check whether the work is done',
  description:
    'Judges stored evidence of the code as it is now, without driving the app. Work is done only when it says ready_for_review.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional().describe('Default: newest run of the present code'),
    stage: Stage.optional().describe('Default: section'),
    spec_path: z.string().min(1).optional().describe('Its items have to be proven too'),
    acceptance_path: z.string().min(1).optional().describe('Criteria besides docs/acceptance'),
    hook: z.boolean().optional().describe("Answer a coding agent's Stop hook instead (docs/agents.md)"),
  }),
  output: { ...GateReply.shape, remaining: Remaining, evidence_summary: EvidenceReply },
  async run(input, context) {
    const project = await context.project();
    const { verdict, remaining, evidence, runId, pairs } = await checkGate({
      project,
      session: context.session,
      runId: input.run_id,
      stage: input.stage ?? 'section',
      specPath: input.spec_path,
      acceptancePath: input.acceptance_path,
    });
    return {
      result: {
        status: verdictStatus(verdict),
        summary: verdictLine(verdict, remaining),
        next: nextCalls(verdict, remaining, runId, await firstRepair(project, verdict, pairs)),
        artifacts: evidence.verdict === undefined ? [] : [{ path: evidence.verdict }],
        ...gateReply(verdict),
        remaining,
        evidence_summary: evidence,
      },
    };
  },
});
