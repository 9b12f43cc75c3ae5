import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceFiles } from './routes/source-files.js';

/** A place in the project's sources; the line from 1. */
export interface SourcePlace {
  file: string;
  line: number;
}

/** The known facts of an element of a page. */
interface KnownElement {
  selector: string;
  name?: string | undefined;
  test_id?: string | undefined;
}

const MARKUP = /\.(?:html?|vue|svelte|astro|[cm]?[jt]sx?|mdx?|ejs|pug|hbs)$/;
/** Larger files are bundles or data, not source code. */
const MAX_BYTES = 500_000;
/** A name shorter than this stands in too many places. */
const MIN_NAME = 4;

/** Finds elements of a page in a project's sources: its files are read once, for all elements. */
export class ElementSources {
  #lines: Promise<readonly { file: string; lines: readonly string[] }[]> | undefined;

  constructor(private readonly dir: string) {}

  /**
   * The one line that writes the element's test id, else its id, else its name as text, else the class that its selector ends in. Undefined when none of them stands in exactly
   * one line: a guess between two is no help.
   */
  async find(element: KnownElement): Promise<SourcePlace | undefined> {
    this.#lines ??= this.#read();
    const files = await this.#lines;
    for (const pattern of patternsOf(element)) {
      const places = files.flatMap(({ file, lines }) =>
        lines.flatMap((text, at) => (pattern.test(text) ? [{ file, line: at + 1 }] : [])),
      );
      if (places.length === 1) return places[0];
    }
    return undefined;
  }

  async #read() {
    const found: { file: string; lines: string[] }[] = [];
    for (const file of await sourceFiles(this.dir, '.', MARKUP)) {
      if (/\.(?:test|spec|stories)\.|(?:^|\/)(?:tests?|__tests__)\//.test(file)) continue;
      const path = join(this.dir, file);
      if ((await stat(path)).size <= MAX_BYTES) found.push({ file, lines: (await readFile(path, 'utf8')).split('\n') });
    }
    return found;
  }
}

function patternsOf({ test_id: testId, selector, name }: KnownElement): RegExp[] {
  const id = /#([\w-]+)$/.exec(selector)?.[1];
  const own = /(?:^|[ >]|[a-z])\.([\w-]+)$/.exec(selector)?.[1];
  return [
    ...(testId === undefined ? [] : [new RegExp(`\\bdata-test-?id\\s*=\\s*[{]?["'\`]${literal(testId)}["'\`]`, 'i')]),
    ...(id === undefined ? [] : [new RegExp(`\\bid\\s*=\\s*[{]?["'\`]${literal(id)}["'\`]`)]),
    ...(name === undefined || name.length < MIN_NAME
      ? []
      : [new RegExp(`(?:^|[>"'\`\\s])${literal(name)}(?:$|[<"'\`\\s])`)]),
    ...(own === undefined
      ? []
      : [new RegExp(`\\bclass(?:Name)?\\s*=\\s*[{]?["'\`](?:[^"'\`]*\\s)?${literal(own)}(?:\\s[^"'\`]*)?["'\`]`)]),
  ];
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
