import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { CLIENTS } from '../project/init/clients.js';
import { initProject } from '../project/init/init-project.js';
import { projectDir } from './input-shapes.js';

export default defineTool({
  name: 'codeloop_init_project',
  command: { name: 'init' },
  title: 'Prepare a project',
  description:
    'Sets codeloop up in a project: settings, folders for design references, MCP registration and the standing rule for the coding agents in use. Running it again changes nothing; user text is never overwritten.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    project_type: z.string().optional(),
    base_url: z.url().optional().describe('Where the app answers'),
    clients: z.array(z.enum(CLIENTS)).optional(),
    dry_run: z.boolean().optional(),
  }),
  output: {
    created: z.array(z.string()),
    updated: z.array(z.string()),
    unchanged: z.array(z.string()),
    proposed: z.array(z.object({ path: z.string(), text: z.string(), why: z.string() })),
    detected: z.object({
      framework: z.string(),
      package_manager: z.string(),
      scripts: z.array(z.string()),
      screens: z.array(z.object({ name: z.string(), path: z.string() })),
      origins: z.array(z.string()),
      app_folder: z.string().optional(),
    }),
  },
  async run(input, context) {
    const { dir } = await context.folder();
    const done = await initProject(dir, {
      projectType: input.project_type,
      baseUrl: input.base_url,
      clients: input.clients,
      dryRun: input.dry_run,
    });
    const { server: _server, ...detected } = done.detected;
    const changed = done.created.length + done.updated.length;
    return {
      result: {
        ...done,
        status: 'pass',
        detected,
        summary: `${input.dry_run ? 'Would write' : 'Wrote'} ${changed} file(s) for a ${detected.framework} project; ${done.unchanged.length} were as they should be.`,
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'see where the project stands' }],
      },
    };
  },
});
