import { posix } from 'node:path';
import { ZodError } from 'zod';
import { agentRecordings, countedFindings, flowFindings, outdated } from '../../checks/behaviour/workflow-findings.js';
import type { RecordedInteraction, WorkflowEvidence } from '../../checks/evidence.js';
import { CodeloopError } from '../../core/errors.js';
import { parseIndex } from '../../core/frame-index.js';
import { type FrameEntry, RecordingRecord, type ReplayFinding } from '../../core/vocabulary/recording.js';
import type { ReportFlow, ReportMoment } from '../../core/vocabulary/report-model.js';
import type { Project } from '../../project/project.js';
import { plainName } from '../../store/paths.js';
import { parseEvents } from '../../store/recording-files.js';
import type { Run } from '../../store/run.js';
import type { ReportPictures } from '../report-pictures.js';

/** Width of the picture of where a flow stopped, in pixels. */
const PICTURE_WIDTH = 800;

/** What a report plays: replayed flows, and recordings that somebody made besides. */
interface Played {
  flows: ReportFlow[];
  recordings: ReportFlow[];
}

/**
 * The replayed flows of a run and its other recordings as a report shows them, judged as the gate does: those that do
 * not hold first, with their pictures. Throws DISK_FULL where files are copied beside the report.
 */
export async function reportPlayed(
  project: Project,
  run: Run,
  workflow: WorkflowEvidence,
  pictures: ReportPictures,
): Promise<Played> {
  const runtime = { allowedConsoleErrors: project.config.runtime.allowed_console_errors };
  const flows: ReportFlow[] = [];
  for (const replay of workflow.replays) {
    const why = outdated(replay, workflow);
    const found = flowFindings(replay, runtime).length > 0;
    const status = why !== undefined ? 'could_not_run' : replay.status === 'pass' && found ? 'fail' : replay.status;
    const shown = status === 'pass' ? undefined : await pictures.show(replay.screenshot, PICTURE_WIDTH);
    flows.push({
      replay,
      status,
      ...(why === undefined ? {} : { why: `It says nothing about the project as it is now: ${why}.` }),
      ...(shown ? { picture: shown } : {}),
      ...(await playedOf(run, pictures, replay.recording_id, replay.findings)),
    });
  }
  const recordings: ReportFlow[] = [];
  for (const one of agentRecordings(workflow)) {
    const findings = one.findings ?? [];
    const why = whyUnknown(one);
    const status =
      why !== undefined ? 'could_not_run' : countedFindings(findings, runtime).length > 0 ? 'fail' : 'pass';
    recordings.push({
      replay: {
        flow: one.flow ?? one.recordingId,
        viewport: one.viewports.join(', '),
        steps_done: one.steps.filter(({ ok }) => ok).length,
        step_count: one.steps.length,
        findings,
      },
      status,
      ...(why === undefined ? {} : { why }),
      ...(await playedOf(run, pictures, one.recordingId, findings)),
    });
  }
  const worstFirst = (all: ReportFlow[]) =>
    all.toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
  return { flows: worstFirst(flows), recordings: worstFirst(recordings) };
}

function whyUnknown({ broken, findings }: RecordedInteraction): string | undefined {
  if (broken !== undefined) return `It says nothing: ${broken}.`;
  return findings === undefined ? 'Nobody has looked through it: codeloop_interaction_replay does.' : undefined;
}

/** The video of a recording and its time line. Nothing where there is no video. */
async function playedOf(
  run: Run,
  pictures: ReportPictures,
  id: string | undefined,
  findings: readonly ReplayFinding[],
): Promise<Pick<ReportFlow, 'video' | 'recording'>> {
  const file = run.manifest.entries.findLast(({ kind, path }) => kind === 'video' && plainName(path) === `${id}.mp4`);
  const video = await pictures.video(file);
  if (video === undefined) return {};
  const recording = await recordingOf(run, pictures, id, findings);
  return { video, ...(recording ? { recording } : {}) };
}

/** The time line of a recording: its steps, what failed meanwhile, what it shows, and pictures of its moments. Nothing where it is not whole. */
async function recordingOf(
  run: Run,
  pictures: ReportPictures,
  id: string | undefined,
  findings: readonly ReplayFinding[],
): Promise<ReportFlow['recording']> {
  const files = run.manifest.entries.filter(
    ({ kind, path }) => kind === 'recording' && plainName(path) === `${id}.json`,
  );
  const newest = files.at(-1);
  if (!newest) return undefined;
  try {
    const record = RecordingRecord.parse(JSON.parse((await run.readEntry(newest)).toString('utf8')));
    const log = await run.readEntry({ path: record.log.path, sha256: record.log.sha256 ?? '' });
    const told = recordedMoments(log.toString('utf8'), record, findings);
    const frames = await keyFrames(run, pictures, record, told.moments);
    return { duration_ms: record.duration_ms, ...told, ...(frames.length > 0 ? { key_frames: frames } : {}) };
  } catch (error) {
    // What is wrong with the files of the run is the gate's to say.
    if (error instanceof CodeloopError || error instanceof SyntaxError || error instanceof ZodError) return undefined;
    throw error;
  }
}

/** Moments of one recording in a report. */
const MAX_MOMENTS = 200;
const REQUESTS: ReadonlySet<string> = new Set(['failed_request', 'http_error']);
/** What goes last when there is no room for all. */
const WORTH: readonly ReportMoment['kind'][] = ['finding', 'step', 'error', 'request'];

/**
 * What a recording's log tells, by time, and what was found in it. Lines that are none are left out. A log may have been written by
 * anybody: a time that is none is that of the entry before it, and every moment lies within the recording. `left`: moments without room.
 */
export function recordedMoments(
  log: string,
  { started_at, duration_ms }: Pick<RecordingRecord, 'started_at' | 'duration_ms'>,
  findings: readonly ReplayFinding[],
): { moments: ReportMoment[]; left?: number } {
  const start = Date.parse(started_at);
  const within = (ms: number) => Math.min(Math.max(0, ms), duration_ms);
  let last = 0;
  const told = parseEvents(log).flatMap((event): ReportMoment[] => {
    const at = Date.parse(event.at) - start;
    if (Number.isFinite(at)) last = within(at);
    if (event.kind === 'step') return [{ at_ms: last, kind: 'step', text: event.line.detail }];
    if (event.kind !== 'log' || event.entry.level !== 'error') return [];
    return [{ at_ms: last, kind: REQUESTS.has(event.entry.kind) ? 'request' : 'error', text: event.entry.text }];
  });
  const found = findings.map(({ at_ms, text }): ReportMoment => ({ at_ms: within(at_ms), kind: 'finding', text }));
  const all = [...told, ...found];
  const kept = new Set(all.toSorted((a, b) => WORTH.indexOf(a.kind) - WORTH.indexOf(b.kind)).slice(0, MAX_MOMENTS));
  const moments = all.filter((one) => kept.has(one)).toSorted((a, b) => a.at_ms - b.at_ms);
  return { moments, ...(all.length > moments.length ? { left: all.length - moments.length } : {}) };
}

/** Pictures of one recording beside its time line. */
const MOST_KEY_FRAMES = 8;

/**
 * The pictures that tell what happened, by time: the first and the last, what stood when something went wrong, and what each step had
 * done. What looks the same is there once. `at_ms`: the moment that it is for.
 */
export function chooseFrames(
  entries: readonly FrameEntry[],
  moments: readonly ReportMoment[],
  durationMs: number,
): { entry: FrameEntry; at_ms: number }[] {
  const of = (...kinds: ReportMoment['kind'][]) =>
    moments.filter(({ kind }) => kinds.includes(kind)).map(({ at_ms }) => at_ms);
  // What a step did is seen when the next one begins.
  const times = [0, ...of('finding'), durationMs, ...of('error'), ...of('request'), ...of('step').slice(1)];
  const chosen = new Map<string, { entry: FrameEntry; at_ms: number }>();
  for (const at_ms of times) {
    if (chosen.size === MOST_KEY_FRAMES) break;
    const entry = entries.findLast(({ t_ms }) => t_ms <= at_ms) ?? entries[0];
    if (entry && !chosen.has(entry.sha256)) chosen.set(entry.sha256, { entry, at_ms });
  }
  return [...chosen.values()].toSorted((a, b) => a.at_ms - b.at_ms);
}

/** Those pictures, small, inside the report: they are there where the video is not. None where their index is not as it was written. */
async function keyFrames(
  run: Run,
  pictures: ReportPictures,
  record: RecordingRecord,
  moments: readonly ReportMoment[],
) {
  const { path, sha256 = '' } = record.frames.index;
  const index = await run.readEntry({ path, sha256 });
  const folder = posix.dirname(path);
  const frames: { at_ms: number; data_uri: string }[] = [];
  for (const { entry, at_ms } of chooseFrames(parseIndex(index.toString('utf8')), moments, record.duration_ms)) {
    const data_uri = await pictures.keyFrame({ path: `${folder}/${entry.file}`, sha256: entry.sha256 });
    if (data_uri !== undefined) frames.push({ at_ms, data_uri });
  }
  return frames;
}
