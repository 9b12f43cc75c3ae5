import { type FigmaSettings, loadFigmaSettings } from '../../config/figma-settings.js';
import { fileKeyOf } from './figma-address.js';

/** Which file is asked, and which of its frames are references. */
export interface FigmaWish {
  fileKey: string;
  /** Screen → viewport → node id; without it frames are found by name. */
  frames?: FigmaSettings['frames'];
  /** Device pixels per CSS pixel of exports; without it each viewport's own. */
  scale: number | undefined;
  /** True when an argument names another file than the settings: then nothing counts for a gate. */
  overrides: boolean;
}

/**
 * What settings and argument ask for together; `undefined` when neither names a file. An address of the configured file changes
 * nothing; one of another file stands instead of all the settings. Throws CONFIG_INVALID, ARGUMENTS_INVALID.
 */
export async function figmaWish(projectDir: string, fileUrl?: string): Promise<FigmaWish | undefined> {
  const settings = await loadFigmaSettings(projectDir);
  const given = fileUrl === undefined ? undefined : fileKeyOf(fileUrl);
  if (given !== undefined && given !== settings?.file_key) return { fileKey: given, scale: undefined, overrides: true };
  if (!settings) return undefined;
  const { file_key: fileKey, frames, scale } = settings;
  return { fileKey, scale, overrides: false, ...(frames === undefined ? {} : { frames }) };
}
