import { join } from 'node:path';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from '../../config/acceptance.js';
import { FIGMA_FILE, loadFigmaSettings } from '../../config/figma-settings.js';
import { CodeloopError } from '../../core/errors.js';
import { Ledger } from '../../store/ledger.js';
import { figmaVersionFile } from '../../store/paths.js';
import type { FileDigests } from './code-state-digests.js';

/**
 * The files that say which Figma frames are references: the settings, and the version (with digests of its pictures) that was
 * current when Figma was last asked. Relative to the project; they need not be there.
 */
export async function figmaStateFiles(project: string): Promise<string[]> {
  try {
    const settings = await loadFigmaSettings(project);
    return settings ? [FIGMA_FILE, figmaVersionFile(settings.file_key)] : [];
  } catch (error) {
    // Settings that are wrong are still part of the state; the code that needs them reports what is wrong.
    if (error instanceof CodeloopError) return [FIGMA_FILE];
    throw error;
  }
}

/** The paths that codeloop itself writes, relative to the project: no part of the code state. */
export const WRITTEN_BY_US: readonly string[] = ['artifacts', '.codeloop', 'docs/DEVELOPMENT_LOG.md'];

/** The settings below `.codeloop` (and beside it) that do count, even where git ignores them. */
const SETTINGS: readonly string[] = [
  '.codeloop/config.json',
  '.codeloop/plugins.json',
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
  '.codeloop/policy.yaml',
  'codeloop.yaml',
];
const SETTINGS_FOLDER = '.codeloop/flows';

/**
 * Files of a listing that are reports of codeloop's own, written where a call asked for them: the user's ledger knows them by their
 * content, so that an edited one counts as code again. Relative to the project.
 */
async function ownReports(
  project: string,
  listing: ReadonlyMap<string, string>,
  digests: FileDigests,
): Promise<Set<string>> {
  const written = Object.entries(new Ledger(project).reports()).filter(([path]) => listing.has(path));
  const own = new Set<string>();
  for (const [path, digest] of written) if ((await digests.of(join(project, path))) === `file ${digest}`) own.add(path);
  return own;
}

/** True when a file of the project is no part of the code state's tree. */
export function isOutOfScope(path: string): boolean {
  return WRITTEN_BY_US.some((own) => path === own || path.startsWith(`${own}/`));
}

/** The listing without what codeloop writes, and with the settings, hashed the same way whatever git thinks of them. */
export async function scopeListing(
  project: string,
  listing: ReadonlyMap<string, string>,
  digests: FileDigests,
): Promise<Map<string, string>> {
  const reports = await ownReports(project, listing, digests);
  const scoped = new Map([...listing].filter(([path]) => !isOutOfScope(path) && !reports.has(path)));
  const settings = [...SETTINGS, ...(await figmaStateFiles(project))];
  for (const [path, value] of await digests.ofAll(project, settings)) scoped.set(path, value);
  for (const [path, value] of await digests.ofFolder(join(project, SETTINGS_FOLDER)))
    scoped.set(`${SETTINGS_FOLDER}/${path}`, value);
  return scoped;
}
