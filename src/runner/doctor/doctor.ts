import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toCodeloopError } from '../../core/errors.js';
import type { Project } from '../../project/project.js';
import type { Session } from '../session.js';
import { browserProbe } from './browser-probe.js';
import { compareProbe } from './compare-probe.js';
import { encoderProbe } from './encoder-probe.js';
import { ledgerProbe } from './ledger-probe.js';
import { nodeProbe } from './node-probe.js';
import type { Probe, ProbeResult } from './probe.js';

const PROBES: readonly Probe[] = [nodeProbe, browserProbe, compareProbe, encoderProbe, ledgerProbe];

/** A probe with what came of it. */
export interface Diagnosis extends ProbeResult {
  id: string;
  title: string;
  required: boolean;
}

/** Proves each capability by doing it, one after another, in a folder that is removed afterwards. Never throws for a failing probe. */
export async function runDoctor(session: Session, project: Project, signal: AbortSignal): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const probe of PROBES) {
    signal.throwIfAborted();
    const folder = await mkdtemp(join(tmpdir(), 'codeloop-doctor-'));
    try {
      const { id, title, required } = probe;
      const result = await probe
        .run({ session, project, folder, signal })
        .catch((error: unknown): ProbeResult => ({ ok: false, detail: toCodeloopError(error).message }));
      diagnoses.push({ id, title, required, ...result });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return diagnoses;
}
