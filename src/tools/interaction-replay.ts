import { z } from 'zod';
import { defineTool, type ToolContext } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import type { RecordingRecord } from '../core/vocabulary/recording.js';
import { FlowMatch, ReplayFinding } from '../core/vocabulary/recording.js';
import { type Replay, replay } from '../replay/replay.js';
import { ReplayFrame } from '../replay/replay-frame.js';
import { recordingSource, videoSource } from '../replay/replay-source.js';
import { oneTarget, projectDir } from './input-shapes.js';

const NAME = 'codeloop_interaction_replay';
/** Longest that a command line waits for a video that is still to be written, ms: with its end the work would end. */
const VIDEO_MS = 60_000;

export default defineTool({
  name: NAME,
  command: { name: 'replay', positionals: ['recording_id'] },
  title: 'Replay a recording',
  description:
    'Key frames of a recording (default: the newest) or of a video file, each with step, log and address; whether expected_flow ("open shop -> add mug -> see bag 1") was seen; findings: blank or error page, dead click, crash, console errors, frozen. Look at the frames.',
  toolset: 'act',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    recording_id: z.string().optional(),
    video_path: z.string().min(1).optional().describe('MP4, MOV, WebM or MKV inside the project'),
    expected_flow: z.string().max(8000).optional().describe('Steps by "->", numbers or lines'),
    max_frames: z.number().int().min(1).max(40).default(8).describe('Above 8: one contact sheet'),
    contact_sheet: z.boolean().optional(),
  }),
  output: {
    recording_id: z.string().optional(),
    run_id: z.string(),
    duration_ms: z.number(),
    frames: z.array(ReplayFrame),
    expected_flow: z.string().optional(),
    flow: z.array(FlowMatch),
    findings: z.array(ReplayFinding),
    log_path: z.string().optional(),
    /** Untrusted text. */
    log_tail: z.array(z.string()),
    log_lines: z.number().int(),
    notes: z.array(z.string()),
  },
  async run(input, context) {
    const project = await context.folder();
    oneTarget(NAME, [input.recording_id, input.video_path]);
    const { recordings } = context.session;
    const { recording_id: id } = input;
    await recordings.recover(project, id);
    if (id !== undefined && recordings.running(project).includes(id))
      throw new CodeloopError('RECORDING_ACTIVE', { recording: id });
    const source =
      input.video_path === undefined
        ? await recordingSource(project, id, NAME, context.signal)
        : await videoSource(project, input.video_path, {
            roots: context.door === 'mcp' ? [project.dir] : undefined,
            cwd: context.cwd,
            tool: NAME,
            signal: context.signal,
          });
    const shown = await replay({
      source,
      expectedFlow: input.expected_flow,
      maxFrames: input.max_frames,
      contactSheet: input.contact_sheet ?? false,
    });
    const cut =
      source.declaredMs === undefined
        ? undefined
        : `The file is cut off or damaged: it says ${(source.declaredMs / 1000).toFixed(1)} s, of which ${(source.durationMs / 1000).toFixed(1)} s could be read.`;
    const record = shown.record && (await withVideo(shown.record, context));
    return {
      images: shown.images,
      result: {
        status: cut === undefined || statusOf(shown) !== 'pass' ? statusOf(shown) : 'needs_human',
        summary: cut === undefined ? summaryOf(shown) : `${summaryOf(shown)} ${cut}`,
        artifacts: [...(shown.sheet ? [shown.sheet] : []), shown.stored, ...(record ? [record.video] : [])],
        ...(shown.recordingId === undefined ? {} : { recording_id: shown.recordingId }),
        run_id: shown.runId,
        duration_ms: shown.durationMs,
        frames: shown.frames,
        ...(input.expected_flow === undefined ? {} : { expected_flow: input.expected_flow }),
        flow: shown.flow,
        findings: shown.findings,
        ...(record ? { log_path: record.log.path } : {}),
        log_tail: shown.logTail,
        log_lines: shown.logLines,
        notes: record?.notes ?? [
          ...(cut === undefined ? [] : [cut]),
          'A video file has no log: steps, addresses and texts can only be looked at.',
        ],
      },
    };
  },
});

/** The record with its video, as far as that can be waited for; a server writes it while it answers. */
async function withVideo(
  record: RecordingRecord,
  { session, door }: Pick<ToolContext, 'session' | 'door'>,
): Promise<RecordingRecord> {
  if (door !== 'cli') return record;
  return (await session.recordings.finishedWithin(record.recording_id, VIDEO_MS)) ?? record;
}

function statusOf({ findings, flow, record }: Replay): 'pass' | 'fail' | 'needs_human' {
  if (findings.some(({ severity }) => severity === 'error')) return 'fail';
  if (flow.some(({ status }) => status === 'contradicted')) return 'fail';
  if (flow.every(({ status }) => status === 'matched')) return 'pass';
  // Without a log nothing can be matched: a person has to look.
  return record ? 'fail' : 'needs_human';
}

function summaryOf({ frames, flow, findings, durationMs }: Replay): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind.replaceAll('_', ' ')))];
  const problems = findings.length === 0 ? 'nothing found wrong' : `${findings.length} finding(s): ${kinds.join(', ')}`;
  const matched = flow.filter(({ status }) => status === 'matched').length;
  const flowPart = flow.length === 0 ? '' : `${matched} of ${flow.length} expected steps matched; `;
  return `${frames.length} key frames of ${(durationMs / 1000).toFixed(1)} s; ${flowPart}${problems}.`;
}
