import type { SectionState } from '../core/vocabulary/section.js';

/** A section that is planned, and how far it has come. */
export interface SectionStanding {
  id: string;
  state: SectionState;
  /** Its own work is over, so that it can be judged together with the others. */
  finished: boolean;
  /** Why no verdict on the code as it is now proves it among the others; undefined: one does, or nothing asks for it. */
  unproven?: string;
}
