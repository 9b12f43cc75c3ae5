import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { redactValue } from '../core/redact.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { CodeState } from '../core/vocabulary/run.js';
import { StoredVerdict } from '../core/vocabulary/run.js';
import { withFileLock } from './file-lock.js';
import type { Ledger } from './ledger.js';
import { RUNS_DIR, verdictFile, verdictsDir } from './paths.js';
import { claimName, diskFull, ensureFolder, readPlain, temporaryFor } from './plain-file.js';

interface Judged {
  /** Digest of the manifest that was judged. */
  judged: string;
  codeState: CodeState;
  at: string;
}

/**
 * Writes the next `verdicts/<n>.json`, once and for all, and tells the ledger before and after, so that a process killed in
 * between leaves nothing that looks tampered with. A passed one becomes its branch's last green. Throws DISK_FULL, RUN_BUSY,
 * LEDGER_UNWRITABLE.
 */
export async function appendVerdict(
  run: { id: string; projectDir: string; ledger: Ledger },
  verdict: GateVerdict,
  { judged, codeState, at }: Judged,
): Promise<StoredVerdict> {
  const write = (): StoredVerdict => {
    const folder = ensureFolder(run.projectDir, verdictsDir(run.id));
    const n = 1 + Math.max(0, ...numbers(folder), ...ledgerNumbers(run.ledger, run.id));
    const stored: StoredVerdict = {
      schema_version: 1,
      n,
      run_id: run.id,
      at,
      manifest_sha256: judged,
      code_state: codeState,
      verdict: redactValue(verdict),
    };
    const text = `${JSON.stringify(stored, null, 1)}\n`;
    const digest = sha256(text);
    const record = recordOf(run.ledger, run.id);
    if (record && !run.ledger.writeRun({ ...record, pending: { n: String(n), sha256: digest } }))
      throw new CodeloopError('LEDGER_UNWRITABLE', { run_id: run.id, reason: run.ledger.why });
    const path = join(run.projectDir, verdictFile(run.id, n));
    const temporary = temporaryFor(path);
    try {
      writeFileSync(temporary, text, { flag: 'wx' });
      if (!claimName(temporary, path))
        throw new CodeloopError('EVIDENCE_TAMPERED', {
          run_id: run.id,
          reason: `${path} appeared while it was written`,
        });
    } catch (error) {
      rmSync(temporary, { force: true });
      throw diskFull(error, verdictFile(run.id, n));
    }
    if (record) {
      const { pending: _, ...settled } = record;
      run.ledger.writeRun({ ...settled, verdicts: { ...record.verdicts, [n]: digest } });
    }
    if (verdict.iterations) run.ledger.recordIterations(codeState.branch ?? '', verdict.iterations);
    if (verdict.passed)
      run.ledger.recordGreen(codeState.branch ?? '', {
        run_id: run.id,
        n,
        at,
        threshold: verdict.threshold,
        code_state: codeState,
        ...(verdict.bars === undefined ? {} : { bars: verdict.bars }),
      });
    return stored;
  };
  return withFileLock(ensureFolder(run.projectDir, RUNS_DIR), write, { what: run.id });
}

/**
 * Digests of a run's verdict files by number. What is in them need not be understood to compare it with the ledger. Throws
 * EVIDENCE_TAMPERED for one that cannot be read.
 */
export function verdictDigests(project: string, runId: string): Map<string, string> {
  return new Map(
    numbers(join(project, verdictsDir(runId))).map((n) => [String(n), sha256(verdictBytes(project, runId, n))]),
  );
}

/** Verdicts of a run, oldest first, with the digests of their bytes. Throws EVIDENCE_TAMPERED for one that is not readable. */
export function readVerdicts(project: string, runId: string): { verdict: StoredVerdict; sha256: string }[] {
  return numbers(join(project, verdictsDir(runId))).map((n) => {
    const data = verdictBytes(project, runId, n);
    try {
      const verdict = StoredVerdict.parse(JSON.parse(data.toString('utf8')));
      if (verdict.n !== n || verdict.run_id !== runId) throw tampered(runId, n, 'belongs to another place');
      return { verdict, sha256: sha256(data) };
    } catch (error) {
      throw error instanceof CodeloopError ? error : tampered(runId, n, 'has an unknown shape');
    }
  });
}

function verdictBytes(project: string, runId: string, n: number): Buffer {
  let data: Buffer | undefined;
  try {
    data = readPlain(join(project, verdictFile(runId, n)))?.data;
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw tampered(runId, n, `cannot be read (${error.code})`);
  }
  if (!data) throw tampered(runId, n, 'is gone');
  return data;
}

function tampered(runId: string, n: number, reason: string): CodeloopError {
  return new CodeloopError('EVIDENCE_TAMPERED', { run_id: runId, reason: `verdict ${n} ${reason}` });
}

function numbers(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    // Not judged yet.
    if (isErrno(error) && error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .flatMap((name) => /^([1-9]\d{0,8})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function recordOf(ledger: Ledger, runId: string) {
  const look = ledger.readRun(runId);
  return 'value' in look ? look.value : undefined;
}

function ledgerNumbers(ledger: Ledger, runId: string): number[] {
  return Object.keys(recordOf(ledger, runId)?.verdicts ?? {}).map(Number);
}
