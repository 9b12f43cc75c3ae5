import { resolve } from 'node:path';
import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { Remaining } from '../../core/vocabulary/gate.js';
import { firstRepair } from '../../verify/judge/judge.js';
import { nextCalls, verdictLine, verdictStatus } from '../../verify/judge/verdict-status.js';
import { mergeShards } from '../../verify/merge-shards.js';
import { REPORT_FORMATS, writeReports } from '../../verify/report-phase.js';
import { projectDir } from '../input-shapes.js';
import { CheckReply, checkReply, EvidenceReply, GateReply, gateReply } from '../reply-shapes.js';

export default defineTool({
  name: 'codeloop_merge',
  command: { name: 'merge', positionals: ['dirs'] },
  title: 'Merge the runs of shards',
  description:
    'Makes one run with one gate of the runs of `verify --shard`, each in a folder of its own. A part that is missing, doubled, of other code, bars or browser is refused.',
  toolset: 'reports',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    dirs: z.array(z.string().min(1)).min(1).describe('Folders with one shard each: what its job uploaded'),
    reporter: z.array(z.enum(REPORT_FORMATS)).optional().describe("Reports to write besides the run's own"),
    output: z.string().min(1).optional().describe('Their path without ending; default artifacts/report'),
  }),
  output: {
    run_id: z.string(),
    gate: GateReply,
    checks: z.array(CheckReply),
    remaining: Remaining,
    evidence_summary: EvidenceReply,
  },
  async run(input, context) {
    const project = await context.project();
    const { session, signal } = context;
    const dirs = input.dirs.map((dir) => resolve(context.cwd, dir));
    const result = await mergeShards({ project, session, dirs, signal });
    const { runId, verdict, remaining, compare, evidence, artifacts } = result;
    const formats = input.reporter ?? [];
    const reports =
      formats.length === 0
        ? []
        : (await writeReports(project, session, { runId, formats, output: input.output })).artifacts;
    return {
      result: {
        status: verdictStatus(verdict),
        summary: verdictLine(verdict, remaining),
        artifacts: [...reports, ...artifacts],
        next: nextCalls(verdict, remaining, runId, await firstRepair(project, verdict, compare.pairs)),
        run_id: runId,
        gate: gateReply(verdict),
        checks: verdict.checks.filter((check) => check.status !== 'pass').map(checkReply),
        remaining,
        evidence_summary: evidence,
      },
    };
  },
});
