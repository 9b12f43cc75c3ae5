import { checks } from '../../checks/index.js';
import type { GateVerdict, Remaining } from '../../core/vocabulary/gate.js';
import type { Issue } from '../../core/vocabulary/issue.js';
import { evaluateGates } from '../../gates/evaluate.js';
import { limitIterations } from '../../gates/iterations.js';
import { gates } from '../../gates/table.js';
import { newerPictures, type Verification } from '../verification.js';
import { diagnose } from './diagnosis/diagnose.js';
import { type EvidenceRequest, type Gathered, gatherEvidence } from './gather-evidence.js';
import { whatRemains } from './what-remains.js';

/** A judgement with what it was made from. */
export interface Judged extends Gathered {
  verdict: GateVerdict;
  /** Issues from its failures, in the order in which to fix them. */
  issues: readonly Issue[];
  /** What it leaves, green or not. */
  remaining: Remaining;
}

/** Judges a run's stored evidence by all gates of a stage; drives nothing and writes nothing. Throws as `gatherEvidence`. */
export async function judge(work: Verification, request: EvidenceRequest): Promise<Judged> {
  const gathered = await gatherEvidence(work, request);
  const { project, run } = work;
  const { evidence, stage, current } = gathered;
  const { verdict, over } = evaluateGates(gates, checks, evidence, stage, project.config.gates.threshold, {
    // Of what was stored only that is held against the run which its pictures alone decide.
    contradictions: (results) => gathered.contradicted(results.filter(({ id }) => byPictures.has(id))),
    issues: (results) =>
      diagnose({
        checks: results,
        pairs: evidence.pairs ?? [],
        blockOnSeverity: project.config.design.block_on_severity,
      }),
  });
  const { branch = '', tree } = current;
  const judged = { ...verdict, bars: evidence.bars.now };
  return {
    ...gathered,
    verdict: limitIterations(judged, run.ledger.iterations(branch), tree, project.config.gates.max_iterations),
    issues: over.issues ?? [],
    remaining: whatRemains({ ...gathered, verdict, newer: newerPictures(run.manifest.cells) }),
  };
}

/** Evidence that pictures alone are. */
const PICTURES: ReadonlySet<string> = new Set(['cells', 'design', 'runtime']);
/** Checks that pictures alone decide. */
const byPictures: ReadonlySet<string> = new Set(
  checks.filter(({ requires }) => requires.every((part) => PICTURES.has(part))).map(({ id }) => id),
);
