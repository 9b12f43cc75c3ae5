import type { Project } from '../../project/project.js';
import type { Session } from '../session.js';

/** What probes may use: the session's drivers, the project's settings, a folder of their own that is removed afterwards. */
export interface ProbeEnvironment {
  session: Session;
  project: Project;
  folder: string;
  signal: AbortSignal;
}
