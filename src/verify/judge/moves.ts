import type { SectionState } from '../../core/vocabulary/section.js';

/**
 * The evidence that a move needs. `nothing`: it is a plan; `means`: screens or flows by which the section can be verified; `configured`:
 * these exist; `green`: a passed verdict on the code as it is now, over its screens; `red`: a verdict on it that finds something wrong
 * with the section; `integrated` and `regressed`: the same by a verdict of stage integration or release.
 */
export type MoveNeed = 'nothing' | 'means' | 'configured' | 'green' | 'red' | 'integrated' | 'regressed';

/** Every move there is: from a state, to a state, by what. What is not listed is refused. */
export const MOVES: Readonly<Record<SectionState, Partial<Readonly<Record<SectionState, MoveNeed>>>>> = {
  planned: { ready_to_build: 'means' },
  ready_to_build: { planned: 'nothing', building: 'means' },
  building: { ready_to_build: 'means', verifying: 'configured' },
  verifying: { building: 'nothing', needs_repair: 'red', internally_verified: 'green' },
  needs_repair: { building: 'nothing', verifying: 'configured' },
  internally_verified: { building: 'nothing', needs_repair: 'red', integration_pending: 'nothing' },
  integration_pending: {
    building: 'nothing',
    needs_repair: 'red',
    done: 'integrated',
    integration_regression: 'regressed',
  },
  done: { building: 'nothing', integration_regression: 'regressed' },
  integration_regression: { building: 'nothing', verifying: 'configured', integration_pending: 'integrated' },
};

/** States a section can go to from here, in the order of the work. */
export function movesFrom(state: SectionState): SectionState[] {
  // Keys of an object whose keys are exactly these states.
  return Object.keys(MOVES[state]) as SectionState[];
}

/** Returns the evidence that a move needs; undefined: there is no such move. */
export function needOf(from: SectionState, to: SectionState): MoveNeed | undefined {
  return MOVES[from][to];
}

/** States of a section whose own work is over, so that it can be verified together with the others. */
export const FINISHED: ReadonlySet<SectionState> = new Set([
  'internally_verified',
  'integration_pending',
  'done',
  'integration_regression',
]);
