import type { RunManifest, RunWriter } from '../core/vocabulary/run.js';
import { isAlive } from './writer.js';

/** The true state of a run: `writing` while a live process has not signed off, `incomplete` when one died on it. */
export interface RunState {
  state: 'writing' | RunManifest['state'];
  reason?: string;
}

/** Writers of a run that are gone without having signed off. `now`: ms since the epoch. */
export function deadWriters(manifest: Pick<RunManifest, 'writers' | 'updated_at'>, now: number): RunWriter[] {
  return manifest.writers.filter((writer) => !isAlive(writer, manifest.updated_at, now));
}

/** Why a run with such writers is incomplete. */
export function cutOffReason(dead: readonly RunWriter[]): string {
  return dead
    .map((writer) => `${writer.tool} (process ${writer.pid}, since ${writer.since}) ended without finishing`)
    .join('; ');
}

/** The state of a manifest as it would be written down now. `now`: ms since the epoch. */
export function runState(
  manifest: Pick<RunManifest, 'writers' | 'updated_at' | 'state' | 'state_reason'>,
  now: number,
): RunState {
  const dead = deadWriters(manifest, now);
  if (dead.length > 0) return { state: 'incomplete', reason: cutOffReason(dead) };
  if (manifest.writers.length > 0) return { state: 'writing' };
  return manifest.state_reason === undefined
    ? { state: manifest.state }
    : { state: manifest.state, reason: manifest.state_reason };
}
