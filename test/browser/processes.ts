import { readdirSync, readFileSync } from 'node:fs';

/** Every process below `parent` (Linux), by the table in /proc. */
export function browserProcesses(parent: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name in parentheses may hold anything; the parent is the second field after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] !== 'Z') parents.set(Number(name), Number(fields[1]));
    } catch {
      // It ended while the table was read.
    }
  }
  const below: number[] = [];
  for (const pid of parents.keys()) {
    let at = parents.get(pid);
    while (at !== undefined && at !== parent && at > 1) at = parents.get(at);
    if (at === parent) below.push(pid);
  }
  return below;
}

/** True while a process lives. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // No entry: it is gone.
    return false;
  }
}
