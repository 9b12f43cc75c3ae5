import type { Size } from '../core/vocabulary/geometry.js';
import type { FlowMatch, RecordingRecord, ReplayFinding } from '../core/vocabulary/recording.js';
import type { Artifact, StoredArtifact } from '../core/vocabulary/screenshot.js';
import { decode } from '../image/decode.js';
import { encode } from '../image/encode.js';
import {
  changedShare,
  changedShareOutside,
  changeShares,
  isBlankThumb,
  maskBoxes,
  maskChanges,
  type Sample,
  sampleAt,
} from '../image/grey-changes.js';
import { drawLabel, type InlinePicture, labelHeight } from '../image/inline-pictures.js';
import type { RawImage } from '../image/pixels.js';
import {
  blankImage,
  fitWithin,
  frameCopy,
  INLINE_MAX_PIXELS,
  INLINE_MAX_SIDE,
  paste,
  resizeTo,
} from '../image/resize.js';
import { flowEvidence } from './expected-flow/flow-evidence.js';
import { splitFlow } from './expected-flow/flow-words.js';
import { matchFlow } from './expected-flow/match-flow.js';
import { chooseKeyFrames, findBursts, type KeyFrame } from './key-frames.js';
import type { SeenPictures } from './recording-timeline.js';
import { findProblems } from './replay-findings.js';
import { frameFor, frameOfStep, frameWithin, logLine, type ReplayFrame, replayFrames } from './replay-frame.js';
import type { KeptPicture, ReplaySource } from './replay-source.js';

/** Time before a moment in which movement by itself is looked for, ms; longer than most animations take for one round. */
const AMBIENT_MS = 4000;
/** What has changed this often in that time moves by itself. */
const MOVES = 2;
/** A change of that share of the picture is no animation of a part of it. */
const PASSING_SHARE = 0.1;

/** The observations from samples, for key frames and findings. Thumbnails are compared when they are asked for. */
interface Watched extends SeenPictures {
  times: number[];
  shares: number[];
  differ(one: number, other: number): number;
}

/** Looks through the samples of a recording. `space`: size of the picture, the unit of boxes. */
export function watchSamples(samples: readonly Sample[], durationMs: number, space: Size): Watched {
  const times = samples.map((sample) => sample.tMs);
  const shares = changeShares(samples);
  const thumb = (index: number) => (samples[index] ?? (samples[0] as Sample)).thumb; // there is always one
  return {
    times,
    shares,
    differ: (one, other) => changedShare(thumb(one), thumb(other)),
    changedShare(fromMs, toMs, except) {
      const base = sampleAt(times, fromMs);
      const mask = new Uint8Array(thumb(base).data.length);
      maskBoxes(mask, thumb(base), except, space);
      for (let index = sampleAt(times, fromMs - AMBIENT_MS) + 1; index <= base; index++)
        // A page that scrolls or is replaced by another one does not move by itself.
        if ((shares[index] ?? 1) < PASSING_SHARE) maskChanges(mask, thumb(index - 1), thumb(index));
      let most = 0;
      for (let index = base + 1; index < times.length && (times[index] ?? 0) <= toMs; index++)
        most = Math.max(most, changedShareOutside(thumb(base), thumb(index), mask));
      return most;
    },
    moved(untilMs, box) {
      const base = sampleAt(times, untilMs);
      const outside = new Uint8Array(thumb(base).data.length);
      maskBoxes(outside, thumb(base), [box], space);
      const mask = outside.map((inside) => 1 - inside);
      let count = 0;
      for (let index = sampleAt(times, untilMs - AMBIENT_MS) + 1; index <= base; index++)
        if (changedShareOutside(thumb(index - 1), thumb(index), mask) > 0 && (shares[index] ?? 1) < 1) count++;
      return count >= MOVES;
    },
    blank: stretches(samples, durationMs, (sample) => isBlankThumb(sample.thumb)),
    still: stillStretches(times, shares, durationMs),
  };
}

function stretches(samples: readonly Sample[], durationMs: number, holds: (sample: Sample) => boolean) {
  const found: { fromMs: number; toMs: number }[] = [];
  for (const [index, sample] of samples.entries()) {
    if (!holds(sample)) continue;
    const toMs = Math.max(sample.tMs, samples[index + 1]?.tMs ?? durationMs);
    const last = found.at(-1);
    if (last?.toMs === sample.tMs) last.toMs = toMs;
    else found.push({ fromMs: sample.tMs, toMs });
  }
  return found;
}

function stillStretches(times: readonly number[], shares: readonly number[], durationMs: number) {
  const found: { fromMs: number; toMs: number }[] = [];
  let fromMs = 0;
  for (const burst of findBursts(times, shares)) {
    found.push({ fromMs, toMs: times[burst.from + 1] ?? fromMs });
    fromMs = times[burst.to] ?? fromMs;
  }
  found.push({ fromMs, toMs: Math.max(fromMs, durationMs) });
  return found;
}

/** A picture for a sheet, and its number and time above it. */
interface SheetPicture {
  data: Buffer;
  label: string;
}

const GAP = 8;
const LABEL_SCALE = 2;
const STRIP = labelHeight(LABEL_SCALE) + 8;
/** Near black behind the pictures, near white for the labels (little-endian RGBA, and RGBA). */
const GROUND = 0xff202020;
const INK = [240, 240, 240, 255] as const;

/**
 * Pictures in rows, left to right, each with its label above it, as one picture within what a reply may show (1568 px a side, 1.15
 * megapixels). All get the same room; a taller or wider one is made smaller. Throws IMAGE_UNREADABLE.
 */
export async function contactSheet(pictures: readonly SheetPicture[]): Promise<RawImage> {
  const images = await Promise.all(
    pictures.map(({ data }, index) => decode({ bytes: data, name: `frame ${index + 1}` })),
  );
  const first = images[0] ?? blankImage(1, 1);
  const columns = columnsFor(images.length, first.width / first.height);
  const rows = Math.ceil(images.length / columns);
  const room = roomFor(columns, rows, first);
  const sheet = blankImage(columns * (room.width + GAP) + GAP, rows * (room.height + STRIP + GAP) + GAP, GROUND);
  for (const [index, image] of images.entries()) {
    const x = GAP + (index % columns) * (room.width + GAP);
    const y = GAP + Math.floor(index / columns) * (room.height + STRIP + GAP);
    drawLabel(sheet, pictures[index]?.label ?? '', { x, y: y + 3 }, LABEL_SCALE, INK);
    const size = fitWithin(image, { maxSide: Math.max(room.width, room.height), maxWidth: room.width });
    const scale = Math.min(1, room.height / size.height);
    const fitted = {
      width: Math.max(1, Math.floor(size.width * scale)),
      height: Math.max(1, Math.floor(size.height * scale)),
    };
    paste(sheet, await resizeTo(image, fitted), x, y + STRIP);
  }
  return sheet;
}

/** As many columns as make the sheet about as wide as high. */
function columnsFor(count: number, aspect: number): number {
  return Math.max(1, Math.min(count, Math.round(Math.sqrt(count / aspect))));
}

function roomFor(columns: number, rows: number, picture: { width: number; height: number }) {
  const across = GAP * (columns + 1);
  const down = GAP * (rows + 1) + STRIP * rows;
  const aspect = picture.height / picture.width;
  const fits = (width: number) => {
    const sheet = { width: columns * width + across, height: Math.floor(rows * width * aspect) + down };
    return Math.max(sheet.width, sheet.height) <= INLINE_MAX_SIDE && sheet.width * sheet.height <= INLINE_MAX_PIXELS;
  };
  let width = picture.width;
  while (width > 16 && !fits(width)) width = Math.floor(width * 0.98);
  return { width, height: Math.max(1, Math.floor(width * aspect)) };
}

/** Most pictures of a reply; of more frames a contact sheet is shown. */
const MAX_INLINE_FRAMES = 8;
/** Greatest width and height of one frame of a reply, px. */
const FRAME_WIDTH = 640;
const FRAME_HEIGHT = 900;

/** The frames as pictures for a reply: each for itself, or one contact sheet, which is stored beside them. */
async function replayPictures(
  source: ReplaySource,
  frames: readonly ReplayFrame[],
  pictures: readonly KeptPicture[],
  asSheet: boolean,
): Promise<{ images: InlinePicture[]; sheet: Artifact | undefined }> {
  if (asSheet || frames.length > MAX_INLINE_FRAMES) return sheetOf(source, frames, pictures);
  const images = await Promise.all(
    pictures.map(async ({ data, file }, index) => {
      const copy = await frameCopy(data, { maxWidth: FRAME_WIDTH, maxHeight: FRAME_HEIGHT });
      return {
        data: copy.bytes,
        mime: 'image/webp' as const,
        label: label(frames[index]),
        width: copy.size.width,
        height: copy.size.height,
        scale: copy.scale,
        path: file.path,
      };
    }),
  );
  return { images, sheet: undefined };
}

async function sheetOf(source: ReplaySource, frames: readonly ReplayFrame[], pictures: readonly KeptPicture[]) {
  const image = await contactSheet(
    pictures.map(({ data }, index) => ({
      data,
      label: `#${index + 1} ${((frames[index]?.at_ms ?? 0) / 1000).toFixed(1)}s`,
    })),
  );
  const size = { width: image.width, height: image.height };
  const data = await encode(image, 'webp');
  const sheet = await source.run.recordingSink(source.id).put({ kind: 'frame', name: 'sheet.webp', data, size });
  return {
    images: [
      {
        data,
        mime: 'image/webp' as const,
        label: `${frames.length} frames, left to right, top to bottom`,
        ...size,
        scale: 1,
        path: sheet.path,
      },
    ],
    sheet,
  };
}

function label(frame: ReplayFrame | undefined): string {
  if (!frame) return '';
  const steps = frame.steps.map(({ step, action }) => `${step} (${action})`);
  const after = steps.length === 0 ? frame.why.join(', ') : `after step ${steps.join(', ')}`;
  return `frame ${frame.frame} at ${(frame.at_ms / 1000).toFixed(1)} s: ${after}`;
}

interface ReplayRequest {
  source: ReplaySource;
  /** As it was written down; split into steps here. */
  expectedFlow: string | undefined;
  maxFrames: number;
  contactSheet: boolean;
}

/** The result of a replay. Times are ms since the first picture. */
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
  /** The file that stores the replay. */
  stored: StoredArtifact;
}

const TAIL_LINES = 15;
/** Delay after its cause at which a problem is shown, ms: a page needs a moment to show it. */
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
  const flow =
    expectedFlow === undefined ? [] : matchFlow(splitFlow(expectedFlow), flowEvidence(timeline, deadSteps(problems)));
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

/** Numbers of the steps that came to nothing. */
function deadSteps(problems: readonly ReplayFinding[]): Set<number> {
  return new Set(problems.flatMap(({ kind, step }) => (kind === 'dead_click' && step !== undefined ? [step] : [])));
}

function flowFrame(frames: readonly KeyFrame[], match: FlowMatch): { frame?: number } {
  if (match.at_ms === undefined) return {};
  if (match.matched_by === 'text' || match.matched_by?.startsWith('a part'))
    return frameWithin(frames, match.at_ms, match.until_ms);
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
