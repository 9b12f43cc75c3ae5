import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseProcessStat, processIds } from '../core/linux-processes.js';

/** How often a group of processes is looked at, and how long after each other, ms: one that draws waits for the display in between. */
const LOOKS = 4;
const LOOK_MS = 15;

/**
 * True when a process of the group computes or waits for its turn to (Linux; elsewhere nobody can tell, and it is false). On a machine that
 * is busy with other things a window may stand still for long although it is only half drawn.
 */
export async function appIsBusy(groupId: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(LOOK_MS);
    if (await someRuns(groupId)) return true;
  }
  return false;
}

async function someRuns(groupId: number): Promise<boolean> {
  const busy = await Promise.all(
    (await processIds()).map(async (id) => {
      // One that ends while it is read does nothing any more.
      const stat = parseProcessStat(await readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined));
      return stat?.group === groupId && (stat.state === 'R' || stat.state === 'D');
    }),
  );
  return busy.includes(true);
}
