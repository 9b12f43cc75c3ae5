import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { StaleBaseline } from '../../core/vocabulary/baseline.js';
import { listStaleBaselines } from '../../verify/baselines/accept-baselines.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_baseline_stale',
  command: { name: 'baseline stale' },
  title: 'List stale baselines',
  description: 'Accepted pictures of screens and viewports that are not configured, and of other environments.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: { stale: z.array(StaleBaseline) },
  async run(_input, context) {
    const stale = await listStaleBaselines(await context.project());
    return { result: { status: 'pass', summary: `${stale.length} stale baseline(s).`, stale } };
  },
});
