import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import { StepAction } from '../core/vocabulary/step.js';
import { stepPicture } from '../image/inline-pictures.js';
import { takeSteps } from '../live/take-steps.js';
import { projectDir, readSteps, stepsInput, targetInput, valueInput } from './input-shapes.js';
import { StepReply, stepReply, stepsLine, stepsStatus } from './reply-shapes.js';

const NAME = 'codeloop_interact';

export default defineTool({
  name: NAME,
  command: { name: 'interact' },
  title: 'Act in a page',
  description:
    'Takes one step or many in a live page (url or app_name opens one), waiting until each can be done. Reports changes, errors, dialogs, downloads, new tabs; stops at the first failure with a picture and candidates.',
  toolset: 'act',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    page_id: z.string().optional().describe('Default: the only live page'),
    url: z.string().optional().describe('Opens a page there; a path belongs to the app'),
    app_name: z.string().optional().describe('Opens a desktop app'),
    recording_id: z.string().optional().describe('The page of this recording'),
    viewport: z.string().optional().describe('Name or WxH, for a page that is opened'),
    action: StepAction.optional(),
    target: targetInput.optional(),
    value: valueInput.optional(),
    timeout_ms: z.number().int().optional(),
    steps: stepsInput.optional(),
    screenshot: z.boolean().optional().describe('Picture after the last step'),
  }),
  output: { page_id: z.string(), run_id: z.string(), steps: z.array(StepReply), step_count: z.number().int() },
  async run(input, context) {
    const { session, signal } = context;
    const { action, target, value, timeout_ms } = input;
    if ((action === undefined) === (input.steps === undefined))
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: NAME,
        problem: 'give either action or steps.',
        allowed: ['action', 'steps'],
      });
    const single = { action, target, value, timeout_ms };
    const given = input.steps ?? [Object.fromEntries(Object.entries(single).filter(([, one]) => one !== undefined))];
    const steps = readSteps(given, NAME);
    const project = await context.folder();
    const recorded = input.recording_id === undefined ? undefined : session.recordings.pageOf(input.recording_id);
    if (input.recording_id !== undefined) assertRecorded(input.recording_id, recorded?.id, input.page_id);
    const page = await session.pages.pick({
      project,
      pageId: input.page_id ?? recorded?.id,
      url: input.url,
      app: input.app_name,
      viewport: input.viewport,
      signal,
    });
    return session.pages.use(page, NAME, signal, async (run) => {
      const outcome = await takeSteps(page, run, steps, {
        signal,
        picture: input.screenshot === true,
        onStep: (done) => context.progress({ done, total: steps.length, message: `step ${done}` }),
      });
      const { taken, failedAt, picture, log } = outcome;
      const taking = taken.flatMap(({ result }) => (result?.screenshot ? [result.screenshot] : []));
      const shown = picture ? [...taking.filter((one) => one.path !== picture.path), picture] : taking;
      const images = await Promise.all(
        shown.map((one) =>
          stepPicture(project.dir, one.path, failedAt !== undefined && one === picture ? 'where it failed' : page.id),
        ),
      );
      return {
        images,
        result: {
          status: stepsStatus(outcome),
          summary: `${page.id}: ${stepsLine(outcome, steps.length)}.`,
          artifacts: [...shown, log],
          next:
            failedAt === undefined
              ? []
              : [
                  {
                    tool: 'codeloop_page_snapshot',
                    arguments: { page_id: page.id },
                    why: 'what is on the page now, with references',
                  },
                ],
          page_id: page.id,
          run_id: run.id,
          steps: taken.map(stepReply),
          step_count: steps.length,
        },
      };
    });
  },
});

/** Throws RECORDING_NOT_FOUND, or ARGUMENTS_INVALID when the page named is another one than the recording's. */
function assertRecorded(recording: string, recorded: string | undefined, page: string | undefined): void {
  if (recorded === undefined)
    throw new CodeloopError('RECORDING_NOT_FOUND', { recording, reason: 'none of that id runs here' });
  if (page !== undefined && page !== recorded)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: NAME,
      problem: `recording_id belongs to ${recorded}, page_id names another page.`,
      allowed: ['recording_id', 'page_id'],
    });
}
