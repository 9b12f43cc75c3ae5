import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { VERSION } from '../../core/version.js';
import { CI_SERVICES, writeCiFile } from '../../project/init/ci-workflow.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_ci_init',
  command: { name: 'ci init', positionals: ['service'] },
  title: 'Write a CI workflow',
  description:
    'Writes a workflow that verifies every pull request: whole history, annotations at the lines of code, one comment, the run as artefact. Never over a file that is there.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    service: z.enum(CI_SERVICES),
  }),
  output: { path: z.string(), text: z.string().optional() },
  async run(input, context) {
    const { dir } = await context.folder();
    const { path, text, written } = await writeCiFile(dir, input.service, VERSION);
    return {
      result: {
        status: 'pass',
        summary: written
          ? `Wrote ${path}. Commit it, with the lock file of your packages.`
          : `The project is a folder of its repository: put the text into ${path} at the root.`,
        artifacts: written ? [{ path }] : [],
        path,
        ...(written ? {} : { text }),
      },
    };
  },
});
