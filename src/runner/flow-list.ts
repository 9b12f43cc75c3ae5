import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { toCodeloopError } from '../core/errors.js';
import type { Flow } from '../core/vocabulary/flow.js';
import type { Project } from '../project/project.js';
import { listFlows, readFlow } from '../store/flow-files.js';
import { FLOWS_DIR } from '../store/layout.js';
import { findViewport } from './planned-cell.js';

/** A file below `.codeloop/flows`: a flow that can be replayed, or what is wrong with it. */
export type SavedFlow =
  | { name: string; file: string; sha256: string; flow: Flow; viewports: string[] }
  | { name: string; file: string; problem: string };

/** Every saved flow of a project, by name, with the viewports it is for as the configuration spells them. A broken file is told, never thrown. */
export async function savedFlows(project: Project): Promise<SavedFlow[]> {
  return Promise.all(listFlows(project.dir).map((name) => savedFlow(project, name)));
}

async function savedFlow(project: Project, name: string): Promise<SavedFlow> {
  const file = `${FLOWS_DIR}/${name}.json`;
  try {
    const flow = { ...(await readFlow(project.dir, name)), name };
    const loose = flow.steps.findIndex((step) => step.target && 'ref' in step.target);
    if (loose !== -1)
      return { name, file, problem: `step ${loose + 1} has a ref, which means nothing in another load.` };
    const viewports = (flow.viewports ?? Object.keys(project.config.viewports)).map((one) =>
      findViewport(project, one),
    );
    return { name, file, flow, viewports, sha256: sha256(await readFile(join(project.dir, file))) };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    const { problem } = error.values;
    return { name, file, problem: typeof problem === 'string' ? problem : error.message };
  }
}
