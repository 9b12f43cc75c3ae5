import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { BaselinePlace } from '../../core/vocabulary/baseline.js';
import { acceptBaselines } from '../../verify/baselines/accept-baselines.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_baseline_accept',
  command: { name: 'baseline accept', positionals: ['screens'] },
  title: 'Accept proposed baselines',
  description:
    'For a person at a terminal: turns proposed pictures into baselines, after a typed confirmation. Refused under CI and in agents’ environments. They count once they are committed.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  // A person looks at pictures meanwhile.
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    screens: z.array(z.string()).min(1).optional().describe('Default: all that wait'),
    all: z.boolean().optional().describe('Proposes the newest pictures of all screens first'),
    viewports: z.array(z.string()).optional(),
    environment: z.string().optional().describe('Folder name under .codeloop/baselines'),
    reason: z.string().trim().min(1).max(500).optional().describe('Default: the reason given with the proposal'),
  }),
  output: { accepted: z.array(BaselinePlace.extend({ path: z.string(), sha256: z.string() })) },
  async run({ reason, project_dir: _dir, ...filter }, context) {
    const project = await context.project();
    const accepted = await acceptBaselines({ ...filter, project, session: context.session, caller: context, reason });
    return {
      result: {
        status: 'pass',
        summary: `Accepted ${accepted.length} picture(s). Commit .codeloop/baselines: they count from then on.`,
        artifacts: accepted.map(({ path, sha256 }) => ({ path, sha256 })),
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'compares with them' }],
        accepted,
      },
    };
  },
});
