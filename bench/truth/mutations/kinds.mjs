import { appearance } from './appearance.mjs';
import { content } from './content.mjs';
import { geometry } from './geometry.mjs';

/**
 * Every kind of mutation: who may have it (`fits`, from the facts of `readCandidates`), what is changed (`change`, for `mutate`), which
 * names of properties count as naming it (none: there is no property to name), and which kinds of region are right (none: the
 * vocabulary has no word for it). `subThreshold` kinds are measured, and count in no recall.
 */
export const KINDS = [...appearance, ...geometry, ...content];
