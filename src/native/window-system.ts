import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { findProgram, runCommand } from '../core/run-command.js';
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

/** A program and its arguments. */
export interface CommandLine {
  program: string;
  args: string[];
}

const ListedWindow = z.object({
  id: z.string(),
  title: z.string(),
  className: z.string(),
  pid: z.number().int().positive(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  minimised: z.boolean(),
});

/** Windows from a script's JSON lines; lines that are none are left out. */
export function parseListedWindows(text: string): DesktopWindow[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.trim().startsWith('{')) return [];
    const parsed = ListedWindow.safeParse(fromJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Runs a script of the system and returns its output. Throws DISPLAY_NOT_FOUND when it may not look, PROGRAM_NOT_FOUND, DEADLINE_EXCEEDED. */
export async function runScript(command: CommandLine): Promise<string> {
  const program = findProgram(command.program);
  if (program === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', {
      program: command.program,
      purpose: 'looking at windows',
      package: command.program,
    });
  const { code, stdout, stderr } = await runCommand(program, command.args, { timeoutMs: 15_000 });
  if (code !== 0)
    throw new CodeloopError('DISPLAY_NOT_FOUND', {
      reason: `the system refused: ${stderr.toString('utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`,
    });
  return stdout.toString('utf8');
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // No window; a warning that the script printed among them.
  }
}

/** Ways in which a name can mean a window, best first: a worse one is tried only when the better ones find nothing. */
const WAYS: readonly ((window: DesktopWindow, name: string) => boolean)[] = [
  (window, name) => window.title === name,
  (window, name) => window.className === name,
  (window, name) => lower(window.title) === lower(name),
  (window, name) => lower(window.className) === lower(name),
  (window, name) => lower(window.title).includes(lower(name)),
  (window, name) => lower(window.className).includes(lower(name)),
];

/**
 * The one window that a name means: exact title, then exact class, then both without regard to case, then as a part. Throws
 * WINDOW_NOT_FOUND (listing the windows there are) and TARGET_AMBIGUOUS (listing those it could be).
 */
export function findWindow(windows: readonly DesktopWindow[], name: string): DesktopWindow {
  const found = name === '' ? [] : matching(windows, name);
  const [first] = found;
  if (first === undefined)
    throw new CodeloopError('WINDOW_NOT_FOUND', { window: JSON.stringify(name), allowed: windows.map(describe) });
  if (found.length > 1)
    throw new CodeloopError('TARGET_AMBIGUOUS', {
      target: `the window ${JSON.stringify(name)}`,
      allowed: found.map(describe),
    });
  return first;
}

/** All windows that a name means in the best way in which it means any. */
export function matching(windows: readonly DesktopWindow[], name: string): DesktopWindow[] {
  for (const way of WAYS) {
    const found = windows.filter((window) => way(window, name));
    if (found.length > 0) return found;
  }
  return [];
}

/** A window in a list: its title and class. */
export function describe(window: DesktopWindow): string {
  const state = window.minimised ? ', minimised' : '';
  return `"${window.title.slice(0, 100)}" (${window.className.slice(0, 60)}${state})`;
}

function lower(text: string): string {
  return text.trim().toLowerCase();
}
