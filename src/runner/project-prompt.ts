import { type FilledPrompt, fillPrompt, findPrompt } from '../guidance/prompts/fill-prompt.js';
import { detectProject } from '../project/detect.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';

/** A prompt filled with what is given, and with what is known of the project for the rest. Throws PROMPT_NOT_FOUND, ARGUMENTS_INVALID, CONFIG_INVALID. */
export async function projectPrompt(
  project: Project,
  id: string,
  given: Readonly<Record<string, string>>,
): Promise<FilledPrompt> {
  // Before the project is looked at: a name that nobody has needs no project.
  findPrompt(id);
  const [{ framework }, screens] = await Promise.all([detectProject(project.dir), projectScreens(project)]);
  return fillPrompt(id, given, {
    framework: framework === 'none' ? undefined : framework,
    screens: screens.map(({ name }) => name),
  });
}
