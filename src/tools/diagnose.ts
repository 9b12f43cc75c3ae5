import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Issue, isUrgent } from '../core/vocabulary/issue.js';
import { diagnoseRun } from '../verify/judge/judge.js';
import { projectDir } from './input-shapes.js';

/** Issues in one reply; the first ones are to be fixed first. */
const SHOWN = 15;

export default defineTool({
  name: 'codeloop_diagnose',
  command: { name: 'diagnose' },
  title: 'What to fix, and in which order',
  description:
    'Turns the failures of a run into issues with evidence, place, likely cause, repair task and the cheapest call that verifies the repair. Root failures first, their consequences folded under them.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional().describe('Default: newest run of the present code'),
    focus_files: z.array(z.string()).optional().describe('Issues in these files come first'),
  }),
  output: {
    run_id: z.string(),
    issues: z.array(Issue),
    issue_count: z.number().int(),
    priority_order: z.array(z.string()),
  },
  async run(input, context) {
    const { issues, runId } = await diagnoseRun({
      project: await context.project(),
      session: context.session,
      runId: input.run_id,
      focusFiles: input.focus_files ?? [],
    });
    const urgent = issues.filter(isUrgent).length;
    const first = issues[0];
    return {
      result: {
        status: 'pass',
        summary:
          issues.length === 0
            ? `${runId} shows nothing to fix.`
            : `${issues.length} issue(s), ${urgent} of them blocker or critical; begin with ${first?.id}: ${first?.title}`,
        run_id: runId,
        issues: issues.slice(0, SHOWN),
        issue_count: issues.length,
        priority_order: issues.slice(0, SHOWN).map(({ id }) => id),
        next: first
          ? [{ ...first.verify_with, why: `after ${first.id}: ${first.verify_with.why}` }]
          : [{ tool: 'codeloop_gate_check', arguments: {}, why: 'may it be called done?' }],
      },
    };
  },
});
