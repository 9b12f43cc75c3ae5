/** One piece of work: a command of the project, a cell, a comparison, a flow. */
export interface Ended {
  name: string;
  ms: number;
  /** What went wrong with it, in a few words; absent: nothing. May quote the page: untrusted. */
  bad?: string | undefined;
}

/** The worst thing seen so far. */
export interface WorstSoFar {
  place: string;
  /** One sentence; may quote the page: untrusted. */
  words: string;
  /** The lower the worse. */
  rank: number;
}

/** What a person sees of long work while it goes. Times in ms since the epoch. */
export interface WorkInHand {
  since: number;
  /** What is being worked on, longest first. */
  now: readonly { name: string; since: number }[];
  /** In the order in which it ended. */
  ended: readonly Ended[];
  worst?: WorstSoFar | undefined;
  /** Milliseconds that the rest is expected to take; absent where nothing like it was measured before. */
  left?: number | undefined;
}

/** How long pieces of work took in earlier runs, ms by their names; `rest`: what comes after the last piece. */
export interface Durations {
  /** One after another. */
  commands: ReadonlyMap<string, number>;
  /** Several at once. */
  cells: ReadonlyMap<string, number>;
  rest?: number | undefined;
}

/** The most that this machine may be slower, or faster, than what was measured. */
const MOST_SLOWER = 4;

/**
 * Milliseconds that are left, by what each piece took before: commands one after another, cells `at once`, then the rest; the pace of
 * this run, as far as it can be seen, stretches or shrinks all of it. A cell that was never measured counts as the middle one. `undefined`
 * where no cell was. Pure; `now` in ms since the epoch.
 */
export function timeLeft(
  work: Pick<WorkInHand, 'now' | 'ended'>,
  { planned, known, atOnce, now }: { planned: Planned; known: Durations; atOnce: number; now: number },
): number | undefined {
  const measured = [...known.cells.values()].sort((a, b) => a - b);
  const middle = measured[Math.floor(measured.length / 2)];
  if (middle === undefined) return undefined;
  const before = (name: string) => known.commands.get(name) ?? known.cells.get(name);
  let [took, should] = [0, 0];
  for (const { name, ms } of work.ended) {
    const expected = before(name);
    if (expected === undefined) continue;
    took += ms;
    should += expected;
  }
  const pace = should > 0 ? Math.min(MOST_SLOWER, Math.max(1 / MOST_SLOWER, took / should)) : 1;
  const done = new Set(work.ended.map(({ name }) => name));
  const begun = new Map(work.now.map(({ name, since }) => [name, since]));
  const left = (name: string, expected: number) => {
    const since = begun.get(name);
    return done.has(name) ? 0 : Math.max(0, expected * pace - (since === undefined ? 0 : now - since));
  };
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
  const commands = planned.commands ?? [...known.commands.keys()];
  const cells = (planned.cells ?? [...known.cells.keys()]).map((name) => left(name, known.cells.get(name) ?? middle));
  return (
    sum(commands.map((name) => left(name, known.commands.get(name) ?? 0))) +
    Math.max(sum(cells) / Math.max(1, atOnce), ...cells) +
    (known.rest ?? 0) * pace
  );
}

/** The pieces that are to be done, as far as they are known yet. */
interface Planned {
  commands?: readonly string[] | undefined;
  cells?: readonly string[] | undefined;
}

/** Keeps what was begun and what ended of one long work, for those who watch. `clock` tells ms since the epoch. */
export class WorkLog {
  readonly #clock: () => number;
  readonly #known: Durations;
  readonly #since: number;
  readonly #now = new Map<string, number>();
  readonly #ended: Ended[] = [];
  #worst: WorstSoFar | undefined;
  #planned: Planned = {};
  #atOnce = 1;
  /** Since when nothing is left but the rest. */
  #restSince: number | undefined;

  constructor(known: Durations, clock: () => number) {
    this.#known = known;
    this.#clock = clock;
    this.#since = clock();
  }

  /** Says what there is to do; `atOnce`: cells that are worked on together. */
  plan(planned: Planned, atOnce?: number): void {
    this.#planned = { ...this.#planned, ...planned };
    if (atOnce !== undefined) this.#atOnce = atOnce;
  }

  begin(name: string): void {
    this.#now.set(name, this.#clock());
  }

  /** Something ended, well or not. What was never begun took no time of its own. */
  end(name: string, bad?: string): void {
    const now = this.#clock();
    this.#ended.push({ name, ms: now - (this.#now.get(name) ?? now), ...(bad === undefined ? {} : { bad }) });
    this.#now.delete(name);
  }

  /** Only the rest is left; what is still in hand was given up. */
  finish(): void {
    this.#now.clear();
    this.#restSince ??= this.#clock();
  }

  /** Keeps what is worse than all before. */
  found(finding: WorstSoFar | undefined): void {
    if (finding && (this.#worst === undefined || finding.rank < this.#worst.rank)) this.#worst = finding;
  }

  /** How things stand. */
  look(): WorkInHand {
    const now = this.#clock();
    const work = {
      since: this.#since,
      now: [...this.#now].map(([name, since]) => ({ name, since })).sort((a, b) => a.since - b.since),
      ended: [...this.#ended],
      worst: this.#worst,
    };
    const planned = this.#restSince === undefined ? this.#planned : { commands: [], cells: [] };
    const left = timeLeft(work, { planned, known: this.#known, atOnce: this.#atOnce, now });
    return left === undefined ? work : { ...work, left: Math.max(0, left - (now - (this.#restSince ?? now))) };
  }
}
