import type { IntegrityFindings } from '../checks/evidence.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Run } from '../store/run.js';
import { inspectRun } from '../store/run-integrity.js';

/** The project as it is now; `changedFiles` where the caller knows which files differ from the run's start. */
export interface ProjectNow {
  state: CodeState;
  changedFiles?: readonly string[];
}

/**
 * What disk and ledger say about a run, against the project as it is now. Hashes every listed file. `baselines`: digest of those
 * that the run was last compared with, which may be younger than the run.
 */
export async function examineIntegrity(run: Run, now: ProjectNow, baselines?: string): Promise<IntegrityFindings> {
  const { manifest } = run;
  const found = await inspectRun(run);
  const judgedBy = { ...manifest.code_state.bars, ...(baselines === undefined ? {} : { baselines }) };
  const bars = Object.entries(judgedBy).filter(([name, digest]) => Reflect.get(now.state.bars, name) !== digest);
  return {
    changed: found.changed,
    ledger: found.ledger,
    evidence_tree: manifest.code_state.tree,
    current_tree: now.state.tree,
    changed_files: [...(now.changedFiles ?? [])],
    changed_bars: bars.map(([name]) => name),
    environments: manifest.environment ? [manifest.environment.id] : [],
    files_examined: found.files_examined,
    contradictions: [],
  };
}
