/** A place in a source file; line and column from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** `path.ext:line[:column]`, plain or as a file address, as V8, Python, Rust and Go print it. */
const PLACE = /(?:^|[\s("'])((?:file:\/\/)?(?:[A-Za-z]:)?[^\s()"':]+\.[A-Za-z]{1,5}):(\d+)(?::(\d+))?/gm;
/** Frames of the tools themselves. */
const FOREIGN = /node_modules|^node:|^\/rustc\/|site-packages|^\/usr\/(?:lib|local\/go)\//;

/** The first place in a stack or message that is not the test tool's own; in `prefer` (a file) if there is one. */
export function placeIn(text: string, prefer?: string): Place | undefined {
  const places = [...text.matchAll(PLACE)].flatMap(([, path = '', line, column]) => {
    const file = path.startsWith('file://') ? decodePath(path.slice('file://'.length)) : path;
    if (FOREIGN.test(file) || Number(line) < 1) return [];
    return [{ file, line: Number(line), ...(Number(column) > 0 ? { column: Number(column) } : {}) }];
  });
  return places.find(({ file }) => file === prefer) ?? places[0];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % is part of the name
  }
}
