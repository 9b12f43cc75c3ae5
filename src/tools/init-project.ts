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
    from: z
      .string()
      .optional()
      .describe('Settings file of BackstopJS or lost-pixel to import, such as backstop.json; it is read, never run'),
    dry_run: z.boolean().optional(),
  }),
  output: {
    created: z.array(z.string()),
    updated: z.array(z.string()),
    unchanged: z.array(z.string()),
    proposed: z.array(z.object({ path: z.string(), text: z.string(), why: z.string() })),
    imported: z
      .object({
        tool: z.string(),
        screens: z.number().int(),
        viewports: z.array(z.string()),
        pictures: z.number().int().describe('Reference pictures that are designs now'),
        not_carried: z.array(z.object({ setting: z.string(), why: z.string(), where: z.array(z.string()).optional() })),
      })
      .optional(),
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
      from: input.from,
      dryRun: input.dry_run,
    });
    const { server: _server, ...detected } = done.detected;
    const changed = done.created.length + done.updated.length;
    const { imported } = done;
    const took = imported
      ? ` From ${imported.tool}: ${imported.screens} screen(s) at ${imported.viewports.length} viewport(s), ${imported.pictures} picture(s) as designs; ${imported.not_carried.length} setting(s) not carried over.`
      : '';
    return {
      result: {
        ...done,
        status: 'pass',
        detected,
        summary: `${input.dry_run ? 'Would write' : 'Wrote'} ${changed} file(s) for a ${detected.framework} project; ${done.unchanged.length} were as they should be.${took}`,
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'see where the project stands' }],
      },
    };
  },
});
