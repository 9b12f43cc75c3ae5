import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Config } from '../config/schema.js';
import { systemClock } from '../core/clock.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { nearestName, slug } from '../core/ids.js';
import { contains, insideRoots } from '../core/path-walls.js';
import type { FigmaSource } from '../core/vocabulary/pair.js';
import { readSize } from '../image/picture-header.js';
import type { FigmaRequest } from './figma/ask-figma.js';
import { figmaSelection } from './figma/figma-address.js';
import type { FigmaReferences } from './figma/figma-references.js';
import type { Reference, UnmatchedReference } from './reference.js';

/** The known names of a project, as slugs. */
interface KnownNames {
  viewports: readonly string[];
  /** Configured screens; empty when nothing is configured, then any name is a screen. */
  screens: readonly string[];
  defaultViewport: string;
}

/** The meaning of a reference's path. */
type NameMeaning =
  | { kind: 'reference'; screen: string; viewport: string; scale?: number }
  | { kind: 'unmatched'; reason: string };

/** Endings of pictures that can be references. */
const PICTURE_ENDING = /\.(png|jpe?g|webp)$/i;

/**
 * Reads one path relative to the designs folder by the four layouts `<viewport>/<screen>`, `<screen>/<viewport>`,
 * `<screen>.<viewport>` and `<screen>` (default viewport); known viewport names decide. `screen` and `viewport` come back as
 * the project spells them. Throws REFERENCE_AMBIGUOUS when the name fits two layouts.
 */
export function readReferenceName(path: string, known: KnownNames): NameMeaning {
  const parts = path.replace(PICTURE_ENDING, '').split('/');
  const file = parts.pop() ?? '';
  const scaled = /^(.*)@([1-4](?:\.\d+)?)x$/i.exec(file);
  const base = scaled?.[1] ?? file;
  const scale = scaled?.[2] === undefined ? {} : { scale: Number(scaled[2]) };
  const viewport = (name: string) => known.viewports.find((candidate) => slug(candidate) === slug(name));
  const screen = (name: string) => known.screens.find((candidate) => slug(candidate) === slug(name));
  const meaning = (screenName: string, viewportName: string): NameMeaning => ({
    kind: 'reference',
    screen: screen(screenName) ?? slug(screenName),
    viewport: viewportName,
    ...scale,
  });

  if (parts.length > 1) return { kind: 'unmatched', reason: 'it lies deeper than <viewport>/<screen>' };
  const folder = parts[0];
  if (folder !== undefined) {
    const above = viewport(folder);
    const below = viewport(base);
    if (above && below) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path,
        meanings: [`screen ${base} at viewport ${above}`, `screen ${folder} at viewport ${below}`],
      });
    }
    if (above) return slug(base) === '' ? { kind: 'unmatched', reason: 'its name is empty' } : meaning(base, above);
    if (below) return meaning(folder, below);
    return {
      kind: 'unmatched',
      reason: `neither "${folder}" nor "${base}" is a viewport (known: ${known.viewports.join(', ')})`,
    };
  }
  const dot = base.lastIndexOf('.');
  const after = dot > 0 ? viewport(base.slice(dot + 1)) : undefined;
  if (after) {
    const whole = screen(base);
    if (whole) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path,
        meanings: [
          `screen ${whole} at viewport ${known.defaultViewport}`,
          `screen ${base.slice(0, dot)} at viewport ${after}`,
        ],
      });
    }
    return meaning(base.slice(0, dot), after);
  }
  const alone = viewport(base);
  if (alone && !screen(base))
    return { kind: 'unmatched', reason: `"${base}" is a viewport, so the screen's name is missing` };
  return slug(base) === '' ? { kind: 'unmatched', reason: 'its name is empty' } : meaning(base, known.defaultViewport);
}

/** Files that may lie beside references without being any. */
const NOT_PICTURES = /(^\.|\.(md|txt|json|ya?ml|html?|css)$)/i;
/** Endings of pictures that cannot be compared; they are reported, not skipped. */
const OTHER_PICTURES = /\.(gif|avif|svg|pdf|heic|tiff?|bmp|psd|fig|sketch|xd)$/i;
const MAX_FILES = 5000;

/** All references of a project, and the files beside them that match no screen. */
export interface ReferenceSet {
  references: Reference[];
  unmatched: UnmatchedReference[];
  /** The Figma file that some of them are from. */
  figma?: FigmaSource;
}

/** The viewport of references that name none: `desktop` where there is one, else the first configured. */
export function defaultViewport(config: Config): string {
  const names = Object.keys(config.viewports);
  return names.includes('desktop') ? 'desktop' : (names[0] ?? 'desktop');
}

/** What reads Figma's files knows colours and layers, and is loaded where a project has frames. */
async function cachedFrames(request: FigmaRequest): Promise<FigmaReferences> {
  const { cachedFigma } = await import('./figma/ask-figma.js');
  return cachedFigma(request);
}

/**
 * The references of a project, sorted by screen and viewport: files of `design.dir`, and frames of the Figma file that
 * `.codeloop/figma.json` names, as `askFigma` found them (`figma`) or, without asking anyone, as the cache has them. Throws
 * REFERENCE_AMBIGUOUS (also for a file and a frame of one cell: 0009-figma), PATH_OUTSIDE_ROOTS, CONFIG_INVALID.
 */
export async function findReferences(
  projectDir: string,
  config: Config,
  screens: readonly string[],
  figma?: FigmaReferences,
): Promise<ReferenceSet> {
  const files = await fileReferences(projectDir, config, screens);
  const selection = figma ? undefined : await figmaSelection(projectDir);
  const frames = selection ? await cachedFrames({ projectDir, config, screens, selection, clock: systemClock }) : figma;
  if (!frames) return files;
  for (const frame of frames.references) {
    const file = files.references.find((one) => one.screen === frame.screen && one.viewport === frame.viewport);
    if (file) throw twoSources(file, frame);
  }
  return {
    references: sorted([...files.references, ...frames.references]),
    unmatched: [...files.unmatched, ...frames.unmatched],
    ...(frames.source ? { figma: frames.source } : {}),
  };
}

/**
 * The references under `dir` (relative to the project), sorted by screen and viewport. A screen that is not configured is
 * `unmatched` with the nearest name when `screens` is not empty. A folder that is not there gives empty lists.
 * Throws REFERENCE_AMBIGUOUS (a name with two meanings, two files for one cell), PATH_OUTSIDE_ROOTS.
 */
export async function fileReferences(
  projectDir: string,
  config: Config,
  screens: readonly string[],
  dir = config.design.dir,
): Promise<ReferenceSet> {
  const root = await insideRoots(dir, [projectDir]);
  const found: Reference[] = [];
  const unmatched: UnmatchedReference[] = [];
  const known = { viewports: Object.keys(config.viewports), screens, defaultViewport: defaultViewport(config) };
  for (const path of await files(root)) {
    if (isOfTests(path, known)) continue;
    const shown = relative(projectDir, join(root, path)).split(sep).join('/');
    if (!PICTURE_ENDING.test(path)) {
      if (OTHER_PICTURES.test(path))
        unmatched.push({ path: shown, reason: 'only PNG, JPEG and WebP can be references' });
      continue;
    }
    const meaning = readReferenceName(path, known);
    if (meaning.kind === 'unmatched') {
      unmatched.push({ path: shown, reason: meaning.reason });
      continue;
    }
    const { screen, viewport, scale } = meaning;
    if (screens.length > 0 && !screens.includes(screen)) {
      const nearest = nearestName(screen, screens);
      unmatched.push({ path: shown, reason: `there is no screen "${screen}"`, ...(nearest ? { nearest } : {}) });
      continue;
    }
    const file = await insideRoots(join(root, path), [projectDir]).catch(() => undefined);
    if (file === undefined) {
      unmatched.push({ path: shown, reason: 'it is a link that leads out of the project' });
      continue;
    }
    found.push({ screen, viewport, path: shown, file, ...(scale === undefined ? {} : { scale }) });
  }
  const references = onePerCell(found, config);
  for (const reference of references) {
    // A file that cannot be read stays a reference: its pair says `unreadable` with the reason.
    const size = await readSize({ path: reference.file }).catch(() => undefined);
    if (size) reference.size = size;
  }
  return { references: sorted(references), unmatched };
}

/** Folder under the designs for states that only tests know: `tests/<viewport>/<name>.png`. */
export const TESTS_FOLDER = 'tests';

/** True for a design that a test asks for, and no configured screen. */
function isOfTests(path: string, { viewports }: Pick<KnownNames, 'viewports'>): boolean {
  const [folder, viewport = '', file, ...deeper] = path.split('/');
  if (folder !== TESTS_FOLDER || file === undefined || deeper.length > 0) return false;
  return viewports.some((name) => slug(name) === slug(viewport));
}

function sorted(references: readonly Reference[]): Reference[] {
  return [...references].sort((a, b) => order(a.screen, b.screen) || order(a.viewport, b.viewport));
}

/** The error for two references of one cell: neither is preferred silently. */
function twoSources(file: Reference, frame: Reference): CodeloopError {
  return new CodeloopError('REFERENCE_AMBIGUOUS', {
    path: `${frame.screen} at ${frame.viewport}`,
    meanings: [file.path, `Figma frame ${frame.figma?.nodeId ?? ''}`],
    hint: 'Keep one of them: remove the file, or list in frames of .codeloop/figma.json only the cells that Figma is to decide.',
  });
}

/** Of several scales of one cell the viewport's own counts, else the largest; two files of one scale are ambiguous. */
function onePerCell(found: readonly Reference[], config: Config): Reference[] {
  const cells = new Map<string, Reference>();
  for (const reference of found) {
    const key = `${reference.screen}\n${reference.viewport}`;
    const other = cells.get(key);
    if (!other) {
      cells.set(key, reference);
      continue;
    }
    const wanted = config.viewports[reference.viewport]?.device_scale_factor ?? 1;
    const [a, b] = [other.scale ?? 1, reference.scale ?? 1];
    if (a === b) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path: reference.path,
        meanings: [other.path, reference.path].map((path) => `${path} as ${reference.screen} at ${reference.viewport}`),
      });
    }
    if (a !== wanted && (b === wanted || b > a)) cells.set(key, reference);
  }
  return [...cells.values()];
}

async function files(root: string): Promise<string[]> {
  const result: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      throw error;
    });
    for (const entry of entries.sort((a, b) => order(a.name, b.name))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (NOT_PICTURES.test(entry.name)) continue;
      if (result.length >= MAX_FILES)
        throw new CodeloopError('CONFIG_INVALID', {
          file: 'design.dir',
          problem: `${root} holds more than ${MAX_FILES} files`,
          hint: 'Point design.dir at the folder that holds only references.',
        });
      if (entry.isDirectory()) {
        if (depth < 4) await visit(path, depth + 1);
      } else if (
        entry.isFile() ||
        (entry.isSymbolicLink() && contains(root, join(root, path)) && !(await lstat(join(root, path))).isDirectory())
      ) {
        result.push(path);
      }
    }
  };
  await visit('', 0);
  return result;
}

/** Code-unit order: the same on every machine, unlike a locale's. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
