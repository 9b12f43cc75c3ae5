import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Section, SectionState } from '../core/vocabulary/section.js';
import { nextForSections, sectionStatus } from '../verify/sections/section-status.js';
import { projectDir } from './input-shapes.js';

const NAME = 'codeloop_section_status';

export default defineTool({
  name: NAME,
  command: { name: 'sections', positionals: ['section'] },
  title: 'Sections of the app and how far they are',
  description:
    'Lists sections, plans one (set: planned), or moves it; a move that claims something needs a verdict of the present code.',
  toolset: 'flows',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    section: z.string().min(1).max(100).optional(),
    set: SectionState.optional(),
    screens: z.array(z.string()).optional().describe('That show it'),
    flows: z.array(z.string()).optional(),
  }),
  output: {
    sections: z.array(Section.omit({ history: true }).extend({ last: Section.shape.history.element.optional() })),
    counts: z.record(z.string(), z.number().int()),
    unassigned_screens: z.array(z.string()),
  },
  async run({ section, set, screens, flows }, context) {
    const answer = await sectionStatus({
      ...{ project: await context.project(), session: context.session, tool: NAME },
      ...{ section, set, screens, flows },
    });
    const counts: Record<string, number> = {};
    for (const { state } of answer.sections) counts[state] = (counts[state] ?? 0) + 1;
    const [only] = answer.sections;
    const line = Object.entries(counts)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ');
    return {
      result: {
        status: 'pass',
        summary:
          only && section !== undefined
            ? `Section ${only.id} is ${answer.created ? 'new and ' : ''}${only.state}.`
            : `${answer.sections.length} section(s)${line === '' ? '' : `: ${line}`}; ${answer.unassigned.length} screen(s) belong to none.`,
        sections: answer.sections.map(({ history, ...rest }) => {
          const last = history.at(-1);
          return { ...rest, ...(last ? { last } : {}) };
        }),
        counts,
        unassigned_screens: answer.unassigned,
        next:
          answer.sections.length === 0
            ? [{ tool: 'codeloop_replan', arguments: {}, why: 'plan sections from the specification' }]
            : nextForSections(answer.sections),
      },
    };
  },
});
