import { z } from 'zod';
import type { RecordedInteraction, RecordedStep, RunnerEvidence, WorkflowEvidence } from '../../checks/evidence.js';
import { CodeloopError } from '../../core/errors.js';
import { mapConcurrent } from '../../core/lanes.js';
import type { Stage } from '../../core/vocabulary/gate.js';
import { FlowReplay, RecordingRecord, ReplayFinding } from '../../core/vocabulary/recording.js';
import type { ManifestEntry } from '../../core/vocabulary/run.js';
import { RunnersRecord } from '../../core/vocabulary/runner.js';
import type { FormerCommit } from '../../project/code-state/former-commits.js';
import type { Project } from '../../project/project.js';
import { filesOnDisk } from '../../project/project.js';
import { detectRunners } from '../../project/runners/detect-runners.js';
import { formerCommands } from '../../project/runners/former-commands.js';
import { plainName } from '../../store/paths.js';
import { parseEvents } from '../../store/recording-files.js';
import type { Run } from '../../store/run.js';
import { savedFlows } from '../flows/saved-flows.js';

/**
 * Returns a run's results of the project's own commands, compared with the present commands: a missing result cannot hide
 * behind a record that leaves its command out. `commits`: those whose commands it is to have still. Throws CONFIG_INVALID, EVIDENCE_TAMPERED.
 */
export async function runnerEvidence(
  project: Project,
  run: Run,
  commits: readonly FormerCommit[],
): Promise<{
  evidence: RunnerEvidence;
  /** The commands that the newest verification left out. */
  skipped: RunnersRecord['skipped'];
}> {
  const { runners, leftOut } = await detectRunners(filesOnDisk(project.dir), project.config);
  const commands = runners.map(({ name, kind, source, text }) => ({ name, kind, source, text }));
  const [records, changes] = await Promise.all([runnerRecords(run), formerCommands(project.dir, commands, commits)]);
  const { tree } = run.manifest.code_state;
  const results = records.flatMap((record) => record.results).filter((result) => result.tree === tree);
  const newest = new Map(results.map((result) => [result.name, result]));
  const skipped = records.at(-1)?.skipped ?? [];
  const waiver = project.config.tests.waive_gate?.reason;
  return {
    evidence: {
      commands,
      results: [...newest.values()].filter(({ name }) => commands.some((command) => command.name === name)),
      skipped: [...leftOut, ...skipped],
      changes,
      ...(waiver === undefined ? {} : { waiver, ...(project.config.tests.run ? {} : { testsOff: waiver }) }),
    },
    skipped,
  };
}

/** Returns the records of the verifications of a run, oldest first. Throws EVIDENCE_TAMPERED. */
export async function runnerRecords(run: Run): Promise<RunnersRecord[]> {
  const entries = run.manifest.entries.filter(({ kind }) => kind === 'runners');
  return Promise.all(
    entries.map(async (entry) => {
      const parsed = RunnersRecord.safeParse(JSON.parse((await run.readEntry(entry)).toString('utf8')));
      if (parsed.success) return parsed.data;
      throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: `${entry.path} has an unknown shape` });
    }),
  );
}

/** Files read at once. */
const CONCURRENCY = 8;

/** The fields of `<recording>.replay.json` that its recording needs to count. */
const StoredReplay = z.object({ findings: z.array(ReplayFinding) });

/**
 * The recorded interactions of a run, its replayed flows and the flows that are saved now. Each file is checked against its digest; one
 * that cannot be relied on is told as broken, never thrown.
 */
export async function workflowEvidence(project: Project, run: Run, stage: Stage): Promise<WorkflowEvidence> {
  const { entries } = run.manifest;
  const [saved, replays] = await Promise.all([savedFlows(project), flowReplays(run)]);
  const newest = new Map(
    entries.filter(({ kind }) => kind === 'recording').map((entry) => [plainName(entry.path), entry]),
  );
  const recordings = await mapConcurrent([...newest], CONCURRENCY, ([name, entry]) =>
    recorded(project, run, entries, name.replace(/\.json$/, ''), entry),
  );
  const { required } = project.config.workflow;
  return {
    ...(required === undefined ? {} : { required }),
    saved: saved.map((flow) => ('problem' in flow ? { ...flow, viewports: [] } : withoutSteps(flow))),
    replays,
    recordings,
    everyViewport: stage !== 'section',
  };
}

/** The newest replay of each saved flow at each viewport; files that are not as they were written are left out. */
async function flowReplays(run: Run): Promise<FlowReplay[]> {
  const newest = new Map<string, FlowReplay>();
  const entries = run.manifest.entries.filter(({ kind }) => kind === 'flow');
  const read = await mapConcurrent(entries, CONCURRENCY, (entry) => readAs(run, entry, FlowReplay));
  for (const replay of read)
    if (typeof replay !== 'string') newest.set(JSON.stringify([replay.flow, replay.viewport]), replay);
  return [...newest.values()];
}

function withoutSteps({
  name,
  file,
  sha256,
  viewports,
}: {
  name: string;
  file: string;
  sha256: string;
  viewports: string[];
}) {
  return { name, file, sha256, viewports };
}

async function recorded(
  project: Project,
  run: Run,
  entries: readonly ManifestEntry[],
  id: string,
  entry: ManifestEntry,
): Promise<RecordedInteraction> {
  const record = await readAs(run, entry, RecordingRecord);
  const base = { recordingId: id, tool: entry.tool, viewports: [], steps: [], findings: undefined };
  if (typeof record === 'string') return { ...base, broken: record };
  const size = record.viewport;
  const viewports = Object.entries(project.config.viewports)
    .filter(([, { width, height }]) => size?.width === width && size.height === height)
    .map(([name]) => name);
  const told = { ...base, viewports, ...(record.label === undefined ? {} : { flow: record.label }) };
  const log = await bytesOf(run, record.log);
  if (typeof log === 'string') return { ...told, broken: log };
  const replayEntry = entries.findLast(({ kind, path }) => kind === 'log' && plainName(path) === `${id}.replay.json`);
  const replay = replayEntry === undefined ? undefined : await readAs(run, replayEntry, StoredReplay);
  return {
    ...told,
    steps: stepsOf(log.toString('utf8'), record.target.kind === 'url' ? record.target.url : undefined),
    ...(typeof replay === 'string' ? { broken: replay } : { findings: replay?.findings }),
  };
}

/** Steps of a recording's log, each with the addresses it was taken on and led to. Only their lines are parsed: a log is long. */
function stepsOf(log: string, start: string | undefined): RecordedStep[] {
  const lines = log.split('\n').filter((line) => line.includes('"kind":"step"'));
  let before = start;
  return parseEvents(lines.join('\n')).flatMap((event) => {
    if (event.kind !== 'step') return [];
    const { action, success, url } = event.line;
    const urls = [before, url].filter((one) => typeof one === 'string');
    before = url ?? before;
    return [{ action, ok: success, urls }];
  });
}

/** Returns the content of a file, or why it cannot be trusted. */
async function readAs<Value>(run: Run, entry: ManifestEntry, schema: z.ZodType<Value>): Promise<Value | string> {
  const data = await bytesOf(run, entry);
  if (typeof data === 'string') return data;
  try {
    const parsed = schema.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data : `${entry.path} has an unknown shape`;
  } catch {
    return `${entry.path} is not JSON`; // Told as broken.
  }
}

async function bytesOf(run: Run, file: { path: string; sha256?: string | undefined }): Promise<Buffer | string> {
  if (file.sha256 === undefined) return `${file.path} has no digest`;
  try {
    return await run.readEntry({ path: file.path, sha256: file.sha256 });
  } catch {
    // Why it differs is what the integrity checks are about.
    return `${file.path} is not as it was written`;
  }
}
