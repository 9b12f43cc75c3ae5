import { chooseKeyFrames, type KeyFrame } from '../../capture/key-frames.js';
import type { Artifact, StoredArtifact } from '../../core/vocabulary/artifact.js';
import type { RecordingRecord } from '../../core/vocabulary/recording-record.js';
import type { FlowMatch, ReplayFinding } from '../../core/vocabulary/replay.js';
import { flowEvidence } from '../../guidance/flow-evidence.js';
import { matchFlow } from '../../guidance/match-flow.js';
import { findProblems } from '../../guidance/replay-findings.js';
import { splitFlow } from '../../guidance/split-flow.js';
import type { InlinePicture } from '../inline-pictures.js';
import { frameFor, frameOfStep, frameWithin, logLine, type ReplayFrame, replayFrames } from './replay-frame.js';
import { replayPictures } from './replay-pictures.js';
import type { ReplaySource } from './replay-source.js';
import { watchSamples } from './seen-pictures.js';

/** What a replay is asked for. */
export interface ReplayRequest {
  source: ReplaySource;
  /** As it was written down; split into steps here. */
  expectedFlow: string | undefined;
  maxFrames: number;
  contactSheet: boolean;
}

/** What a replay shows. Times are ms since the first picture. */
export interface Replay {
  recordingId: string | undefined;
  runId: string;
  record: RecordingRecord | undefined;
  durationMs: number;
  frames: ReplayFrame[];
  images: InlinePicture[];
  sheet: Artifact | undefined;
  flow: FlowMatch[];
  findings: ReplayFinding[];
  /** Newest lines of the log, and how many there are. Untrusted. */
  logTail: string[];
  logLines: number;
  /** Where all of this is stored. */
  stored: StoredArtifact;
}

const TAIL_LINES = 15;
/** How long after its cause a problem is looked at, ms: a page needs a moment to show it. */
const SHOWN_AFTER_MS = 500;

/**
 * Looks through a recording or a video once more: the few frames that tell the story, what of the expected flow is shown by steps,
 * addresses and texts, and what should not be. Stores the outcome in the run. The source is signed off. Throws DISK_FULL,
 * IMAGE_UNREADABLE, EVIDENCE_TAMPERED.
 */
export async function replay(request: ReplayRequest): Promise<Replay> {
  const { source } = request;
  try {
    return await look(request);
  } finally {
    await source.run.end();
  }
}

async function look({ source, expectedFlow, maxFrames, contactSheet }: ReplayRequest): Promise<Replay> {
  const { timeline, durationMs, samples } = source;
  const seen = watchSamples(samples, durationMs, source.space);
  const problems = findProblems({ timeline, pictures: seen, endedBy: source.endedBy });
  const flow = expectedFlow === undefined ? [] : matchFlow(splitFlow(expectedFlow), flowEvidence(timeline));
  const keyFrames = chooseKeyFrames({
    times: seen.times,
    shares: seen.shares,
    steps: timeline.steps.map(({ atMs, endMs }) => ({ startMs: atMs, endMs })),
    moments: problems.map(({ at_ms, until_ms }) =>
      Math.min(at_ms + SHOWN_AFTER_MS, until_ms ?? durationMs, durationMs),
    ),
    max: maxFrames,
    differ: seen.differ,
  });
  const pictures = await source.pictures(keyFrames.map((frame) => frame.tMs));
  const frames = replayFrames(keyFrames, pictures, timeline);
  const findings = problems.map((problem) => ({ ...problem, ...frameFor(keyFrames, problem.at_ms, problem.step) }));
  const matched = flow.map((match) => ({ ...match, ...flowFrame(keyFrames, match) }));
  const [shown, stored] = await Promise.all([
    replayPictures(source, frames, pictures, contactSheet),
    source.run.put({
      kind: 'log',
      name: `${source.id}.replay.json`,
      data: `${JSON.stringify({ schema_version: 1, id: source.id, expected_flow: expectedFlow ?? null, flow: matched, findings, frames })}\n`,
    }),
  ]);
  return {
    recordingId: source.record?.recording_id,
    runId: source.run.id,
    record: source.record,
    durationMs: Math.round(durationMs),
    frames,
    ...shown,
    flow: matched,
    findings: findings.map(rounded),
    logTail: timeline.logs.slice(-TAIL_LINES).map(logLine),
    logLines: timeline.logs.length,
    stored,
  };
}

function flowFrame(frames: readonly KeyFrame[], match: FlowMatch): { frame?: number } {
  if (match.at_ms === undefined) return {};
  if (match.matched_by === 'text') return frameWithin(frames, match.at_ms, match.until_ms);
  const step = /^step (\d+)$/.exec(match.matched_by ?? '')?.[1];
  return step === undefined ? frameFor(frames, match.at_ms, undefined) : frameOfStep(frames, Number(step));
}

function rounded(finding: ReplayFinding): ReplayFinding {
  return {
    ...finding,
    at_ms: Math.round(finding.at_ms),
    ...(finding.until_ms === undefined ? {} : { until_ms: Math.round(finding.until_ms) }),
  };
}
