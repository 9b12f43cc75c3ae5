import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import { DesignCompare } from '../core/vocabulary/pair.js';
import { pairLine, pairsStatus, worstPair } from '../design/compare-pair.js';
import { pairPictures, pairTiles } from '../image/inline-pictures.js';
import { compareDesigns } from '../verify/compare-designs.js';
import { projectDir } from './input-shapes.js';
import { pairReply } from './reply-shapes.js';

export default defineTool({
  name: 'codeloop_design_compare',
  command: { name: 'design-compare' },
  title: 'Compare with the design',
  description:
    'Compares screenshots with the design references: score, regions, elements; shows the worst pair. Cells without a picture are photographed first.',
  toolset: 'design',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    mode: z.enum(['all', 'single']).optional().describe('single needs reference_image_path and screen_name'),
    reference_image_path: z.string().optional(),
    screen_name: z.string().optional().describe('Only this screen'),
    viewport: z.string().optional().describe('Only this viewport'),
    design_dir: z.string().optional(),
    figma_file_url: z.string().optional(),
    figma_token: z.string().optional().describe('Default: FIGMA_API_TOKEN; stored nowhere'),
    threshold: z.number().min(0).max(1).optional(),
    run_id: z.string().optional(),
    detail: z.enum(['pictures', 'tiles']).optional(),
  }),
  output: { run_id: z.string(), ...DesignCompare.shape },
  async run(input, context) {
    const project = await context.project();
    const { reference_image_path: reference, screen_name: screen } = input;
    const single = input.mode === 'single' || (input.mode === undefined && reference !== undefined);
    if (single && (reference === undefined || screen === undefined)) {
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: 'codeloop_design_compare',
        problem: 'mode single needs reference_image_path and screen_name.',
        hint: 'Give both, or leave mode out to compare everything under designs/.',
      });
    }
    const { runId, compare } = await compareDesigns({
      project,
      session: context.session,
      single:
        single && reference !== undefined && screen !== undefined
          ? { reference, screen, viewport: input.viewport }
          : undefined,
      screen: input.screen_name,
      viewport: input.viewport,
      designDir: input.design_dir,
      figma: { fileUrl: input.figma_file_url, token: input.figma_token },
      threshold: input.threshold,
      runId: input.run_id,
      signal: context.signal,
      progress: context.progress,
    });
    const worst = worstPair(compare.pairs);
    const images =
      !worst || worst.outcome === 'unreadable'
        ? []
        : input.detail === 'tiles'
          ? await pairTiles(project.dir, worst)
          : await pairPictures(project.dir, worst);
    const matching = compare.pairs.filter((pair) => pair.outcome === 'match').length;
    const lost = compare.unmatched.references.length;
    return {
      images,
      result: {
        status: lost > 0 && pairsStatus(compare.pairs) === 'pass' ? 'fail' : pairsStatus(compare.pairs),
        summary: `${matching} of ${compare.pairs.length} pairs match${lost > 0 ? `, ${lost} reference(s) match no screen` : ''}${worst ? `; worst: ${pairLine(worst)}` : ''}.`,
        artifacts: worst?.diff ? [worst.diff] : [],
        next:
          matching === compare.pairs.length && lost === 0
            ? []
            : [
                ...(worst && input.detail !== 'tiles'
                  ? [
                      {
                        tool: 'codeloop_design_compare',
                        arguments: {
                          run_id: runId,
                          screen_name: worst.screen,
                          viewport: worst.viewport,
                          detail: 'tiles',
                        },
                        why: 'the worst places at full size',
                      },
                    ]
                  : []),
                { tool: 'codeloop_diagnose', arguments: { run_id: runId }, why: 'what to fix, and in which order' },
              ],
        run_id: runId,
        ...compare,
        pairs: compare.pairs.map(pairReply),
      },
    };
  },
});
