import { copyFile, mkdir, open } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import { insideRoots, readText } from '../../core/path-walls.js';
import { fileExists } from '../project.js';
import { fromBackstop, isBackstop } from './backstop.js';
import type { Imported, ImportedScreen, LeftOver } from './imported.js';
import { fromLostPixel, isLostPixel } from './lost-pixel.js';
import { readStaticValue, Unreadable } from './static-value.js';

/** Settings of another tool as codeloop takes them. */
export interface ImportedSettings {
  tool: 'BackstopJS' | 'lost-pixel';
  /** The settings file, from the project's folder. */
  from: string;
  screens: readonly ImportedScreen[];
  viewports: Imported['viewports'];
  /** Folder with finished pages, from the project's folder, when no server of the app is named. */
  static?: string;
  /** Address of the app on this machine. */
  origin?: string;
  engine?: Imported['engine'];
  /** Pictures that are there and as wide as their viewport: from where to where, from the project's folder. */
  pictures: readonly { from: string; to: string }[];
  left: readonly LeftOver[];
}

/**
 * Reads the settings file of BackstopJS or lost-pixel at `file` inside the project, without running it, and what of it holds here. Paths in
 * it count from its own folder. Throws PATH_NOT_FOUND, PATH_OUTSIDE_ROOTS, CONFIG_INVALID.
 */
export async function importSettings(dir: string, file: string): Promise<ImportedSettings> {
  const path = await insideRoots(file, [dir]);
  const value = await readStaticValue(await settingsText(path, file), file);
  const folder = posix.normalize(posix.dirname(file.replaceAll('\\', '/')));
  const here = (inside: string) => posix.join(folder, inside);
  const json = async (inside: string): Promise<unknown> => {
    const found = await readText(await insideRoots(here(inside), [dir])).catch(() => undefined); // not there: none
    return found === undefined ? undefined : readStaticValue(found, `${inside}.json`);
  };
  if (value instanceof Unreadable)
    throw new CodeloopError('CONFIG_INVALID', {
      file,
      problem: `what it exports is ${value.what}, and codeloop reads the file without running it`,
      hint: 'Save what it makes as JSON, and name that file.',
    });
  const backstop = isBackstop(value);
  if (!backstop && !isLostPixel(value))
    throw new CodeloopError('CONFIG_INVALID', {
      file,
      problem: 'has neither `scenarios` (BackstopJS) nor `pageShots` or `storybookShots` (lost-pixel)',
      hint: 'Name the settings file of one of them: backstop.json, backstop.config.js, lostpixel.config.ts.',
    });
  const { pictures, ...imported } = backstop ? fromBackstop(value) : await fromLostPixel(value, json);
  const kept: { from: string; to: string }[] = [];
  const left = [...imported.left];
  for (const { from, screen, viewport } of pictures) {
    const to = `designs/${viewport}/${slug(screen)}.png`;
    const width = await pngWidth(join(dir, here(from)));
    const wanted = imported.viewports[viewport]?.width;
    if (width === wanted) kept.push({ from: here(from), to });
    else if (width !== undefined)
      left.push({
        setting: here(from),
        why: `is ${width} pixels wide, its viewport ${wanted}: it shows something else`,
      });
  }
  if (imported.screens.length === 0)
    left.push({
      setting: 'screens',
      why: 'nothing that a browser could open is named; codeloop looks for pages itself',
    });
  return {
    ...{ tool: backstop ? 'BackstopJS' : 'lost-pixel', from: file, ...imported, left, pictures: kept },
    ...(imported.static === undefined ? {} : { static: here(imported.static) }),
  };
}

/** Copies the pictures to where designs lie; one that is there stays. Returns the paths that were written. */
export async function copyPictures(dir: string, pictures: ImportedSettings['pictures']): Promise<string[]> {
  const written: string[] = [];
  for (const { from, to } of pictures) {
    const target = await insideRoots(to, [dir]);
    if (await fileExists(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await insideRoots(from, [dir]), target);
    written.push(to);
  }
  return written;
}

async function settingsText(path: string, file: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new CodeloopError('CONFIG_INVALID', { file, problem: `cannot be read (${error.code})` }, { cause: error });
  }
}

/** Width of a PNG in pixels, from its header (PNG specification, 11.2.1); nothing where there is no such file. */
async function pngWidth(path: string): Promise<number | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(24);
      const { bytesRead } = await file.read(head, 0, 24, 0);
      return bytesRead === 24 && head.toString('latin1', 12, 16) === 'IHDR' ? head.readUInt32BE(16) : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}
