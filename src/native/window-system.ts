import type { RawImage } from '../image/pixels.js';

/** A window of a desktop, as the system tells it. `title` and `className` are the app's own words: untrusted. Px are device px. */
export interface DesktopWindow {
  /** Names the window to the same system as long as it is open. */
  id: string;
  title: string;
  /** The app's own name: WM_CLASS, bundle name, process name. */
  className: string;
  pid?: number;
  /** Of the content, without the frame that a window manager draws. */
  x: number;
  y: number;
  width: number;
  height: number;
  minimised: boolean;
}

/** A program that writes one JPEG behind the other to its standard output until it is ended. */
export interface GrabCommand {
  program: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/** Pointer and keyboard of a desktop. Points are device px of the window's content. Every call has a deadline. */
export interface DesktopInput {
  click(window: DesktopWindow, at: Point, button: 'left' | 'right', times: 1 | 2): Promise<void>;
  move(window: DesktopWindow, at: Point): Promise<void>;
  /** The button is released again, also after a failure. */
  drag(window: DesktopWindow, from: Point, to: Point): Promise<void>;
  /** Types into whatever has the focus; the text is no argument of a program. */
  type(text: string): Promise<void>;
  /** A chord such as `Ctrl+Shift+P` or `Enter`. Throws STEP_INVALID for a key it does not know. */
  hotkey(chord: string): Promise<void>;
  /** Turns the wheel over a point, in whole clicks; positive is down and right. */
  wheel(window: DesktopWindow, at: Point, clicks: { x: number; y: number }): Promise<void>;
}

export interface Point {
  x: number;
  y: number;
}

/**
 * A desktop's windows: one file per platform. All throw DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND and DEADLINE_EXCEEDED; what needs a window
 * that is gone throws WINDOW_NOT_FOUND.
 */
export interface WindowSystem {
  readonly id: 'x11' | 'macos' | 'windows';
  /** Windows that a person could switch to, minimised ones among them. */
  list(): Promise<DesktopWindow[]>;
  /** The same window as it is now; `undefined` when it is closed. */
  look(window: DesktopWindow): Promise<DesktopWindow | undefined>;
  /** Id of the window that has the focus. */
  focused(): Promise<string | undefined>;
  /** Un-minimises it, brings it to the front and gives it the focus if it takes one. */
  raise(window: DesktopWindow): Promise<void>;
  /** Gives the focus back to a window by its id; does nothing when it is closed. */
  refocus(id: string): Promise<void>;
  minimise(window: DesktopWindow): Promise<void>;
  /** The window's pixels now. */
  still(window: DesktopWindow): Promise<RawImage>;
  grab(window: DesktopWindow, fps: number): GrabCommand;
  /** Absent where steps cannot be taken. */
  readonly input?: DesktopInput;
}
