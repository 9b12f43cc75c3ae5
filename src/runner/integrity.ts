import type { IntegrityFindings } from '../checks/evidence.js';
import { CodeloopError } from '../core/errors.js';
import { mapConcurrent } from '../core/lanes.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import { manifestStanding } from '../store/ledger-agreement.js';
import type { Run } from '../store/run.js';

/** What disk and ledger say about a run, against the project as it is now. Reads and hashes every listed file. */
export async function examineIntegrity(run: Run, current: CodeState): Promise<IntegrityFindings> {
  const read = run.read();
  const { manifest } = read;
  const changed = await mapConcurrent(manifest.entries, 8, async (entry) => {
    try {
      await run.readEntry(entry);
      return undefined;
    } catch (error) {
      if (!(error instanceof CodeloopError)) throw error;
      return { path: entry.path, problem: error.message };
    }
  });
  const bars = Object.entries(manifest.code_state.bars).filter(
    ([name, digest]) => Reflect.get(current.bars, name) !== digest,
  );
  const { state, reason } = manifestStanding(run.ledger, read);
  return {
    changed: changed.filter((one) => one !== undefined),
    ledger: { state, reason },
    evidence_tree: manifest.code_state.tree,
    current_tree: current.tree,
    changed_files: [],
    changed_bars: bars.map(([name]) => name),
    environments: manifest.environment ? [manifest.environment.id] : [],
    files_examined: manifest.entries.length,
    contradictions: [],
  };
}
