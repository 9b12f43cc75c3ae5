import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { Lowering } from '../../core/vocabulary/bars.js';
import { acceptBars } from '../../verify/judge/accept-findings.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_bars_accept',
  command: { name: 'bars accept', positionals: ['keys'] },
  title: 'Accept lowered bars',
  description:
    'For a person at a terminal: accepts that settings, screens, references and other bars are lower than before, after a typed confirmation. Refused under CI and in agents’ environments. Counts once .codeloop/bars.json is committed.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  // A person reads meanwhile.
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    keys: z.array(z.string()).min(1).optional().describe('As the gate names them; default: all that wait'),
    reason: z.string().trim().min(1).max(500),
  }),
  output: { accepted: z.array(Lowering) },
  async run({ reason, keys }, context) {
    const project = await context.project();
    const accepted = await acceptBars({ project, session: context.session, caller: context, keys, reason });
    return {
      result: {
        status: 'pass',
        summary:
          accepted.length === 0
            ? 'No bar waits to be accepted.'
            : `Accepted ${accepted.length} lower bar(s). Commit .codeloop/bars.json: they count from then on.`,
        next: [{ tool: 'codeloop_gate_check', arguments: {}, why: 'judges again' }],
        accepted,
      },
    };
  },
});
