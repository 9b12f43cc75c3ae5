import { z } from 'zod';
import { parseSettings, readSettings } from './parse-settings.js';

/** File that names the Figma file and frames that are references, relative to the project. */
export const FIGMA_FILE = '.codeloop/figma.json';

/** Key of a file (or branch) as it stands in its address; safe as the name of a folder. */
export const FigmaFileKey = z
  .string()
  .regex(/^[A-Za-z0-9]{6,128}$/, 'a file key is letters and digits, as in figma.com/design/<key>/…');

/** Id of a node, `12:345`; the `12-345` of an address is accepted too. */
const FigmaNodeId = z
  .string()
  .regex(/^I?\d+[:-]\d+(?:;\d+[:-]\d+)*$/, 'a node id is like 12:345, the node-id of a frame’s address')
  .transform((id) => id.replaceAll('-', ':'));

/** `.codeloop/figma.json` (docs/figma.md). Without `frames`, frames are found by their names `<viewport>/<screen>`. */
export const FigmaSettings = z.strictObject({
  $schema: z.string().optional(),
  file_key: FigmaFileKey,
  /** Device pixels per CSS pixel of exports; default: each viewport's own. */
  scale: z.number().min(0.01).max(4).optional(),
  /** Screen → viewport → node id. */
  frames: z.record(z.string().min(1), z.record(z.string().min(1), FigmaNodeId)).optional(),
});
export type FigmaSettings = z.infer<typeof FigmaSettings>;

/** The project's Figma settings; `undefined` when it has none. Throws CONFIG_INVALID. */
export async function loadFigmaSettings(projectDir: string): Promise<FigmaSettings | undefined> {
  const text = await readSettings(projectDir, FIGMA_FILE);
  return text === undefined ? undefined : parseFigmaSettings(text);
}

/** The settings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with place and nearest known name. */
export function parseFigmaSettings(text: string): FigmaSettings {
  return parseSettings(FigmaSettings, text, FIGMA_FILE);
}
