import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import { isErrno, toCodeloopError } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { VERSION } from '../core/version.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { RunManifest, RunWriter } from '../core/vocabulary/run.js';
import { RUNS_DIR, runDir } from './layout.js';
import type { Ledger } from './ledger.js';
import { ensureFolder } from './safe-folder.js';

/** What a run is evidence of. */
export interface RunOrigin {
  codeState: CodeState;
  environment?: Environment;
}

/** Makes the folder of a new run and answers its id. Throws PATH_OUTSIDE_ROOTS, DISK_FULL. */
export function makeRunFolder(project: string, clock: Clock): string {
  ensureFolder(project, RUNS_DIR);
  for (;;) {
    const id = newId('run', clock);
    try {
      mkdirSync(join(project, runDir(id)));
      return id;
    } catch (error) {
      if (!isErrno(error) || error.code !== 'EEXIST') throw toCodeloopError(error);
    }
  }
}

/** The manifest of a run that has just begun. */
export function firstManifest(run: { id: string; ledger: Ledger }, writer: RunWriter, origin: RunOrigin): RunManifest {
  return {
    schema_version: 1,
    run_id: run.id,
    codeloop_version: VERSION,
    started_at: writer.since,
    updated_at: writer.since,
    state: 'open',
    writers: [writer],
    ...(run.ledger.writable && run.ledger.name !== undefined ? { ledger: run.ledger.name } : {}),
    code_state: origin.codeState,
    ...(origin.environment ? { environment: origin.environment } : {}),
    tools: [writer.tool],
    cells: [],
    entries: [],
  };
}
