import { defineCheck, failOn } from '../define-check.js';
import type { Evidence, RecordedInteraction, WorkflowEvidence } from '../evidence.js';
import { screensAt } from '../evidence.js';
import { countingRecordings, flowFindings, outdated } from './workflow-findings.js';

/** Actions that go somewhere or prepare something, and prove nothing of the page they end on. */
const PROVES_NOTHING: ReadonlySet<string> = new Set([
  ...['navigate_url', 'navigate_back', 'navigate_forward', 'reload', 'wait', 'screenshot', 'dialog'],
  ...['new_tab', 'switch_tab', 'close_tab', 'set_viewport', 'set_color_scheme', 'emulate_offline'],
  ...['set_geolocation', 'grant_permission', 'clear_storage'],
]);

export default defineCheck({
  id: 'screens-covered',
  title: 'Every configured screen is covered by a recorded interaction without findings',
  failureTitle: 'A screen is covered by no recorded interaction that counts',
  description:
    'On the address of each configured screen, or leading to it, a step was done or an assertion held (going to an address and waiting prove nothing), in a saved flow that codeloop_verify replayed or in a recording that codeloop_interaction_replay looked through, without errors found. At the stages integration and release: at each of its viewports.',
  requires: ['expected', 'workflow', 'runtime'],
  repair: {
    category: 'workflow',
    severity: 'critical',
    cause: 'Nobody used this screen: there is no recorded interaction on it.',
    task: 'Record what a user does there (codeloop_start_recording, codeloop_interact) and save it as a flow.',
    verify: 'flow',
    follows: [{ checks: ['screenshots-present'], when: 'same_place' }],
  },
  run({ expected, workflow, runtime }) {
    const good = counting(workflow, runtime);
    const places = (list: readonly RecordedInteraction[], viewport: string | undefined) =>
      new Set(
        list
          .filter(({ viewports }) => viewport === undefined || viewports.includes(viewport))
          .flatMap(({ steps }) => steps.filter(({ ok, action }) => ok && !PROVES_NOTHING.has(action)))
          .flatMap(({ urls }) => urls.flatMap((url) => screensAt(url, expected))),
      );
    const wanted = workflow.everyViewport
      ? expected
      : expected.filter(({ screen }, index) => expected.findIndex((one) => one.screen === screen) === index);
    const problems = wanted.flatMap(({ screen, viewport, url }) => {
      const at = workflow.everyViewport ? viewport : undefined;
      if (places(good, at).has(screen)) return [];
      const others = workflow.recordings.filter((one) => !good.includes(one) && places([one], at).has(screen));
      const names = [...new Set(others.map(({ flow, recordingId }) => flow ?? recordingId))];
      return [
        {
          screen,
          ...(at === undefined ? {} : { viewport: at }),
          url,
          title:
            names.length === 0
              ? 'No recorded interaction covers this screen.'
              : `Only interactions that do not count reach this screen: ${names.slice(0, 3).join(', ')}.`,
          fix:
            names.length === 0
              ? 'Drive it with codeloop_interact, then keep the steps with codeloop_run_flow {page_id, save_as}; or record it and look at it with codeloop_interaction_replay.'
              : 'Fix what their replays found, or replay them with codeloop_interaction_replay.',
        },
      ];
    });
    return failOn(problems, good.length, 'No recorded interaction counts for the project as it is now.');
  },
});

/** Interactions that count: flows that passed on the project as it is, and an agent's recordings that were replayed without errors. */
function counting(workflow: WorkflowEvidence, runtime: Evidence['runtime']): RecordedInteraction[] {
  const passed = workflow.replays.filter(
    (replay) =>
      replay.status === 'pass' &&
      outdated(replay, workflow) === undefined &&
      flowFindings(replay, runtime).length === 0,
  );
  const flows = passed.flatMap((replay) =>
    workflow.recordings
      .filter(({ recordingId, broken }) => recordingId === replay.recording_id && broken === undefined)
      .map((recording) => ({ recording, replay })),
  );
  // A log that tells of a step that failed does not belong to a flow that passed.
  const honest = flows.filter(({ recording }) => recording.steps.every(({ ok }) => ok));
  return [...honest.map(({ recording }) => recording), ...countingRecordings(workflow, runtime)];
}
