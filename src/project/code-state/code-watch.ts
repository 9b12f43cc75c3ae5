import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { Project } from '../project.js';
import { changesSince, takeCodeState } from './code-state.js';

/** The code state that evidence is made from, and whether it still holds. */
export interface CodeWatch {
  /** As it was when the watch began. */
  readonly state: CodeState;
  /** Files that differ from then, sorted; empty while the state holds. */
  changedFiles(): Promise<string[]>;
  /** The state as it is now. */
  now(): Promise<CodeState>;
}

/** Takes the project's code state and keeps it for comparison. Throws what `takeCodeState` throws. */
export async function watchCode(project: Project, signal?: AbortSignal): Promise<CodeWatch> {
  const start = await takeCodeState(project.dir, project.config, signal);
  return {
    state: start.state,
    changedFiles: async () => (await changesSince(start)).files,
    now: async () => (await takeCodeState(project.dir, project.config)).state,
  };
}
