import { readFile } from 'node:fs/promises';
import { countedWork } from '../core/counted-work.js';
import { isErrno } from '../core/errors.js';
import { DomBoxes } from '../core/vocabulary/dom-boxes.js';

/** Reads the boxes of a photographed page (`.dom.json`) when they are asked for. */
export type BoxesReader = () => Promise<DomBoxes>;

/** A reader of one page's boxes, whose file is read and parsed when first asked for, and not again. `file`: absolute. */
export function boxesReader(file: string): BoxesReader {
  let read: Promise<DomBoxes> | undefined;
  return () => {
    read ??= readBoxes(file);
    return read;
  };
}

/** Reads and parses the boxes of a page. `file`: absolute. Throws when there is no such file, or it holds something else. */
export async function readBoxes(file: string): Promise<DomBoxes> {
  const text = await readFile(file, 'utf8');
  countedWork.pageBoxes.publish({ file });
  return DomBoxes.parse(JSON.parse(text));
}

/** The boxes beside a reference picture. They may come from anywhere, so they are checked, and left aside when they are something else. */
export async function neighbourBoxes(picture: string): Promise<DomBoxes | undefined> {
  const file = picture.replace(/\.[^./\\]+$/, '.dom.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Most references are pictures only.
    if (isErrno(error)) return undefined;
    throw error;
  }
  try {
    countedWork.pageBoxes.publish({ file });
    return DomBoxes.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // Not JSON: no boxes.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
