/** Tells the texts of this document that the witness of this binding has not told yet. */
export function flushWitness(binding: string): void {
  const flush: unknown = Reflect.get(globalThis, Symbol.for(`codeloop.witness.${binding}.flush`));
  if (typeof flush === 'function') flush();
}

/** Ends what `witness` began in this document for this binding. */
export function dismissWitness(binding: string): void {
  const stop: unknown = Reflect.get(globalThis, Symbol.for(`codeloop.witness.${binding}`));
  if (typeof stop === 'function') stop();
}

/** A message of the page, as JSON through one binding. */
export interface WitnessMessage {
  what: 'press' | 'dom' | 'aside' | 'input' | 'texts' | 'stuck' | 'beat';
  box?: { x: number; y: number; width: number; height: number };
  /** Of the element that had the focus until then. */
  left?: { x: number; y: number; width: number; height: number };
  /** Of what changed by itself, or may have been taken away. */
  boxes?: { x: number; y: number; width: number; height: number }[];
  /** Of what changed by itself: the page heard that it was scrolled before the press. */
  scrolled?: boolean;
  /** A script listens to presses there. */
  heard?: boolean;
  /** Of what may draw itself: canvases, films, pictures, other documents. */
  players?: { x: number; y: number; width: number; height: number }[];
  /** The press is in one of them. */
  inPlayer?: boolean;
  /** Name of the pressed element. */
  name?: string;
  texts?: string[];
  /** Address of the document whose first texts these are; of the page itself only, not of frames in it. */
  url?: string;
  /** Lines told before that are not there any more. */
  gone?: string[];
  /** Menus, dialogs and the like that came into view and went, by role and name. */
  opened?: string[];
  closed?: string[];
  /** Time that scripts stood still; for texts: time since the page began to change to the present text. */
  ms?: number;
  /** True when the document was being loaded when scripts began to stand still. */
  loading?: boolean;
}

export interface WitnessOptions {
  /** Name of the binding, a function of the isolated world. */
  binding: string;
  /** Event by which the page's agenda tells that a callback ran, and how long ago it was asked for. */
  told: string;
  /** For how long something that came up may be about to go again, ms, and how much of it is kept. */
  freshMs: number;
  maxFresh: number;
  /** Least time between two messages that something changed, and between two looks at the page's text, ms. */
  changeEveryMs: number;
  textsEveryMs: number;
  /** Least time from a change to a look at the page's text, ms. */
  textsAfterMs: number;
  /** A pause of the page's scripts longer than this is reported, ms. */
  stuckMs: number;
  /** For how long after a press fields, storage and what moves are watched, ms. */
  pressMs: number;
  /** Whether to tell what the page says, and that its scripts run. */
  texts: boolean;
  beats: boolean;
  maxTexts: number;
  /** Most characters of a line that are looked at, and that are told: whether its end is a secret may be known only from what follows. */
  maxTextLength: number;
  toldLength: number;
}
