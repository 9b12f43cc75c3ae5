import type { Progress } from '../call/define-tool.js';
import { type Palette, palette, plainText, type Terminal, wantsColor } from './terminal.js';
import { clip, textWidth, wrap } from './text-table.js';

type Work = NonNullable<Progress['work']>;

/** What a frame is drawn for: the size of the terminal in signs, and now in ms since the epoch. */
interface FrameOptions {
  columns: number;
  rows: number;
  now: number;
  colors: Palette;
}

/** Lines of what ended, and of what is in hand. */
const MOST_ENDED = 8;
const MOST_NOW = 6;
/** Lines of the worst finding. */
const WORST_LINES = 2;
/** The signs that show that work goes on, one each 100 ms (braille dots: one cell wide everywhere). */
const SPIN = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Below so many columns the list has no times. */
const NARROW = 40;

/**
 * The lines that a person watches: what ended last, what is being worked on, how far it is, how long it took and will take, and the worst
 * that was seen. Never more lines than the terminal has, never a line wider than it: a wrapped line could not be taken back. Pure.
 */
export function liveFrame({ done, total, message, work }: Progress, options: FrameOptions): string[] {
  const { columns, rows, now, colors } = options;
  const width = Math.max(1, columns - 1);
  const counted = total === undefined ? '' : `[${done}/${total}] `;
  if (!work) return [clip(`${counted}${plainText(message)}`, width)];
  const times = columns >= NARROW;
  const line = (mark: string, paint: (text: string) => string, name: string, ms: number | undefined, bad = '') => {
    const time = times && ms !== undefined ? seconds(ms).padStart(7) : '';
    const room = width - 2 - textWidth(time) - (time === '' ? 0 : 1);
    const said = bad === '' ? '' : `  ${plainText(bad)}`;
    const text = clip(plainText(name) + said, room);
    return `${paint(mark)} ${time === '' ? '' : `${colors.dim(time)} `}${text}`;
  };
  const tail = [
    progressLine(counted, message, work, options, width),
    ...(work.worst === undefined ? [] : worstLines(work.worst, width, colors)),
  ];
  const room = Math.max(0, rows - 1 - tail.length);
  const spin = SPIN[Math.floor(now / 100) % SPIN.length] ?? '*';
  const inHand = work.now.slice(0, Math.min(MOST_NOW, room));
  const endedRoom = Math.min(MOST_ENDED, room - inHand.length);
  const ended = endedRoom === 0 ? [] : work.ended.slice(-endedRoom);
  return [
    ...ended.map(({ name, ms, bad }) =>
      bad === undefined ? line('✔', colors.good, name, ms) : line('✖', colors.bad, name, ms, bad),
    ),
    ...inHand.map(({ name, since }) => line(spin, colors.warn, name, Math.max(0, now - since))),
    ...tail,
  ];
}

function progressLine(
  counted: string,
  message: string,
  work: Work,
  { now, colors }: FrameOptions,
  width: number,
): string {
  const elapsed = clock(Math.max(0, now - work.since));
  const left = work.left === undefined ? '' : `, about ${clock(work.left)} left`;
  const time = clip(`${elapsed}${left}`, width);
  const room = width - textWidth(time) - 2;
  const said = room > 8 ? `  ${clip(`${counted}${plainText(message)}`, room)}` : '';
  return `${colors.bold(time)}${said}`;
}

function worstLines({ place, words }: NonNullable<Work['worst']>, width: number, colors: Palette): string[] {
  const text = `worst  ${plainText(place)}: ${plainText(words)}`;
  return wrap(text, width, WORST_LINES).map((one) => colors.bad(one));
}

/** `0.4 s`, `12.3 s`, `2:05`. */
export function seconds(ms: number): string {
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : clock(ms);
}

/** `0:07`, `12:30`, `1:02:03`. */
function clock(ms: number): string {
  const all = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(all % 60)}`;
}

/** Takes back `lines` that were drawn before, though the window may have become narrower since (ECMA-48: CUU, ED). */
export function takeBack(lines: readonly string[], columns: number): string {
  if (lines.length === 0) return '';
  const high = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / Math.max(1, columns))), 0);
  return `${high > 1 ? `\u001b[${high - 1}A` : ''}\r\u001b[J`;
}

/** Interval of the live list, ms. */
const DRAW_MS = 200;

/** Shows how far a call has come, on the standard error: a list that changes where a person watches, plain lines elsewhere and under CI. */
export class ProgressDisplay {
  readonly #terminal: Terminal;
  readonly #live: boolean;
  readonly #colors: Palette;
  readonly #clock: () => number;
  #shown: string[] = [];
  #printed = 0;
  #last = '';
  #worst = '';
  /** The newest progress, and when it came. */
  #newest: { progress: Progress; at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    terminal: Terminal,
    { ci, color, env, clock = Date.now }: { ci: boolean; color: boolean; env: NodeJS.ProcessEnv; clock?: () => number },
  ) {
    this.#terminal = terminal;
    this.#live = terminal.errIsLive && !ci && env.TERM !== 'dumb';
    this.#colors = palette(wantsColor(color, terminal.errIsLive, env));
    this.#clock = clock;
  }

  readonly update = (progress: Progress): void => {
    if (!this.#live) {
      this.#printLines(progress);
      return;
    }
    this.#newest = { progress, at: this.#clock() };
    this.#timer ??= setInterval(() => this.#draw(), DRAW_MS);
    this.#timer.unref();
    this.#draw();
  };

  /** Takes the changing list away; what was printed as lines stays. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#newest = undefined;
    this.#replace([]);
  }

  #draw(): void {
    if (!this.#newest) return;
    const { progress, at } = this.#newest;
    const now = this.#clock();
    const { work } = progress;
    const left = work?.left === undefined ? undefined : Math.max(0, work.left - (now - at));
    const { columns, rows = 24 } = this.#terminal;
    const drawn = work ? { ...progress, work: { ...work, left } } : progress;
    this.#replace(liveFrame(drawn, { columns, rows, now, colors: this.#colors }));
  }

  #replace(lines: string[]): void {
    if (lines.length === 0 && this.#shown.length === 0) return;
    if (lines.join('\n') === this.#shown.join('\n')) return;
    this.#terminal.err(`${takeBack(this.#shown, this.#terminal.columns)}${lines.join('\n')}`);
    this.#shown = lines;
  }

  /** One line for each piece that ended since, for whatever else is said, and for what is worse than before. */
  #printLines({ done, total, message, work }: Progress): void {
    const { worst, ended = [] } = work ?? {};
    const fresh = ended.slice(this.#printed);
    this.#printed = ended.length;
    for (const { name, ms, bad } of fresh) {
      const mark = bad === undefined ? this.#colors.good('✔') : this.#colors.bad('✖');
      this.#terminal.err(
        `${mark} ${plainText(name)}  ${seconds(ms)}${bad === undefined ? '' : `  ${plainText(bad)}`}\n`,
      );
    }
    const line = `${total === undefined ? '' : `[${done}/${total}] `}${plainText(message)}`;
    // What ended has had its line.
    if (line !== this.#last && fresh.length === 0) this.#terminal.err(`${line}\n`);
    this.#last = line;
    const told = worst === undefined ? '' : `worst so far: ${plainText(worst.place)}: ${plainText(worst.words)}`;
    if (told !== this.#worst) this.#terminal.err(`${this.#colors.bad(told)}\n`);
    this.#worst = told;
  }
}
