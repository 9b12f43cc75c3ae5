import { FIGMA_FILE, loadFigmaSettings } from '../config/figma-settings.js';
import { CodeloopError } from '../core/errors.js';
import { figmaVersionFile } from '../store/layout.js';

/**
 * The files that say which Figma frames are references: the settings, and the version (with digests of its pictures) that was
 * current when Figma was last asked. Relative to the project; they need not be there.
 */
export async function figmaStateFiles(project: string): Promise<string[]> {
  try {
    const settings = await loadFigmaSettings(project);
    return settings ? [FIGMA_FILE, figmaVersionFile(settings.file_key)] : [];
  } catch (error) {
    // Settings that are wrong are still part of the state; whoever needs them says what is wrong.
    if (error instanceof CodeloopError) return [FIGMA_FILE];
    throw error;
  }
}
