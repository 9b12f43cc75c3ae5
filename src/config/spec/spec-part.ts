import type { Proof } from '../../core/vocabulary/acceptance.js';

/** One thing that a specification asks for. */
export interface SpecItem {
  text: string;
  proof?: Proof | undefined;
}

/** One section of a specification as a file says it. */
export interface SpecPart {
  id?: string;
  title: string;
  items: SpecItem[];
  screens: string[];
  flows: string[];
  /** Titles or ids of sections that come before it. */
  after: string[];
  /** All its words: when they change, it changed. */
  words: string;
}
