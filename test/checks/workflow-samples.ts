import type { RecordedInteraction, RecordedStep, SavedFlowFile, WorkflowEvidence } from '../../src/checks/evidence.js';
import type { FlowReplay, ReplayFinding } from '../../src/core/vocabulary/recording.js';

export const runtime = { allowedConsoleErrors: ['^known'] };

/** The flow `pay`, saved, for one viewport. */
export const saved = (extra: Partial<SavedFlowFile> = {}): SavedFlowFile => ({
  name: 'pay',
  file: '.codeloop/flows/pay.json',
  sha256: 'f1',
  viewports: ['mobile'],
  ...extra,
});

/** A replay of `pay` that went well. */
export const replayed = (extra: Partial<FlowReplay> = {}): FlowReplay => ({
  schema_version: 1,
  flow: 'pay',
  file: '.codeloop/flows/pay.json',
  sha256: 'f1',
  viewport: 'mobile',
  at: '2026-11-21T00:00:00.000Z',
  tree: 'a',
  status: 'pass',
  steps_done: 3,
  step_count: 3,
  recording_id: 'rec-1',
  screenshot: { path: 'step.png' },
  findings: [],
  ...extra,
});

/** Something that a recording shows. */
export const finding = (kind: ReplayFinding['kind'], extra: Partial<ReplayFinding> = {}): ReplayFinding => ({
  kind,
  severity: 'error',
  at_ms: 100,
  text: 'Something is wrong.',
  times: 1,
  ...extra,
});

/** A click that worked, on `/`. */
export const step = (extra: Partial<RecordedStep> = {}): RecordedStep => ({
  action: 'click',
  ok: true,
  urls: ['http://127.0.0.1/'],
  ...extra,
});

/** The recording of the flow `pay`, with one click on `/`. */
export const recorded = (extra: Partial<RecordedInteraction> = {}): RecordedInteraction => ({
  recordingId: 'rec-1',
  tool: 'codeloop_verify',
  flow: 'pay',
  viewports: ['mobile'],
  steps: [step()],
  findings: [],
  ...extra,
});

/** A recording that an agent made and looked through, with one click on `/`. */
export const agents = (extra: Partial<RecordedInteraction> = {}): RecordedInteraction => {
  const { flow: _, ...rest } = recorded({ recordingId: 'rec-2', tool: 'codeloop_start_recording', ...extra });
  return rest;
};

/** One saved flow, replayed well. */
export const workflow = (extra: Partial<WorkflowEvidence> = {}): WorkflowEvidence => ({
  saved: [saved()],
  replays: [replayed()],
  recordings: [recorded()],
  everyViewport: false,
  ...extra,
});
