import { readFile } from 'node:fs/promises';
import { countedWork } from '../core/counted-work.js';
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
async function readBoxes(file: string): Promise<DomBoxes> {
  const text = await readFile(file, 'utf8');
  countedWork.pageBoxes.publish({ file });
  return DomBoxes.parse(JSON.parse(text));
}
