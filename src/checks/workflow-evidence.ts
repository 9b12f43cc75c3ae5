import type { FlowReplay } from '../core/vocabulary/flow-replay.js';
import type { ReplayFinding } from '../core/vocabulary/replay.js';

/** One step of a recorded interaction, with the addresses of the page before and after it. */
export interface RecordedStep {
  action: string;
  ok: boolean;
  urls: string[];
}

/** An interaction that was recorded, as its log and its replay tell it. */
export interface RecordedInteraction {
  recordingId: string;
  /** Who recorded it: the tool, and the saved flow that a verification replayed. */
  tool: string;
  flow?: string;
  /** Names of the configured viewports of its size. */
  viewports: string[];
  steps: RecordedStep[];
  /** What its replay found; undefined: it was never replayed. */
  findings: ReplayFinding[] | undefined;
  /** Why it cannot be read. */
  broken?: string;
}

/** A file below `.codeloop/flows`, as it is now. */
export interface SavedFlowFile {
  name: string;
  file: string;
  sha256?: string;
  viewports: string[];
  /** Why it is no flow. */
  problem?: string;
}

/** Behaviour, as far as it was recorded. */
export interface WorkflowEvidence {
  saved: SavedFlowFile[];
  /** Newest replay of each flow at each viewport. */
  replays: FlowReplay[];
  recordings: RecordedInteraction[];
  /** True at stages that ask for every screen at every viewport. */
  everyViewport: boolean;
}
