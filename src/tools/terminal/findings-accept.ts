import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { ACCEPTABLE, acceptFindings } from '../../verify/judge/accept-findings.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_findings_accept',
  command: { name: 'findings accept', positionals: ['kinds'] },
  title: 'Accept known findings',
  description:
    "For a person at a terminal: writes today's findings of accessibility and layout down as known, after a typed confirmation, so that the gate is about what changes. Refused under CI and in agents' environments. Counts once the files are committed.",
  toolset: 'core',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  // A person reads meanwhile.
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    kinds: z.array(z.enum(ACCEPTABLE)).min(1).optional().describe('Default: both'),
    reason: z.string().trim().min(1).max(500),
  }),
  output: {
    accepted: z.array(
      z.object({ what: z.string(), element: z.string(), screens: z.array(z.string()), file: z.string() }),
    ),
  },
  async run({ kinds, reason }, context) {
    const project = await context.project();
    const accepted = await acceptFindings({
      ...{ project, session: context.session, caller: context, reason },
      kinds: kinds ?? ACCEPTABLE,
    });
    const files = [...new Set(accepted.map(({ file }) => file))];
    return {
      result: {
        status: 'pass',
        summary:
          accepted.length === 0
            ? 'No finding of accessibility or layout fails the gate.'
            : `Accepted ${accepted.length} finding(s) as known. Commit .codeloop (${files.join(', ')} and bars.json): they count from then on.`,
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'judges again, with what is known left out' }],
        accepted: accepted.map(({ file, entry: { rule, kind, condition, selector: element, screens } }) => {
          const what = rule ?? kind ?? '';
          return { what: condition === undefined ? what : `${what} (${condition})`, element, screens, file };
        }),
      },
    };
  },
});
