import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
/** Processes that live for less than this may be missed, ms. */
const LOOK_MS = 20;

/**
 * Processor seconds of a process tree by kind of process, added up as its processes come and go: Linux tells a parent what its children used only
 * when it waits for them, and nobody waits for a browser's renderers. `proc(5)`, fields 14 and 15 of `stat`.
 */
export class ProcessTree {
  #root;
  #seconds = {};
  #ticks = new Map();
  #kinds = new Map();
  #peak = 0;

  constructor(root) {
    this.#root = root;
  }

  /** Looks at every process below the root; answers the seconds so far, by kind. */
  look() {
    const all = new Map();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const stat = textOf(`/proc/${name}/stat`);
      if (stat === undefined) continue;
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      all.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    }
    const isBelow = (pid) => pid === this.#root || (all.has(pid) && isBelow(all.get(pid).parent));
    for (const [pid, { ticks }] of all) {
      // Who was below once stays: a launcher that has ended leaves its browser to init.
      if (!this.#ticks.has(pid) && !isBelow(pid)) continue;
      const kind = this.#kindOf(pid);
      const used = ticks - (this.#ticks.get(pid) ?? 0);
      this.#ticks.set(pid, ticks);
      if (used > 0) this.#seconds[kind] = (this.#seconds[kind] ?? 0) + used / TICKS_PER_SECOND;
    }
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(textOf(`/proc/${this.#root}/status`) ?? '')?.[1];
    this.#peak = Math.max(this.#peak, Number(resident ?? 0) / 1024);
    return { ...this.#seconds };
  }

  /** Most memory that the root itself held, MB. */
  get peakMegabytes() {
    return Math.round(this.#peak);
  }

  #kindOf(pid) {
    const known = this.#kinds.get(pid);
    if (known !== undefined) return known;
    const line = textOf(`/proc/${pid}/cmdline`) ?? '';
    const type = /--type=([a-z-]+)/.exec(line)?.[1];
    const names = { renderer: 'renderer', 'gpu-process': 'gpu', utility: 'browser', zygote: 'renderer' };
    const kind = type ? (names[type] ?? 'browser') : /--remote-debugging/.test(line) ? 'browser' : 'program';
    // A renderer is forked from the zygote and takes its name a moment later.
    if (type !== 'zygote') this.#kinds.set(pid, kind);
    return kind;
  }
}

/** Sum of the kinds, seconds. */
export function total(seconds) {
  return Object.values(seconds).reduce((sum, one) => sum + one, 0);
}

/** What was used between two looks, by kind, seconds. */
export function between(before, after) {
  return Object.fromEntries(Object.entries(after).map(([kind, seconds]) => [kind, seconds - (before[kind] ?? 0)]));
}

/** Runs a program to its end: what it printed, wall seconds, processor seconds by kind, and the most memory it held itself. */
export async function measured(file, args, options) {
  const began = performance.now();
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  const tree = new ProcessTree(child.pid);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const looking = setInterval(() => tree.look(), LOOK_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(looking);
  const seconds = tree.look();
  return { code, printed, wall: (performance.now() - began) / 1000, seconds, peakMegabytes: tree.peakMegabytes };
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
