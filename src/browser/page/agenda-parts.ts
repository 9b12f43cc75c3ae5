/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';

/** What a window is asked for its agenda by; each run of codeloop has another. */
const WORD = randomUUID();
/** Name of the property of a window that answers to the word. No page can change it, and to other words it says nothing. */
const KEEPER = 'codeloop.agenda';

/** The text of a function (its text) that can ask for agendas: strict, so that nothing which it calls can ask who called it. */
export function knowing(text: string): string {
  return `(given, more, ours) => {
    'use strict';
    const agendaWord = '${WORD}';
    const agendaOf = (view) => view['${KEEPER}']?.(agendaWord);
    return (${text})(given, more, ours);
  }`;
}

/** Lets functions that are sent to pages as text ask for the agenda of a window, whoever sends them. Returns the first. */
export function withAgenda<Work extends (...given: never[]) => unknown>(work: Work, ...others: Work[]): Work;
export function withAgenda(work: object, ...others: object[]): object;
export function withAgenda(...works: object[]): object | undefined {
  for (const work of works) {
    const text = knowing(String(work));
    Object.defineProperty(work, 'toString', { value: () => text });
  }
  return works[0];
}

/** One function that runs these in turn, so that a page is asked once. */
export function inTurn(...works: (() => void)[]): () => void {
  const all = () => {
    for (const work of works) work();
  };
  Object.defineProperty(all, 'toString', { value: () => `() => { ${works.map((work) => `(${work})();`).join(' ')} }` });
  return all;
}

/** Activity that may still change the picture. Times in ms. */
export interface PageActivity {
  /** Animation frame callbacks waiting, of chains below the limit. */
  frames: number;
  /** Chains of animation frames held at the limit. */
  held: number;
  /** A held chain read the clock or drew random numbers: its state is not the same in another load. */
  unrepeatable: boolean;
  /** One-shot timers due within a second. */
  timers: number;
  /** One-shot timers due within three seconds. */
  pending: number;
  /** Service workers that are being installed: the page may wait for them before it shows anything. */
  workers: number;
  /** Longest period among repeating timers of up to 1.5 s; 0 without. */
  period: number;
}

/** Timers that tick in seconds, as slides change by themselves: held while a picture is taken. */
export interface SlowTicks {
  /** Holds them, or lets them tick again; what was due meanwhile is then. */
  hold(held: boolean): void;
}

/** What one frame is drawn from, kept by an init script on its agenda as `scene`. */
export interface Scene {
  /** The document and every shadow root in it, the closed ones too. */
  roots(): (Document | ShadowRoot)[];
  /** Frames that show something and whose documents the page can reach, nested ones too; and where the corner of an element's window is in this one. */
  frames(): HTMLIFrameElement[];
  cornerOf(element: Element): { x: number; y: number };
  /** Looks for shadow roots that no script attached (declarative ones); closed ones have to be named by whoever can see them. */
  look(closed?: ShadowRoot): void;
  /** Puts what ends at its end and what does not at a fixed place; how many moved. */
  stopAnimations(): number;
  /** Gives an element (or a pseudo-element of it) other styles that no attribute shows, until `restore`. */
  style(element: Element, styles: Record<string, string>, pseudo?: string): void;
  /** The same until `restoreScreen`. */
  styleScreen(element: Element, styles: Record<string, string>): void;
  /** Takes all those styles back. */
  restore(): void;
  restoreScreen(): void;
  /** A selector that finds this element alone, if one can be made. */
  nameOf(element: Element): string | undefined;
  /** Whether an element has words of its own, not only in what it holds. */
  hasWords(element: Element): boolean;
  /** What scrolls in a box: itself, or the page of a frame; in which window, where its inside is on the screen, and where what is in it is measured from. */
  insideOf(
    element: Element,
  ): { scroller: Element; view: Window; from: { x: number; y: number } } & Record<
    'left' | 'top' | 'width' | 'height',
    number
  >;
}

/** Where the animations of vector drawings (SMIL) end, kept by an init script on the frame's agenda as `drawings`. */
export interface DrawingEnds {
  /** Puts what animates inside `root` and ends to its end; how many values were given. Taken back by `restore`. */
  end(root: ParentNode): number;
  /** Gives an element an attribute until `restore`, where no style does the same. */
  put(target: Element, name: string, value: string): void;
  /** Takes those values back that are attributes; the styles are the scene's. */
  restore(): void;
  /** A picture file's text as it is at its end, what never ends as it begins; undefined when nothing in it moves. */
  still(text: string): string | undefined;
}

/** CSS px of the page. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Places that show nothing at the top of the page, and the scroll position (CSS px) from which they were seen best. */
export interface Stop {
  y: number;
  places: Place[];
}

/** A part of the page that no scroll position showed. */
export interface Unseen {
  selector: string;
  reason: string;
  /** It may be meant so. */
  likely?: boolean;
}

/** One way through the page. */
export interface Pass {
  /** Screens from stop to stop. */
  step: number;
  /** How long listeners that are throttled are given at each, ms. */
  dwellMs: number;
  maxPx: number;
  /** From where it stands back to the top. */
  up?: boolean;
  /** Endless chains of animation frames run meanwhile. */
  run?: boolean;
}

/** What a frame's page shows while it is scrolled, kept on its agenda until the picture is taken. */
export interface Survey {
  /** Notes what shows where the page stands. */
  sight(): void;
  /** Begins another way through the page: what shows on it counts before what showed on those before. */
  begin(): void;
  /** Whether it was seen on the way. */
  saw(element: Element): boolean;
  /** Whether scrolling changed something that is part of the page itself, or something is animated by it. */
  reacts(): boolean;
  /** Whether an observer or a timeline of the page waits for something that was not seen. */
  waits(): boolean;
  unvisited(): Pick<Watched, 'element' | 'margin'>[];
  /** Whether an observer was told of something that did not show at once. */
  late(): boolean;
  /** How long a script that looks by itself, now and then, where the page stands takes to do so, ms; 0 where nothing waits for one. */
  polls(): number;
  /** Whether something keeps a place of the page for itself and has shown nothing there. */
  misses(): boolean;
  /** With the page back at the top and at rest: what has vanished, and what was never seen. `doubtful`: something shows something else. */
  end(): { stops: Stop[]; unseen: Unseen[]; doubtful: boolean };
  /** Where what shows something else now was seen, and what of that shows again what it did. */
  doubts(): number[];
  proven(y: number): { all: boolean; places: Place[] };
  /** Where what is taken from the stop at `y` stands now that the page is there: it may still have moved when it was seen. */
  placesNow(y: number): Place[];
  /** Takes out of sight what stands beside its place, where it was taken from another screen. */
  leaveOut(): void;
}

/** The ways through a page, kept on the agenda with the survey. One is taken at a time; without one there is no stop. */
export interface Way {
  /** Through all of it, to what waits to be seen and was not, or (`again`) to what was seen and shows something else now. */
  take(kind: { pass: Pass; again?: false } | { pass?: undefined; dwellMs: number; again: boolean }): void;
  /** Scrolls to the next stop and stays as long as it needs; false at the end. */
  step(): Promise<boolean>;
  /** Notes what shows there; `arrived`: after something came that the page had asked for. */
  look(arrived: boolean): Promise<void>;
  /** Goes all of it. */
  walk(): Promise<void>;
  /** How far the last pass came, CSS px, and what was found `again`. */
  /** At the top and at rest: boxes that go along with the screen and showed further down what they do not show here. */
  passed(): Unseen[];
  /** Then, too: what keeps its place on the page, holds something, and was shown nowhere. */
  never(): Unseen[];
  /** How long a loop of frames that may move such a box on has to run at a stop, ms; 0 without. */
  drives(): number;
  walked(): { px: number; complete: boolean; found: Stop[] };
}

/** An element that an intersection observer of the page waits for. */
export interface Watched {
  element: Element;
  /** Highest share of it that was told as intersecting, 0-1; -1 before it ever was. */
  ratio: number;
  /** The highest threshold of its observer, 0-1. */
  wanted: number;
  /** Its observer's `rootMargin`; undefined when it watches within another element than the page. */
  margin: string | undefined;
}

/** What an element looks like that its place cannot tell; `parts`: how many elements in it show, `picture`: the addresses of what it was told to
 * show and what is drawn on its canvases, `beside`: what of it stands beside its place in the layout. */
export interface Look {
  opacity: number;
  clip: string;
  text: string;
  parts: number;
  picture: string;
  beside: Set<Element>;
}

/** What tells of an element whether and what it shows, kept on the agenda as `eye`. */
export interface Eye {
  inPage(box: DOMRect): Place;
  /** The element around it in what is drawn: its slot, its host, its parent. */
  above(element: Element): Element | null;
  /** It goes along with the screen: fixed and sticky parts are no part of one place of the page. Known until the page has `movedOn`. */
  pinned(element: Element): boolean;
  movedOn(): void;
  /** It can be seen where it stands, if there is anything of it. */
  shown(element: Element): boolean;
  /** There is something to see of it, in itself; or in what it holds too. */
  drawsItself(element: Element): boolean;
  draws(element: Element): boolean;
  /** Something of it lies within what the boxes around it show. */
  uncut(element: Element): boolean;
  within(one: Element, other: Element): boolean;
  /** The area that two places share. */
  overlap(one: Place, other: Place): number;
  lookOf(element: Element): Look;
}
