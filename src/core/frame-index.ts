import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from './errors.js';
import { readText } from './path-walls.js';
import { FrameEntry } from './vocabulary/recording.js';

/** Name of the index in a folder of frames. */
export const INDEX_FILE = 'index.jsonl';

/** An index as text: one line per picture, by time. */
export function formatIndex(entries: readonly FrameEntry[]): string {
  return byTime(entries)
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
}

/** The lines of an index as they stand there; a torn line is left out. */
export function parseIndex(text: string): FrameEntry[] {
  return text.split('\n').flatMap((line) => {
    const parsed = FrameEntry.safeParse(fromJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Frames by time; those of equal time as they came. */
export function byTime(entries: readonly FrameEntry[]): FrameEntry[] {
  return entries.toSorted((a, b) => a.t_ms - b.t_ms);
}

/**
 * The frames of a folder that are really there, by time; also of a recording that was cut off: a torn last line and lines whose picture
 * is missing are left out. Empty when there is no index.
 */
export async function readFrameIndex(dir: string): Promise<FrameEntry[]> {
  let text: string;
  try {
    text = await readText(join(dir, INDEX_FILE));
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return [];
    throw error;
  }
  const there = new Set(await readdir(dir));
  return byTime(parseIndex(text).filter(({ file }) => there.has(file)));
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // A line that was cut off; it names no frame.
  }
}
