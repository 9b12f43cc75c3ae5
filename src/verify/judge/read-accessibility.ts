import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessibilityEvidence, ExaminedCell } from '../../checks/evidence.js';
import { ACCESSIBILITY_BASELINE_FILE, parseAccessibilityBaseline } from '../../config/accessibility-baseline.js';
import { toCodeloopError } from '../../core/errors.js';
import { mapConcurrent } from '../../core/lanes.js';
import { AccessibilityResult } from '../../core/vocabulary/accessibility.js';
import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { Cell } from '../../core/vocabulary/run.js';
import { committedFiles } from '../../project/code-state/committed-files.js';
import type { Project } from '../../project/project.js';
import type { Run } from '../../store/run.js';

/** Files read at once. */
const CONCURRENCY = 8;

/** What the cells of a run say about accessibility, each file checked against its digest, and what a person accepted of it. Throws nothing. */
export async function accessibilityEvidence(
  project: Project,
  run: Run,
  cells: readonly Cell[],
  current: CodeState,
): Promise<AccessibilityEvidence> {
  return {
    enabled: project.config.accessibility.enabled,
    failOn: project.config.accessibility.fail_on,
    cells: await mapConcurrent(cells, CONCURRENCY, (cell) => examined(run, cell)),
    baseline: await acceptedOnes(project, current),
  };
}

async function examined(run: Run, cell: Cell): Promise<ExaminedCell> {
  const place = { screen: cell.screen, viewport: cell.viewport };
  const stored = cell.accessibility?.result;
  if (!stored) {
    const failure = cell.accessibility?.failure ?? cell.failure;
    return { ...place, missing: failure?.message ?? 'it was photographed without being examined' };
  }
  try {
    const result = AccessibilityResult.parse(JSON.parse((await run.readEntry(stored)).toString('utf8')));
    return { ...place, artifact: stored.path, result };
  } catch {
    // In what way it differs is what the integrity checks are about.
    return { ...place, missing: `${stored.path} is not as it was written` };
  }
}

async function acceptedOnes(project: Project, current: CodeState): Promise<AccessibilityEvidence['baseline']> {
  const file = ACCESSIBILITY_BASELINE_FILE;
  let bytes: Buffer;
  try {
    bytes = await readFile(join(project.dir, file));
  } catch (error) {
    // Nothing is accepted where there is no file; one that is there and cannot be read is told.
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { file, accepted: [], committed: true, ...(gone ? {} : { problem: toCodeloopError(error).message }) };
  }
  // Outside git nobody can tell who wrote it: it counts, and what it accepts is shown.
  const committed =
    current.method !== 'git' || (await (await committedFiles(project.dir, file, current.commit)).holds(file, bytes));
  try {
    return { file, accepted: parseAccessibilityBaseline(bytes.toString('utf8')), committed };
  } catch (error) {
    return { file, accepted: [], committed, problem: toCodeloopError(error).message };
  }
}
