import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The file that a command name stands for on this PATH, or nothing. Starts nothing. */
export function findProgram(name) {
  const suffixes = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

/** Whether a path is a file that may be run. */
export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there and not runnable are the same answer here.
  }
}

// A virtual display, a window manager, and what finds, moves and photographs windows on it. Linux only: macOS and Windows have theirs.
const displayPrograms = ['Xvfb', 'openbox', 'xcompmgr', 'xdotool', 'wmctrl', 'xwininfo', 'xprop', 'xwd', 'xterm'];

/** The groups of programs besides the browser of which something is missing on this machine: `{id, why}`. */
export function missingPrograms() {
  const groups = [{ id: 'ffmpeg', programs: ['ffmpeg', 'ffprobe'], purpose: 'videos' }];
  if (process.platform === 'linux')
    groups.push({ id: 'display', programs: displayPrograms, purpose: 'native windows' });
  return groups.flatMap(({ id, programs, purpose }) => {
    const missing = programs.filter((name) => findProgram(name) === undefined);
    return missing.length === 0 ? [] : [{ id, why: `${purpose} need ${missing.join(', ')}, not found on the path` }];
  });
}
