/// <reference lib="dom" />

/** What one frame is drawn from, kept by an init script on its agenda as `scene`. */
export interface Scene {
  /** The document and every shadow root in it, the closed ones too. */
  roots(): (Document | ShadowRoot)[];
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
}

/** Where the animations of vector drawings (SMIL) end, kept by an init script on the frame's agenda as `drawings`. */
export interface DrawingEnds {
  /** Puts what animates inside `root` and ends to its end; how many values were given. Taken back by `restore`. */
  end(root: ParentNode): number;
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
}

/** What a frame's page shows while it is scrolled, kept on its agenda until the picture is taken. */
export interface Survey {
  /** Scrolls down, `step` screens at a time, with `dwellMs` at each stop for listeners that are throttled. Stays at the end. */
  pass(options: { step: number; dwellMs: number; maxPx: number }): Promise<{ px: number; complete: boolean }>;
  /** Whether scrolling changed something that is part of the page itself, or something is animated by it. */
  reacts(): boolean;
  /** Whether an observer or a timeline of the page waits for something that was not seen. */
  waits(): boolean;
  /** Scrolls to what waits to be seen and was not. */
  visit(dwellMs: number): Promise<void>;
  /** With the page back at the top and at rest: what has vanished, and what was never seen. */
  end(): { stops: Stop[]; unseen: Unseen[] };
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
