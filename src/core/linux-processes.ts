import { readdir } from 'node:fs/promises';

/** What `/proc/<pid>/stat` says of a process. */
interface ProcessStat {
  /** `R` runs or waits for its turn, `D` waits for a disk, `Z` has ended and was not asked for its exit code yet. */
  state: string;
  group: number;
  /** Process that started it, or the one that took it over when that one ended. */
  parent: number;
  /** When it started, clock ticks after the machine did; a process id is used again, the two together are not. */
  startTicks: string;
}

/** Ids of all processes; Linux only. */
export async function processIds(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Takes the text of `/proc/<pid>/stat` apart; undefined for that of a process that is gone. proc(5): the name in brackets may hold anything. */
export function parseProcessStat(text: string | undefined): ProcessStat | undefined {
  // Counted from the third field of the file on, the first after the name.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, startTicks] = [fields?.[0], Number(fields?.[1]), Number(fields?.[2]), fields?.[19]];
  return state === undefined || !Number.isInteger(group) || startTicks === undefined
    ? undefined
    : { state, group, parent, startTicks };
}
