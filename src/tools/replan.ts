import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { SectionState } from '../core/vocabulary/section.js';
import { replan } from '../verify/sections/replan.js';
import { nextForSections } from '../verify/sections/section-status.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_replan',
  command: { name: 'replan', positionals: ['spec_path'] },
  title: 'Plan sections from the specification',
  description:
    'Plans sections from headings and items of a specification; later says what changed since, reopens what it affects, gives the order.',
  toolset: 'flows',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    spec_path: z.string().min(1).optional().describe('Markdown or YAML; default the last one'),
  }),
  output: {
    spec: z.string(),
    added: z.array(z.string()),
    changed: z.array(
      z.object({
        id: z.string(),
        was: z.string().optional(),
        items_added: z.array(z.string()),
        items_removed: z.array(z.string()),
      }),
    ),
    removed: z.array(z.string()),
    reopened: z.array(z.string()),
    circular: z.array(z.string()),
    order: z.array(
      z.object({
        id: z.string(),
        state: SectionState,
        screens: z.array(z.string()),
        flows: z.array(z.string()),
        after: z.array(z.string()),
      }),
    ),
  },
  async run({ spec_path }, context) {
    const plan = await replan(await context.project(), context.session.clock, spec_path);
    const { added, changed, removed } = plan.changes;
    const counts = [`${added.length} new`, `${changed.length} changed`, `${removed.length} gone`].join(', ');
    const none = added.length + changed.length + removed.length === 0;
    return {
      result: {
        status: 'pass',
        summary: plan.first
          ? `Planned ${plan.sections.length} section(s) from ${plan.spec}.`
          : none
            ? `Nothing changed in ${plan.spec}.`
            : `${counts} in ${plan.spec}; ${plan.reopened.length} section(s) are to be built again.`,
        spec: plan.spec,
        ...plan.changes,
        reopened: plan.reopened,
        circular: plan.circular,
        order: plan.sections.map(({ id, state, screens, flows, after }) => ({ id, state, screens, flows, after })),
        next: nextForSections(plan.sections),
      },
    };
  },
});
