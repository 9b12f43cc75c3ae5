import type { Bars, Lowering } from '../core/vocabulary/bars.js';

/** A lower bar with the word of the person who let it through. */
export interface AcceptedLowering extends Lowering {
  by: string;
  at: string;
  reason: string;
}

/** The bars that the work is judged by, against what they were. */
export interface BarsEvidence {
  now: Bars;
  /** Lower than before, and nobody has let it through. */
  lowered: Lowering[];
  /** Let through by a person whose word is not committed yet. */
  uncommitted: AcceptedLowering[];
  accepted: AcceptedLowering[];
  /** How many sets of bars it was compared with. */
  compared: number;
  /** Why the file of accepted bars cannot be read; nothing is accepted then. */
  problem?: string;
}
