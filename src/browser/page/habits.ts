/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** CSS px of the viewport. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a page does by itself, kept in the witness's world under `Symbol.for('codeloop.habits')`. */
export interface Habits {
  /** Hears that something is pressed: what goes on at this moment goes on without it. */
  press(pressed: Element | undefined): void;
  /**
   * Sorts changes into those that are new and those that the page would have made without the press. `direct`: they were made while an
   * event of the press was handled, and are its doing.
   */
  sort(records: readonly MutationRecord[], direct: boolean): { news: MutationRecord[]; own: MutationRecord[] };
  /** The same for what has no element, by its name; true when it would have happened anyway. */
  isOwn(name: string, direct: boolean): boolean;
  /** Notes what of fields, storage and address has changed by itself since the last look. */
  look(): void;
  /** True when fields, storage or address differ from what they were at the press by more than they do by themselves. */
  stirred(): boolean;
  /** True when something that moved by itself at the press stands still now. */
  stopped(): boolean;
  /** Where things are, and where they came from, that moved by themselves at the press: animations, and what scripts move. */
  moving(): Box[];
}

/** Installs the habits of one document; runs before the witness. Reads only. */
export function installHabits({ maxFields }: { maxFields: number }): void {
  const key = Symbol.for('codeloop.habits');
  if (Reflect.has(globalThis, key)) return;
  // For how long what happened counts, how soon after a press something may be its doing, and how many times of each are kept.
  const [REMEMBERED_MS, DOING_MS, SLOW_MS, KEPT, MOST_RECORDS, GENERATIONS] = [20_000, 1000, 400, 6, 500, 15];
  const times = new WeakMap<Node, Map<string, number[]>>();
  const lively = new Set<number[]>();
  const added = new WeakSet<Node>();
  let pressedAt = Number.NEGATIVE_INFINITY;
  let pressedIn: Element | undefined;

  const timesOf = (node: Node, kind: string): number[] => {
    const kinds = times.get(node) ?? new Map<string, number[]>();
    times.set(node, kinds);
    const known = kinds.get(kind) ?? [];
    kinds.set(kind, known);
    return known;
  };
  const gapsOf = (known: readonly number[]) =>
    known
      .slice(1)
      .map((at, index) => at - (known[index] ?? at))
      .sort((a, b) => a - b);
  // It went on until the press, at its own pace: not the few changes by which a page was built just before.
  const goesOn = (known: readonly number[], until = pressedAt) => {
    const before = known.filter((at) => at < until && until - at < REMEMBERED_MS);
    const gaps = gapsOf(before);
    // On a busy machine what comes with each frame comes in fits.
    const longest = gaps.at(-1) ?? 0;
    if (before.length < ((gaps[gaps.length >> 1] ?? 0) < SLOW_MS ? 4 : 2)) return false;
    return until - (before.at(-1) ?? 0) <= 2 * longest + 150;
  };
  // Told once for each press: what comes after it must not push out what came before.
  const verdicts = new Map<number[], boolean>();
  const wentOn = (known: number[]) => {
    const verdict = verdicts.get(known) ?? goesOn(known);
    verdicts.set(known, verdict);
    return verdict;
  };
  const keep = (known: number[], now: number) => {
    // Several changes of one moment are one.
    if (now - (known.at(-1) ?? Number.NEGATIVE_INFINITY) < 5) return;
    known.push(now);
    if (known.length > KEPT) known.shift();
    if (known.length >= 2) lively.add(known);
  };
  const judge = (all: readonly number[][], now: number): boolean => {
    const afterPress = now - pressedAt < REMEMBERED_MS;
    // A document that was not pressed, as a frame beside the button, hears of no press: there goes on what went on until now.
    const own = all.map((known) => (afterPress ? wentOn(known) : goesOn(known, now))).some(Boolean);
    if (own || now - pressedAt > DOING_MS) for (const known of all) keep(known, now);
    return own;
  };
  // What happens to several alike one after the other, as to the slides of a show, is a habit of what they lie in; to one of them it is its own.
  const alike = new WeakMap<number[], Set<Element>>();
  const [SEVERAL, MOST_ALIKE] = [2, 8];
  const keysOf = ({ type, target, attributeName }: MutationRecord): number[][] => {
    const element = target instanceof Element ? target : target.parentElement;
    if (!element) return [timesOf(target, 'content')];
    const kind = type === 'attributes' ? `@${attributeName}` : 'content';
    const parent = element.parentElement;
    if (!parent) return [timesOf(element, kind)];
    const ofParent = timesOf(parent, `${kind} of ${element.localName}`);
    const known = alike.get(ofParent) ?? new Set();
    alike.set(ofParent, known);
    const isHabit = known.has(element) || known.size >= SEVERAL;
    if (known.size < MOST_ALIKE) known.add(element);
    if (!isHabit) keep(ofParent, performance.now());
    return [timesOf(element, kind), ...(isHabit ? [ofParent] : [])];
  };
  const isInsideAdded = (node: Node) => {
    let at: Node | null = node;
    for (let steps = 0; at && steps < GENERATIONS; steps++, at = at.parentNode) if (added.has(at)) return true;
    return false;
  };

  // Fields, storage and address: nothing tells that they change. Long values by their length and ends.
  const brief = (value: unknown) => {
    const text = String(value);
    return text.length > 400 ? `${text.length}:${text.slice(0, 200)}${text.slice(-200)}` : text;
  };
  const readStorage = (name: 'localStorage' | 'sessionStorage', into: Map<string, string>) => {
    try {
      const storage = window[name];
      for (let index = 0; index < Math.min(storage.length, maxFields); index++) {
        const item = storage.key(index) ?? '';
        into.set(`${name} ${item}`, brief(storage.getItem(item)));
      }
    } catch {
      // A document that may not store anything has stored nothing.
    }
  };
  const ledger = (): Map<string, string> => {
    const now = new Map<string, string>([['address', location.href.replace(/#$/, '')]]);
    for (const [index, field] of [...document.querySelectorAll('input, textarea, select')]
      .slice(0, maxFields)
      .entries())
      now.set(`field ${index}`, `${brief(Reflect.get(field, 'value'))} ${Reflect.get(field, 'checked')}`);
    readStorage('localStorage', now);
    readStorage('sessionStorage', now);
    try {
      now.set('cookie', brief(document.cookie));
      now.set('history', brief(JSON.stringify(history.state)));
    } catch {
      // The same, and a state that no text can show.
    }
    return now;
  };
  const differing = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
    [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
  let seen = ledger();
  let atPress = seen;

  // Where what moves has been lately: a picture from just before the press shows it there.
  const trails = new Map<Element, { box: Box; at: number }[]>();
  const [TRAIL_MS, TRAIL_STEP_MS, MOST_TRAILS] = [3000, 90, 50];
  const boxOf = (element: Element): Box => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const follow = (element: Element) => {
    const at = performance.now();
    const trail = (trails.get(element) ?? []).filter((one) => at - one.at < TRAIL_MS);
    if (at - (trail.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= TRAIL_STEP_MS) trail.push({ box: boxOf(element), at });
    trails.delete(element);
    trails.set(element, trail);
    const [oldest] = trails.keys();
    if (trails.size > MOST_TRAILS && oldest) trails.delete(oldest);
  };
  const around = (one: Box, other: Box): Box => {
    const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
    const [right, bottom] = [one, other]
      .map((box) => [box.x + box.width, box.y + box.height])
      .reduce((a, b) => a.map((end, side) => Math.max(end, b[side] ?? 0))) as [number, number];
    return { x, y, width: right - x, height: bottom - y };
  };
  const isMoved = (element: Element) => [...(times.get(element)?.values() ?? [])].some(wentOn);

  const isEndless = (animation: Animation) =>
    animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
  const targetOf = ({ effect }: Animation) => (effect instanceof KeyframeEffect ? effect.target : null);
  let running: Animation[] = [];
  let ticking: { known: number[]; gap: number }[] = [];

  const habits: Habits = {
    press(pressed) {
      const now = performance.now();
      pressedAt = now;
      pressedIn = pressed;
      verdicts.clear();
      for (const known of lively) if (now - (known.at(-1) ?? 0) > REMEMBERED_MS) lively.delete(known);
      ticking = [...lively]
        .filter((known) => goesOn(known))
        .map((known) => ({ known, gap: gapsOf(known).at(-1) ?? 0 }))
        .filter(({ gap }) => gap < 150);
      running = document.getAnimations().filter(({ playState }) => playState === 'running');
      for (const animation of running) if (targetOf(animation)) follow(targetOf(animation) as Element);
      atPress = ledger();
    },
    sort(records, direct) {
      const now = performance.now();
      const [news, own]: [MutationRecord[], MutationRecord[]] = [[], []];
      for (const record of records.slice(0, MOST_RECORDS)) {
        if (direct) news.push(record);
        else if (isInsideAdded(record.target) || judge(keysOf(record), now)) {
          own.push(record);
          for (const node of record.addedNodes) added.add(node);
        } else news.push(record);
        if (record.type === 'attributes' && record.target instanceof Element) follow(record.target);
      }
      return { news, own };
    },
    isOwn(name, direct) {
      return !direct && judge([timesOf(document, name)], performance.now());
    },
    look() {
      const now = ledger();
      for (const name of differing(seen, now)) judge([timesOf(document, name)], performance.now());
      seen = now;
      for (const animation of document.getAnimations()) {
        const target = targetOf(animation);
        if (target && animation.playState === 'running') follow(target);
      }
    },
    stirred() {
      return differing(atPress, ledger()).some((name) => !wentOn(timesOf(document, name)));
    },
    stopped() {
      const now = performance.now();
      // The page draws, and what drew with it before does not.
      const still = ({ known, gap }: { known: number[]; gap: number }) =>
        (known.at(-1) ?? 0) < pressedAt + 50 && now - pressedAt > Math.max(400, 6 * gap);
      if (ticking.some(still)) return true;
      return running.some((animation) => {
        const target = targetOf(animation);
        if (!isEndless(animation) && animation.playState === 'finished') return false;
        // A rest while the pointer is over it is no answer.
        if (target && pressedIn && target.contains(pressedIn)) return false;
        return animation.playState === 'paused' || (animation.playState === 'idle' && target?.isConnected === true);
      });
    },
    moving() {
      const animated = new Set(running.filter(({ playState }) => playState === 'running').map(targetOf));
      for (const target of animated) if (target?.isConnected) follow(target);
      return [...trails].flatMap(([element, trail]) => {
        if (!animated.has(element) && !isMoved(element)) return [];
        const holdsPress = pressedIn !== undefined && element.contains(pressedIn);
        return trail
          .map(({ box }, index) => around(box, trail[index - 1]?.box ?? box))
          .filter(({ width, height }) => !(holdsPress && width * height > (innerWidth * innerHeight) / 4));
      });
    },
  };
  Reflect.set(globalThis, key, habits);
}
