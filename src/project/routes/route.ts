/** A page of an app as its source names it. */
export interface Route {
  /** Path below the app's base address, begins with `/`; parameters as `:name`, a rest as `*`. */
  path: string;
  /** The file that names it, relative to the project, with `/`. */
  foundIn: string;
}

/** A source of routes: finds the pages of one kind of app in its code. */
export interface RouteSource {
  id: string;
  /** Frameworks whose apps are looked at this way (names of `detectProject`). */
  frameworks: readonly string[];
  /** Every page, those with parameters too, in no order. Reads only; what cannot be parsed is left out. */
  find(dir: string): Promise<Route[]>;
}

/** Apps that Vite builds from an `index.html`; the router is a library of their own choice. */
export const VITE_APPS = [
  'vite',
  'vite-lit',
  'vite-preact',
  'vite-qwik',
  'vite-react',
  'vite-solid',
  'vite-svelte',
  'vite-vue',
] as const;

/** Returns true when the path can be opened as it stands. */
export function isOpenable({ path }: Route): boolean {
  return !/[:*]/.test(path);
}

/** Parts of a path joined to one that begins with `/`, without empty parts and without a `/` at its end. */
export function joinPath(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}
