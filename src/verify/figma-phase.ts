import type { ScreenConfig } from '../config/schema.js';
import { isErrno } from '../core/errors.js';
import { askFigma } from '../design/figma/ask-figma.js';
import { figmaSelection } from '../design/figma/figma-address.js';
import type { FigmaReferences } from '../design/figma/figma-references.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';

/** A call's arguments about Figma, beyond the settings. */
export interface FigmaArguments {
  fileUrl?: string | undefined;
  token?: string | undefined;
}

/** The references out of Figma, and whether an argument put them in the place of the configured ones. */
export interface FigmaPhase {
  references: FigmaReferences;
  overrides: boolean;
}

/**
 * Asks Figma for the frames that are references; `undefined` when nothing names a file. Must come before the code state is taken,
 * which the file's version is a part of. Throws as `askFigma`.
 */
export async function figmaPhase(
  project: Project,
  session: Session,
  given: FigmaArguments,
  signal: AbortSignal,
): Promise<FigmaPhase | undefined> {
  const selection = await figmaSelection(project.dir, given.fileUrl);
  if (!selection) return undefined;
  const screens = project.config.screens ?? (await screensThere(project));
  const references = await askFigma({
    projectDir: project.dir,
    config: project.config,
    screens: screens.map((screen) => screen.name),
    selection,
    clock: session.clock,
    token: given.token ?? process.env.FIGMA_API_TOKEN,
    base: process.env.FIGMA_API_BASE,
    signal,
  });
  return { references, overrides: selection.overrides };
}

/** Pages that a build has still to make are not there yet; then any name is a screen. */
async function screensThere(project: Project): Promise<ScreenConfig[]> {
  try {
    return await projectScreens(project);
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}
