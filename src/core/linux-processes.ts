import { readdir } from 'node:fs/promises';

/** The fields of `/proc/<pid>/stat` that are used. */
interface ProcessStat {
  /** `R` runs or waits for its turn, `D` waits for a disk, `Z` has ended and was not asked for its exit code yet. */
  state: string;
  group: number;
  /** Process that started it, or the one that took it over when that one ended. */
  parent: number;
  /** Start time, clock ticks after boot. A process id is used again; id and start time together are not. */
  startTicks: string;
}

/** Ids of all processes; Linux only. */
export async function processIds(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Parses the text of `/proc/<pid>/stat`; undefined when the process is gone. The name in brackets may hold anything (proc(5)). */
export function parseProcessStat(text: string | undefined): ProcessStat | undefined {
  // Counted from the third field of the file on, the first after the name.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, startTicks] = [fields?.[0], Number(fields?.[1]), Number(fields?.[2]), fields?.[19]];
  return state === undefined || !Number.isInteger(group) || startTicks === undefined
    ? undefined
    : { state, group, parent, startTicks };
}
