import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import type { Flow } from '../core/vocabulary/recording.js';
import { stepPicture } from '../image/inline-pictures.js';
import { type FlowAtViewport, runFlow } from '../verify/flows/run-flow.js';
import { flowToRun, forViewports, saveFlow } from '../verify/flows/saved-flows.js';
import { projectDir, readSteps, stepsInput } from './input-shapes.js';
import { StepReply, stepReply, stepsLine, stepsStatus } from './reply-shapes.js';

const NAME = 'codeloop_run_flow';

const AtViewport = z.object({
  viewport: z.string(),
  status: z.enum(['pass', 'fail', 'could_not_run']),
  steps_done: z.number().int(),
  step_count: z.number().int(),
  /** The step that failed, with why and what is near. */
  failed_step: StepReply.optional(),
  /** Why it could not begin. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  recording_id: z.string().optional(),
  run_id: z.string().optional(),
  screenshot: z.string().optional(),
});

export default defineTool({
  name: NAME,
  command: { name: 'flow', positionals: ['flow'] },
  title: 'Replay a flow',
  description:
    'Replays a saved flow, or steps, at each viewport with a recording; the step that fails comes with its picture and candidates. save_as keeps the steps (or with page_id what was done in that page) in .codeloop/flows.',
  toolset: 'flows',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    flow: z.string().optional().describe('Name of a saved flow'),
    steps: stepsInput.optional(),
    page_id: z.string().optional(),
    url: z.string().optional().describe('Where steps begin; default /'),
    viewports: z.array(z.string()).optional(),
    save_as: z.string().optional(),
  }),
  output: { flow: z.string(), flow_file: z.string().optional(), viewports: z.array(AtViewport) },
  async run(input, context) {
    const { session, signal } = context;
    const project = await context.folder();
    const given = [input.flow, input.steps, input.page_id].filter((one) => one !== undefined);
    if (given.length !== 1 || (input.flow !== undefined && input.save_as !== undefined))
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: NAME,
        problem: 'give exactly one of flow, steps and page_id; save_as goes with the last two.',
        allowed: ['flow', 'steps', 'page_id', 'save_as'],
      });
    const flow: Flow = await flowToRun(
      project,
      {
        flow: input.flow,
        steps: input.steps && readSteps(input.steps, NAME),
        page: input.page_id === undefined ? undefined : session.pages.find(project, input.page_id),
        url: input.url,
        saveAs: input.save_as,
      },
      NAME,
    );
    const viewports = input.viewports ?? flow.viewports;
    const kept = forViewports(flow, viewports, project.config);
    const saved = input.save_as === undefined ? undefined : await saveFlow(project, kept, NAME);
    const results = await runFlow({
      ...{ project, session, tool: NAME, flow, viewports, signal },
      onViewport: (name, done, total) => context.progress({ done, total, message: name }),
    });
    const rows = results.map((one) => rowOf(one, flow));
    const bad = rows.filter((row) => row.status !== 'pass');
    const shown = results.filter((one) => one.steps?.failedAt !== undefined);
    const images = await Promise.all(
      (shown.length > 0 ? shown : results.slice(0, 3)).flatMap(({ steps, viewport }) =>
        steps?.picture ? [stepPicture(project.dir, steps.picture.path, `${flow.name}@${viewport}`)] : [],
      ),
    );
    const [first] = results.filter((one) => one.recordingId !== undefined && one.steps?.failedAt !== undefined);
    return {
      images,
      result: {
        status: bad.some((row) => row.status === 'fail') ? 'fail' : bad.length > 0 ? 'could_not_run' : 'pass',
        summary: `${flow.name}: ${rows.length - bad.length} of ${rows.length} viewport(s) passed${results
          .filter((one) => one.steps?.failedAt !== undefined)
          .map((one) => `; ${one.viewport}: ${one.steps ? stepsLine(one.steps, flow.steps.length) : ''}`)
          .join(
            '',
          )}.${saved ? ` Saved as ${saved.artifact.path}${saved.replaced ? '; replaced the flow of that name' : ''}.` : ''}`,
        artifacts: [
          ...results.flatMap(({ steps }) => (steps?.picture ? [steps.picture] : [])),
          ...(saved ? [saved.artifact] : []),
        ],
        next: first
          ? [
              {
                tool: 'codeloop_interaction_replay',
                arguments: { recording_id: first.recordingId },
                why: 'what led to the failure',
              },
            ]
          : [],
        flow: flow.name,
        ...(saved ? { flow_file: saved.artifact.path } : {}),
        viewports: rows,
      },
    };
  },
});

function rowOf({ viewport, runId, steps, error, recordingId }: FlowAtViewport, flow: Flow): z.infer<typeof AtViewport> {
  const failed = steps?.failedAt === undefined ? undefined : steps.taken[steps.failedAt];
  const status = steps ? stepsStatus(steps) : 'fail';
  return {
    viewport,
    status: status === 'needs_human' ? 'could_not_run' : status,
    steps_done: steps ? (steps.failedAt ?? steps.taken.length) : 0,
    step_count: flow.steps.length,
    ...(failed ? { failed_step: stepReply(failed, steps?.failedAt ?? 0) } : {}),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
    ...(recordingId === undefined ? {} : { recording_id: recordingId }),
    ...(runId === '' ? {} : { run_id: runId }),
    ...(steps?.picture ? { screenshot: steps.picture.path } : {}),
  };
}
