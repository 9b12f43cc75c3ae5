import type { Artifact } from '../core/vocabulary/artifact.js';
import type { DesignCompare } from '../core/vocabulary/design-compare.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { Cell } from '../core/vocabulary/run.js';

/** What a finished verification came to. */
export interface VerifyResult {
  runId: string;
  verdict: GateVerdict;
  compare: DesignCompare;
  cells: Cell[];
  skipped: { what: string; reason: string }[];
  evidence: EvidenceSummary;
  artifacts: Artifact[];
}

/** What a verdict rests on, in a few fields. */
export interface EvidenceSummary {
  run_id: string;
  tree: string;
  commit?: string;
  branch?: string;
  dirty: boolean;
  environment?: string;
  cells: number;
  screenshots: number;
  pairs: number;
  min_score?: number;
  manifest_sha256: string;
  verdict?: string;
}
