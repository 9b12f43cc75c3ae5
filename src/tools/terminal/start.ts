import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { CLIENTS } from '../../project/init/clients.js';
import { initProject } from '../../project/init/init-project.js';
import { firstHour } from '../../verify/first-hour.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_start',
  command: { name: 'start' },
  title: 'Go through the first hour',
  description:
    'Prepares the project as `init` does, verifies it, and at a terminal asks what of today’s findings is known and whether today’s look is held, each by one typed confirmation. In CI and for agents it asks nothing and names what a person has to do. Running it again goes on where it stands.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'drive',
  pictures: false,
  // A person reads meanwhile.
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    base_url: z.url().optional().describe('Where the app answers'),
    from: z.string().optional().describe('Settings file of BackstopJS or lost-pixel to import'),
    clients: z.array(z.enum(CLIENTS)).optional(),
    reason: z.string().trim().min(1).max(500).optional().describe('Written beside what is accepted'),
  }),
  output: {
    run_id: z.string(),
    created: z.array(z.string()),
    done: z.array(z.string()),
    left: z.array(z.string()),
    commit: z.array(z.string()),
  },
  async run(input, context) {
    const { dir } = await context.folder();
    const { session, progress } = context;
    const prepared = await initProject(dir, { baseUrl: input.base_url, clients: input.clients, from: input.from });
    const { framework, screens } = prepared.detected;
    const found = prepared.imported
      ? `${prepared.imported.screens} screen(s) of ${prepared.imported.tool}, ${prepared.imported.not_carried.length} setting(s) not carried over`
      : `a ${framework} project, screens ${screens.map(({ name }) => name).join(', ') || 'none'}`;
    progress({ done: 0, message: `found ${found}` });
    const reason = input.reason ?? 'known on day one';
    const hour = await firstHour({ project: await context.project(), session, caller: context, reason, progress });
    const commit = [...new Set([...prepared.created, ...prepared.updated, ...hour.commit])].sort();
    return {
      result: {
        status: hour.status,
        summary: hour.summary,
        run_id: hour.runId,
        created: prepared.created,
        done: [`found ${found}`, ...hour.done],
        left: [...prepared.proposed.map(({ path, why }) => `${path}: ${why}`), ...hour.left],
        commit,
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'once what is listed under commit is committed' }],
      },
    };
  },
});
