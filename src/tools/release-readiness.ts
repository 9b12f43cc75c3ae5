import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { SectionState } from '../core/vocabulary/section.js';
import { firstRepair } from '../verify/judge/judge.js';
import { nextCalls, verdictLine, verdictStatus } from '../verify/judge/verdict-status.js';
import { releaseReadiness } from '../verify/sections/release-readiness.js';
import { projectDir } from './input-shapes.js';
import { GateReply, gateReply } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_release_readiness',
  command: { name: 'release' },
  title: 'Check whether it can be released',
  description:
    'Judges stored evidence by all gates of stage release: every screen x viewport, section, flow and open decision, in one report.',
  toolset: 'flows',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir, run_id: z.string().optional() }),
  output: {
    run_id: z.string(),
    ready_count: z.number().int(),
    cell_count: z.number().int(),
    cells: z.array(
      z.object({
        screen: z.string(),
        viewport: z.string(),
        ready: z.boolean(),
        picture: z.string(),
        design: z.string(),
        baseline: z.string(),
        failing: z.array(z.string()),
      }),
    ),
    sections: z.array(
      z.object({ id: z.string(), state: SectionState, finished: z.boolean(), unproven: z.string().optional() }),
    ),
    gate: GateReply,
  },
  async run(input, context) {
    const project = await context.project();
    const { verdict, remaining, runId, matrix, pairs, sections, artifacts } = await releaseReadiness(
      project,
      context.session,
      input.run_id,
    );
    const ready = matrix.filter((cell) => cell.ready).length;
    const behind = sections.some(({ finished, unproven }) => finished && unproven !== undefined);
    return {
      result: {
        status: verdictStatus(verdict),
        summary: `${ready} of ${matrix.length} screen x viewport(s) are ready. ${verdictLine(verdict, remaining)}`,
        artifacts,
        next: behind
          ? [{ tool: 'codeloop_integration_check', arguments: {}, why: 'no verdict proves a finished section yet' }]
          : nextCalls(verdict, remaining, runId, await firstRepair(project, verdict, pairs)),
        run_id: runId,
        ready_count: ready,
        cell_count: matrix.length,
        // Those that hold it up come first, in case the list is cut.
        cells: matrix.toSorted((a, b) => Number(a.ready) - Number(b.ready)),
        sections: [...sections],
        gate: gateReply(verdict),
      },
    };
  },
});
