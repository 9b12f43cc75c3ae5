import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TraceMap } from '@jridgewell/trace-mapping';
import { contains, readText } from '../core/path-walls.js';
import { sourceFiles } from './routes/route.js';

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
  /** Its tag as the page has it. */
  html?: string | undefined;
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
   * The one line that writes the element's test id, else its id, else its name as text, else an attribute that tells it (an address, a name), else
   * the class that its selector ends in. Undefined when none of them stands in exactly one line: a guess between two is no help.
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
      if ((await stat(path)).size <= MAX_BYTES) found.push({ file, lines: (await readText(path)).split('\n') });
    }
    return found;
  }
}

/** Attributes whose values tell an element among others, as people write them. */
const TELLING = /\b(src|href|name|for|alt|placeholder|aria-label|title)="([^"]{4,200})"/gi;

function patternsOf({ test_id: testId, selector, name, html = '' }: KnownElement): RegExp[] {
  const id = /#([\w-]+)$/.exec(selector)?.[1];
  const own = /(?:^|[ >]|[a-z])\.([\w-]+)$/.exec(selector)?.[1];
  return [
    ...(testId === undefined ? [] : [new RegExp(`\\bdata-test-?id\\s*=\\s*[{]?["'\`]${literal(testId)}["'\`]`, 'i')]),
    ...(id === undefined ? [] : [new RegExp(`\\bid\\s*=\\s*[{]?["'\`]${literal(id)}["'\`]`)]),
    ...(name === undefined || name.length < MIN_NAME
      ? []
      : [new RegExp(`(?:^|[>"'\`\\s])${literal(name)}(?:$|[<"'\`\\s])`)]),
    ...[...html.matchAll(TELLING)].map(
      ([, attribute = '', value = '']) => new RegExp(`\\b${attribute}\\s*=\\s*[{]?["'\`]${literal(value)}["'\`]`, 'i'),
    ),
    ...(own === undefined
      ? []
      : [new RegExp(`\\bclass(?:Name)?\\s*=\\s*[{]?["'\`](?:[^"'\`]*\\s)?${literal(own)}(?:\\s[^"'\`]*)?["'\`]`)]),
  ];
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A place in the project's sources; line and column from 1. */
interface SourcePosition {
  file: string;
  line: number;
  column: number;
}

/** Frames of a stack that are looked at; the error's own place is among the first. */
const MAX_FRAMES = 8;
const FETCH_MS = 3000;
const MAX_SOURCE_MAP = 20_000_000;
/** A frame's place in Chromium's, Firefox's and WebKit's stacks alike. */
const FRAME = /(https?:\/\/[^\s()'"<>]+?):(\d+):(\d+)/g;

/** A number of a line or column, from 1. Any page may write `:0:0` or thirty digits behind an address, and the browser counts some places from 0. */
const counted = (digits = ''): number => Math.min(Math.max(1, Number(digits)), 10_000_000);

/** Finds the sources of an app's errors: by the source maps that it serves, else by the file of an address. */
export class ErrorSources {
  readonly #scripts = new Map<string, Promise<TraceMap | undefined>>();
  readonly #origin: string;

  /** `folders`: absolute; those whose files the app serves as they are. */
  constructor(
    private readonly dir: string,
    appUrl: string,
    private readonly folders: readonly string[] = [dir],
  ) {
    this.#origin = new URL(appUrl).origin;
  }

  /** The first frame of `stack` that lies in the project's own sources, dependencies left out. Undefined when none does. Never throws. */
  async find(stack: string): Promise<SourcePosition | undefined> {
    for (const [, url = '', line, column] of [...stack.matchAll(FRAME)].slice(0, MAX_FRAMES)) {
      if (!URL.canParse(url) || new URL(url).origin !== this.#origin) continue;
      const position = await this.#original(url, counted(line), counted(column));
      if (position) return position;
    }
    return undefined;
  }

  async #original(url: string, line: number, column: number): Promise<SourcePosition | undefined> {
    const script = this.#scripts.get(url) ?? readMap(url);
    this.#scripts.set(url, script);
    const map = await script;
    if (!map) {
      const file = await this.#own(new URL(url).pathname);
      return file === undefined ? undefined : { file, line, column };
    }
    const { originalPositionFor } = await import('@jridgewell/trace-mapping');
    // Columns count from 0 in maps (ECMA-426) and from 1 in stacks.
    const found = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
    if (found.source === null) return undefined;
    const file = await this.#own(found.source);
    return file === undefined ? undefined : { file, line: found.line, column: found.column + 1 };
  }

  /** A source's name in a map, or the path of an address, as a file of the project; undefined for what is not its own. */
  async #own(source: string): Promise<string | undefined> {
    const path = sourcePath(source);
    if (path === undefined || /(?:^|\/)node_modules\//.test(path)) return undefined;
    // An address without a file's name is of a page: `/` and `/about` of `index.html` and `about.html`, whose scripts stand in it.
    const pages = /\.\w+$/.test(path) ? [path] : [path, join(path, 'index.html'), `${path.replace(/\/$/, '')}.html`];
    const candidates = [...pages, ...this.folders.flatMap((folder) => pages.map((page) => join(folder, page)))];
    for (const absolute of candidates) {
      if (!contains(this.dir, absolute) || absolute === this.dir) continue;
      const there = await stat(absolute).catch(() => undefined); // not there, which is the answer
      if (there?.isFile()) return posix.join(...absolute.slice(this.dir.length + 1).split(/[\\/]/));
    }
    return undefined;
  }
}

/** The path in a source's name: of addresses and of the schemes of bundlers (`webpack://app/./src/x.js`, `[project]/app/page.tsx`). */
function sourcePath(source: string): string | undefined {
  if (source.startsWith('file://')) return URL.canParse(source) ? fileURLToPath(source) : undefined;
  const plain = source
    .replace(/^\w[\w+.-]*:\/\/[^/]*\//, '/')
    .replace(/[?#].*$/, '')
    .replace(/\[project\]\//, '/');
  const clean = posix.normalize(`/${plain.replace(/^(?:\.{1,2}\/)+/, '')}`);
  try {
    return decodeURIComponent(clean);
  } catch {
    return undefined; // no path in any spelling
  }
}

/** The source map of a script, inline or beside it. Undefined when it has none, or when anything about it cannot be read. */
async function readMap(url: string): Promise<TraceMap | undefined> {
  try {
    const text = await fetchText(url);
    const named = [...text.matchAll(/\/\/[#@] sourceMappingURL=(\S+)/g)].at(-1)?.[1];
    if (named === undefined) return undefined;
    const { TraceMap: SourceMap } = await import('@jridgewell/trace-mapping');
    const address = new URL(named, url);
    return new SourceMap(await fetchText(address.href), address.protocol === 'data:' ? url : address.href);
  } catch {
    return undefined; // no map: the place in the script is reported as it is
  }
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok || Number(response.headers.get('content-length') ?? 0) > MAX_SOURCE_MAP)
    throw new Error('not to be had');
  return response.text();
}
