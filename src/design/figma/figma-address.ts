import { FigmaFileKey, type FigmaSettings, loadFigmaSettings } from '../../config/figma-settings.js';
import { CodeloopError } from '../../core/errors.js';
import { isLoopback } from '../../core/loopback.js';

/** Root of the API when FIGMA_API_BASE names no other. */
const DEFAULT_BASE = 'https://api.figma.com';

/**
 * The key in the address of a file: `https://www.figma.com/design/<key>/…`, also `file`, `proto`, and the branch's key of
 * `…/branch/<key>/…`. Throws ARGUMENTS_INVALID for any other address.
 */
export function fileKeyOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const host = url?.hostname ?? '';
  const parts = (url?.pathname ?? '').split('/').filter(Boolean);
  const known = url?.protocol === 'https:' && (host === 'figma.com' || host.endsWith('.figma.com'));
  const key =
    known && ['file', 'design', 'proto'].includes(parts[0] ?? '')
      ? parts[2] === 'branch'
        ? parts[3]
        : parts[1]
      : undefined;
  const checked = FigmaFileKey.safeParse(key);
  if (checked.success) return checked.data;
  throw new CodeloopError('ARGUMENTS_INVALID', {
    tool: 'figma_file_url',
    problem: 'it is not the address of a Figma design file.',
    hint: 'Copy it from the browser: https://www.figma.com/design/<key>/<title>.',
  });
}

/**
 * The root of the API: FIGMA_API_BASE or Figma's own. The token goes there, so it must be https, or http on this machine.
 * Throws CONFIG_INVALID.
 */
export function apiBase(given: string | undefined): URL {
  const text = given === undefined || given === '' ? DEFAULT_BASE : given;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !safe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new CodeloopError('CONFIG_INVALID', {
      file: 'FIGMA_API_BASE',
      problem: 'it must be an https address (or http on this machine) without credentials, query or fragment',
      hint: 'Unset it to use https://api.figma.com.',
    });
  return url;
}

/**
 * True when an exported picture may be fetched from there: https, by name. Addresses by number and names of this machine could
 * lead into a private network; they are allowed only when the API itself is on this machine.
 */
export function mayFetchPicture(url: URL, base: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (isLoopback(base.hostname) && isLoopback(url.hostname)) return true;
  const named = /[a-z]/i.test(url.hostname.split('.').at(-1) ?? '') && !url.hostname.startsWith('[');
  return url.protocol === 'https:' && named && !isLoopback(url.hostname) && url.hostname.includes('.');
}

/** The Figma file, and which of its frames are references. */
export interface FigmaSelection {
  fileKey: string;
  /** Screen → viewport → node id; without it frames are found by name. */
  frames?: FigmaSettings['frames'];
  /** Device pixels per CSS pixel of exports; without it each viewport's own. */
  scale: number | undefined;
  /** True when an argument names another file than the settings: then nothing counts for a gate. */
  overrides: boolean;
}

/**
 * Returns the file and frames that settings and argument select together; `undefined` when neither names a file. An address of the configured file changes
 * nothing; one of another file stands instead of all the settings. Throws CONFIG_INVALID, ARGUMENTS_INVALID.
 */
export async function figmaSelection(projectDir: string, fileUrl?: string): Promise<FigmaSelection | undefined> {
  const settings = await loadFigmaSettings(projectDir);
  const given = fileUrl === undefined ? undefined : fileKeyOf(fileUrl);
  if (given !== undefined && given !== settings?.file_key) return { fileKey: given, scale: undefined, overrides: true };
  if (!settings) return undefined;
  const { file_key: fileKey, frames, scale } = settings;
  return { fileKey, scale, overrides: false, ...(frames === undefined ? {} : { frames }) };
}
