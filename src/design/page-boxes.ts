import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { countedWork } from '../core/counted-work.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { readStored } from '../core/stored-bytes.js';
import { DomBoxes } from '../core/vocabulary/dom-boxes.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';

/** Reads the boxes of a photographed page (`.dom.json`) when they are asked for. */
export type BoxesReader = () => Promise<DomBoxes>;

/** The file of a photographed page's boxes, as its cell names it. */
type StoredBoxes = Pick<Artifact, 'path' | 'sha256'>;

/** A reader of one page's boxes, whose file is read and parsed when first asked for, and not again. */
export function boxesReader(projectDir: string, stored: StoredBoxes): BoxesReader {
  let read: Promise<DomBoxes> | undefined;
  return () => {
    read ??= readBoxes(projectDir, stored);
    return read;
  };
}

/** Longest file of boxes that is read, in bytes: a page of a hundred thousand elements. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Reads and parses the boxes of a page. Throws EVIDENCE_TAMPERED when they are gone, behind a link, changed, or no boxes. */
export async function readBoxes(projectDir: string, stored: StoredBoxes): Promise<DomBoxes> {
  const text = (await readStored(projectDir, stored, MAX_BYTES)).toString('utf8');
  countedWork.pageBoxes.publish({ file: join(projectDir, stored.path) });
  const boxes = parsed(text);
  if (boxes) return boxes;
  const run_id = stored.path.split('/')[2] ?? '';
  throw new CodeloopError('EVIDENCE_TAMPERED', { run_id, reason: `${stored.path} holds no boxes of a page` });
}

function parsed(text: string): DomBoxes | undefined {
  try {
    return DomBoxes.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // Not JSON, or nested deeper than anything that is written: no boxes.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The boxes beside a reference picture. They may come from anywhere, so they are checked, and left aside when they are something else. */
export async function neighbourBoxes(picture: string): Promise<DomBoxes | undefined> {
  const file = picture.replace(/\.[^./\\]+$/, '.dom.json');
  let text: string;
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Most references are pictures only.
    if (isErrno(error)) return undefined;
    throw error;
  }
  countedWork.pageBoxes.publish({ file });
  return parsed(text);
}
