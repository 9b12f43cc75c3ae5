import { Unreadable } from './static-value.js';

/** A screen as it is written into the settings. */
export interface ImportedScreen {
  name: string;
  path?: string;
  url?: string;
  viewports?: string[];
  mask?: string[];
  wait_for?: { selector: string; timeout_ms?: number };
  steps?: { action: string; target?: { selector: string }; value?: string }[];
  full_page?: boolean;
  allow_size_difference?: boolean;
}

/** A picture of the other tool that shows what a screen at a viewport shows. */
interface ImportedPicture {
  /** Path from the folder of the settings file. */
  from: string;
  screen: string;
  viewport: string;
}

/** What a settings file of another tool becomes, and what of it does not. */
export interface Imported {
  screens: ImportedScreen[];
  viewports: Record<string, { width: number; height: number }>;
  /** The app's own address on this machine, when screens lie on it. */
  origin?: string;
  /** Folder with finished pages, from the folder of the settings file. */
  static?: string;
  engine?: 'chromium' | 'firefox' | 'webkit';
  pictures: ImportedPicture[];
  left: LeftOver[];
}

/** Something of the other tool's settings that could not be carried over. */
export interface LeftOver {
  /** The key there. */
  setting: string;
  why: string;
  /** Scenarios or pages that have it, when it is not for all. */
  where?: string[];
}

/** Collects what an import makes, one thing after the other. */
export class Import {
  readonly screens: ImportedScreen[] = [];
  readonly viewports: Record<string, { width: number; height: number }> = {};
  readonly pictures: ImportedPicture[] = [];
  readonly #left = new Map<string, LeftOver>();
  readonly #names = new Set<string>();
  origin: string | undefined;
  static: string | undefined;
  engine: Imported['engine'];

  /** Says that a setting is left out; the same one of several scenarios is told once, with their names. */
  leave(setting: string, why: string, where?: string): void {
    const key = `${setting}\n${why}`;
    const known = this.#left.get(key) ?? { setting, why };
    const places = where === undefined ? known.where : [...(known.where ?? []), where];
    this.#left.set(key, { ...known, ...(places ? { where: places } : {}) });
  }

  /** Everything that only running the file could tell, anywhere in its settings. */
  leaveUnreadable(value: unknown, path = ''): void {
    if (value instanceof Unreadable)
      this.leave(path, `is ${value.what}, and codeloop reads the file without running it`);
    else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value))
        this.leaveUnreadable(inner, path === '' ? key : Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  }

  /** The key of a viewport of this size: the wished one, or one beside it where another size has that name. */
  viewport(wished: string, width: number, height: number): string {
    const base = wished.replace(/[^a-z0-9_-]+/gi, '-').replace(/^[-_]+|-+$/g, '') || `w${width}`;
    for (let n = 1; ; n++) {
      const key = n === 1 ? base : `${base}-${n}`;
      const known = this.viewports[key];
      if (known === undefined) this.viewports[key] = { width, height };
      if (known === undefined || (known.width === width && known.height === height)) return key;
    }
  }

  /** Adds a screen under its name, or one beside it where another has that name. */
  screen(screen: ImportedScreen): ImportedScreen {
    let name = screen.name;
    for (let n = 2; this.#names.has(name.toLowerCase()); n++) name = `${screen.name} ${n}`;
    this.#names.add(name.toLowerCase());
    const named = { ...screen, name };
    this.screens.push(named);
    return named;
  }

  /**
   * Where a page is: a path on the app's own server, a path among finished pages, or an address elsewhere. The first address on this
   * machine is the app's. Undefined when the text is neither.
   */
  place(address: string): { path: string } | { url: string } | undefined {
    if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) {
      this.static ??= '.';
      return { path: encodeURI(decodeSafely(address)).replace(/^(?:\.?\/)*/, '/') };
    }
    if (!URL.canParse(address) || !/^https?:/i.test(address)) return undefined;
    const { protocol, hostname, port, origin, href } = new URL(address);
    if (!LOCAL.test(hostname)) return { url: href };
    const own = `${protocol}//localhost${port === '' ? '' : `:${port}`}`;
    this.origin ??= own;
    return this.origin === own ? { path: href.slice(origin.length) } : { url: `${own}${href.slice(origin.length)}` };
  }

  done(): Imported {
    const { screens, viewports, pictures, origin, engine } = this;
    return {
      ...{ screens, viewports, pictures, left: [...this.#left.values()] },
      ...(origin === undefined ? {} : { origin }),
      ...(this.static === undefined ? {} : { static: this.static }),
      ...(engine === undefined ? {} : { engine }),
    };
  }
}

/** This machine, as containers call it too. */
const LOCAL =
  /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal|172\.17\.0\.1)$/i;

function decodeSafely(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text; // a % that is one
  }
}

/** The record that a value is; an empty one otherwise. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Unreadable)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** The entries of a list; none otherwise. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list, or the one text that stands for it; empty ones are none. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && one.trim() !== '',
  );
}

/** A number, also where it is written as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** True when a value says nothing: not there, empty, off. */
export function saysNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}
