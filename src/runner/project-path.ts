import { relative, sep } from 'node:path';
import type { Project } from '../project/project.js';

/** An absolute file of a project as results name it: relative, with `/`. */
export function projectPath(project: Project, file: string): string {
  return relative(project.dir, file).split(sep).join('/');
}
