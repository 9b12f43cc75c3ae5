import { posix } from 'node:path';
import { ZodError } from 'zod';
import { flowFindings, outdated } from '../checks/behaviour/workflow-findings.js';
import type { WorkflowEvidence } from '../checks/evidence.js';
import { CodeloopError } from '../core/errors.js';
import type { FlowReplay } from '../core/vocabulary/recording.js';
import { RecordingRecord } from '../core/vocabulary/recording.js';
import type { ReportFlow, ReportMoment, ReportTest } from '../core/vocabulary/report-model.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import type { Project } from '../project/project.js';
import { plainName } from '../store/paths.js';
import { parseEvents } from '../store/recording-files.js';
import type { Run } from '../store/run.js';
import type { ReportPictures } from './report-pictures.js';

/** Width of the picture of where a flow stopped, in pixels. */
const PICTURE_WIDTH = 800;

/**
 * The replayed flows of a run as a report shows them, judged as the gate does: those that do not hold first, with their pictures.
 */
export async function reportFlows(
  project: Project,
  run: Run,
  workflow: WorkflowEvidence,
  pictures: ReportPictures,
  from: string,
): Promise<ReportFlow[]> {
  const runtime = { allowedConsoleErrors: project.config.runtime.allowed_console_errors };
  const videos = run.manifest.entries.filter(({ kind }) => kind === 'video');
  const flows: ReportFlow[] = [];
  for (const replay of workflow.replays) {
    const why = outdated(replay, workflow);
    const found = flowFindings(replay, runtime).length > 0;
    const status = why !== undefined ? 'could_not_run' : replay.status === 'pass' && found ? 'fail' : replay.status;
    const video = videos.find(({ path }) => plainName(path) === `${replay.recording_id}.mp4`);
    const shown = status === 'pass' ? undefined : await pictures.show(replay.screenshot, PICTURE_WIDTH);
    const recording = video ? await recordingOf(run, replay) : undefined;
    flows.push({
      replay,
      status,
      ...(why === undefined ? {} : { why: `It says nothing about the project as it is now: ${why}.` }),
      ...(shown ? { picture: shown } : {}),
      ...(video ? { video: posix.relative(from, video.path) } : {}),
      ...(recording ? { recording } : {}),
    });
  }
  return flows.toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
}

/** Tests of which a report shows pictures. */
const MOST_SHOWN = 20;

/** What tests saw in a run, the newest of each assertion: those that do not hold first, with their pictures. */
export async function reportTests(run: Run, pictures: ReportPictures): Promise<ReportTest[]> {
  const newest = new Map<string, ReportTest & { image: Artifact | undefined }>();
  for (const { test: look, screen, viewport, screenshot } of run.manifest.cells) {
    if (!look) continue;
    const { runner, place, title, asserted, negated, holds } = look;
    const status = holds === negated ? 'fail' : 'pass';
    const key = JSON.stringify([runner, place, title, asserted, negated, screen, viewport]);
    newest.set(key, { look, screen, viewport, status, image: screenshot?.image });
  }
  const sorted = [...newest.values()].toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
  const tests: ReportTest[] = [];
  for (const [index, { image, ...test }] of sorted.entries()) {
    const show = (artifact: Artifact | undefined) =>
      index < MOST_SHOWN && test.status !== 'pass' ? pictures.show(artifact, PICTURE_WIDTH) : undefined;
    const { reference, diff } = test.look;
    tests.push({ ...test, reference: await show(reference), actual: await show(image), diff: await show(diff) });
  }
  return tests;
}

/** Moments of one recording in a report. */
const MAX_MOMENTS = 200;
const REQUESTS: ReadonlySet<string> = new Set(['failed_request', 'http_error']);

/** The time line of a replay: its steps, what failed meanwhile, and what the recording shows. Nothing where the recording is not whole. */
async function recordingOf(run: Run, { recording_id: id, findings }: FlowReplay): Promise<ReportFlow['recording']> {
  const files = run.manifest.entries.filter(
    ({ kind, path }) => kind === 'recording' && plainName(path) === `${id}.json`,
  );
  const newest = files.at(-1);
  if (!newest) return undefined;
  try {
    const record = RecordingRecord.parse(JSON.parse((await run.readEntry(newest)).toString('utf8')));
    const log = await run.readEntry({ path: record.log.path, sha256: record.log.sha256 ?? '' });
    const start = Date.parse(record.started_at);
    const told = parseEvents(log.toString('utf8')).flatMap((event): ReportMoment[] => {
      const at_ms = Math.max(0, Date.parse(event.at) - start);
      if (event.kind === 'step') return [{ at_ms, kind: 'step', text: event.line.detail }];
      if (event.kind !== 'log' || event.entry.level !== 'error') return [];
      return [{ at_ms, kind: REQUESTS.has(event.entry.kind) ? 'request' : 'error', text: event.entry.text }];
    });
    const found = findings.map(({ at_ms, text }): ReportMoment => ({ at_ms, kind: 'finding', text }));
    const moments = [...told, ...found].toSorted((a, b) => a.at_ms - b.at_ms).slice(0, MAX_MOMENTS);
    return { duration_ms: record.duration_ms, moments };
  } catch (error) {
    // What is wrong with the files of the run is the gate's to say.
    if (error instanceof CodeloopError || error instanceof SyntaxError || error instanceof ZodError) return undefined;
    throw error;
  }
}
