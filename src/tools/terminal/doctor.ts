import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { runDoctor } from '../../live/doctor.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_doctor',
  command: { name: 'doctor' },
  title: 'Prove that this machine can do the work',
  description:
    'Proves each capability by using it: a real screenshot, a comparison by both comparators, a real encoding.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    probes: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        required: z.boolean(),
        ok: z.boolean(),
        detail: z.string(),
        fix: z.string().optional(),
      }),
    ),
  },
  async run(_input, context) {
    const probes = await runDoctor(context.session, await context.folder(), context.signal);
    const broken = probes.filter((probe) => !probe.ok);
    const needed = broken.filter((probe) => probe.required);
    return {
      result: {
        status: needed.length > 0 ? 'could_not_run' : 'pass',
        summary:
          broken.length === 0
            ? 'Everything works.'
            : `${needed.length > 0 ? 'Needed and not working' : 'Everything needed works; missing'}: ${(needed.length > 0 ? needed : broken).map((probe) => probe.title).join(', ')}.`,
        probes,
      },
    };
  },
});
