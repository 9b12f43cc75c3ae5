import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { RunManifest } from '../core/vocabulary/run.js';
import { manifestFile, runDir } from './paths.js';
import { readPlainUnless } from './plain-file.js';
import { isRealFolder } from './safe-folder.js';

/** A manifest as it stood on disk, with the digest of its bytes. Do not change it: it may be shared. */
export interface ManifestRead {
  readonly manifest: RunManifest;
  readonly sha256: string;
  /** Tells whether the file is still the same without reading it. */
  readonly signature: string;
}

/**
 * `run.json` of a run; `seen` itself when the file has not changed since. `undefined` when it is not there.
 * Throws RUN_NOT_FOUND (another schema version), EVIDENCE_TAMPERED (not readable as this run's manifest).
 */
export function readManifest(project: string, runId: string, seen?: ManifestRead): ManifestRead | undefined {
  const tampered = (reason: string) => new CodeloopError('EVIDENCE_TAMPERED', { run_id: runId, reason });
  if (!isRealFolder(project, runDir(runId))) return undefined;
  let file: ReturnType<typeof readPlainUnless>;
  try {
    file = readPlainUnless(join(project, manifestFile(runId)), seen?.signature);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw tampered(error.code === 'ELOOP' ? 'run.json is a link' : `run.json cannot be read (${error.code})`);
  }
  if (!file) return undefined;
  if (file.data === undefined) return seen;
  const value = parseJson(file.data.toString('utf8'));
  if (value === undefined) throw tampered('run.json is not whole JSON');
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'schema_version') : undefined;
  if (typeof version === 'number' && version !== 1)
    throw new CodeloopError('RUN_NOT_FOUND', {
      run: runId,
      reason: `its run.json has schema_version ${version}, and this codeloop reads 1`,
    });
  const parsed = RunManifest.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw tampered(`run.json is no manifest (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
  }
  if (parsed.data.run_id !== runId) throw tampered(`run.json is the manifest of ${parsed.data.run_id}`);
  return { manifest: parsed.data, sha256: sha256(file.data), signature: file.signature };
}

/** The value, or `undefined` when the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says so in its own words.
    return undefined;
  }
}
