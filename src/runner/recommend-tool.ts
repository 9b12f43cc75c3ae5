import { type RankedTools, rankTools, stackKinds } from '../guidance/catalogue/rank-tools.js';
import { detectProject } from '../project/detect.js';
import { installedPackages } from '../project/installed-packages.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';

/** Tools for a need that fit the project's stack, from the catalogue that codeloop ships. */
export async function recommendTools(
  project: Project,
  need: string,
  constraints: readonly string[],
): Promise<RankedTools & { stack: string[] }> {
  const [{ framework }, { packages, languages }, screens] = await Promise.all([
    detectProject(project.dir),
    installedPackages(project.dir),
    projectScreens(project),
  ]);
  const stack = { framework, packages, languages, pages: screens.length > 0 };
  return { ...rankTools(need, constraints, stack), stack: [...stackKinds(stack)].sort() };
}
