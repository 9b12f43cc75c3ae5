import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { CodeloopError } from '../../core/errors.js';
import { BaselinePlace } from '../../core/vocabulary/baseline.js';
import { removeBaselines } from '../../verify/baselines/accept-baselines.js';
import { projectDir } from '../input-shapes.js';

const NAME = 'codeloop_baseline_remove';

export default defineTool({
  name: NAME,
  command: { name: 'baseline remove', positionals: ['screens'] },
  title: 'Remove baselines',
  description:
    'For a person at a terminal: removes accepted pictures, after a typed confirmation, and notes it in their history. Refused under CI and in agents’ environments.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    screens: z.array(z.string()).min(1).optional(),
    viewports: z.array(z.string()).optional(),
    environment: z.string().optional().describe('Folder name under .codeloop/baselines'),
    stale: z.boolean().default(false).describe('Only those of screens and viewports that are not configured'),
    reason: z.string().trim().min(1).max(500),
  }),
  output: { removed: z.array(BaselinePlace.extend({ path: z.string() })) },
  async run({ reason, stale, project_dir: _dir, ...filter }, context) {
    if (!stale && filter.screens === undefined && filter.environment === undefined)
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: NAME,
        problem: 'name screens, an environment, or --stale.',
        allowed: ['screens', 'environment', 'stale'],
      });
    const project = await context.project();
    const removed = await removeBaselines({
      ...filter,
      ...{ project, session: context.session, caller: context, reason, stale },
    });
    return {
      result: {
        status: 'pass',
        summary: `Removed ${removed.length} baseline(s). Commit .codeloop/baselines.`,
        removed,
      },
    };
  },
});
