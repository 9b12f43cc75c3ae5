import type { BaselinePlace } from '../core/vocabulary/baseline.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { BaselineOnDisk } from '../store/baseline-files.js';
import type { LastGreen } from '../store/ledger.js';

/** One change of the baselines, in our own words. */
export interface BaselineChange {
  place?: BaselinePlace;
  path?: string;
  title: string;
  /** Who and why, as the history quotes them. */
  text?: string;
}

/**
 * What changed since a green verdict, newest first: each line of a history that is younger, and one line more where the
 * baselines differ and no history says how. Without a green verdict all that counts is one line: it is new to the gate.
 */
export function baselineChanges(
  places: readonly BaselineOnDisk[],
  green: LastGreen | undefined,
  current: CodeState,
): BaselineChange[] {
  const records = places
    .flatMap((place) => place.history.map((record) => ({ place, record })))
    .sort((a, b) => (a.record.at < b.record.at ? 1 : -1));
  if (!green) {
    const newest = records[0]?.record;
    const count = places.filter((place) => place.sha256 !== undefined).length;
    return newest && count > 0
      ? [
          {
            title: `No earlier green verdict is known here, so all ${count} baseline(s) are new to this gate; the newest change was on ${newest.at}.`,
            text: `${newest.by}: ${newest.reason}`,
          },
        ]
      : [];
  }
  if (green.code_state.bars.baselines === current.bars.baselines) return [];
  const since = records.filter(({ record }) => record.at > green.at);
  if (since.length === 0)
    return [{ title: `The baselines are not those of the last green verdict (${green.at}), and no history says why.` }];
  return since.map(({ place, record }) => ({
    place,
    path: place.path,
    title: `${record.event === 'accepted' ? 'Accepted' : 'Removed'} on ${record.at}${record.from ? `, from run ${record.from.run_id}` : ''}.`,
    text: `${record.by}: ${record.reason}`,
  }));
}
