import type { Ledger, LedgerRun } from './ledger.js';
import type { ManifestRead } from './manifest-read.js';

/** How a run stands against the ledger. `unknown`: the ledger can neither confirm nor deny it, and says why. */
export interface LedgerStanding {
  state: 'agrees' | 'differs' | 'unknown';
  reason: string;
}

/** How `run.json` stands against the ledger; with it the record, for looking further. */
export function manifestStanding(ledger: Ledger, read: ManifestRead): LedgerStanding & { record?: LedgerRun } {
  const { manifest, sha256 } = read;
  if (ledger.name === undefined) return { state: 'unknown', reason: ledger.problem ?? 'there is no ledger' };
  const look = ledger.readRun(manifest.run_id);
  if ('damaged' in look) return { state: 'unknown', reason: look.damaged };
  if ('absent' in look) {
    if (manifest.ledger === ledger.name)
      return {
        state: 'differs',
        reason: 'the ledger has no record of this run for this folder: it was copied here, or the folder was moved',
      };
    return manifest.ledger === undefined
      ? { state: 'unknown', reason: 'it was made while no ledger could be written' }
      : { state: 'unknown', reason: 'it was made by another user or on another machine' };
  }
  const record = look.value;
  if (manifest.ledger !== ledger.name)
    return { state: 'differs', reason: 'run.json was edited: it hides the ledger that has a record of it' };
  // Between the ledger's write and the manifest's, the one before is still the true one.
  if (sha256 === record.manifest || (!record.sealed && sha256 === record.was))
    return { state: 'agrees', reason: '', record };
  return { state: 'differs', reason: 'run.json was changed by something else than codeloop' };
}

/** Why `run.json` must not be built upon, or `undefined`. What the ledger cannot judge may be built upon. */
export function manifestProblem(ledger: Ledger, read: ManifestRead): string | undefined {
  const standing = manifestStanding(ledger, read);
  return standing.state === 'differs' ? standing.reason : undefined;
}

/** How the verdict files on disk (digest by number) stand against the ledger's record. */
export function verdictStanding(record: LedgerRun, onDisk: ReadonlyMap<string, string>): LedgerStanding {
  const pending = record.pending;
  for (const [n, digest] of Object.entries(record.verdicts)) {
    const found = onDisk.get(n);
    if (found === undefined) return { state: 'differs', reason: `verdict ${n} was deleted` };
    if (found !== digest) return { state: 'differs', reason: `verdict ${n} was changed` };
  }
  for (const [n, digest] of onDisk) {
    if (n in record.verdicts || (pending?.n === n && pending.sha256 === digest)) continue;
    return { state: 'differs', reason: `verdict ${n} was not written by codeloop here` };
  }
  return { state: 'agrees', reason: '' };
}
