import { createHmac, randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { canonicalJson, sha256 } from '../core/digest.js';
import { isErrno } from '../core/errors.js';
import { claimName, temporaryFor } from './plain-file.js';

/** The user's folder for state that belongs to no project: `$XDG_STATE_HOME/codeloop`, else `~/.local/state/codeloop`. */
export function userStateDir(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env.XDG_STATE_HOME;
  // The XDG specification: relative values are invalid and to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'codeloop');
  const local = env.LOCALAPPDATA;
  if (process.platform === 'win32' && local) return join(local, 'codeloop');
  return join(env.HOME || homedir(), '.local', 'state', 'codeloop');
}

/** A secret of the user, and its public name (so that a run can say which ledger attests it without giving it away). */
export interface LedgerKey {
  name: string;
  mac(value: unknown): string;
}

/**
 * The user's key, made at first use (32 random bytes, file 0600 in a folder 0700; two processes at once agree on one).
 * Answers the reason instead of throwing when it cannot be had: work goes on without a ledger then.
 */
export function loadKey(folder: string): LedgerKey | { problem: string } {
  try {
    const path = join(folder, 'key');
    const secret = readSecret(path) ?? createSecret(path);
    if (secret.length !== 64) return { problem: `${path} is damaged` };
    const bytes = Buffer.from(secret, 'hex');
    return {
      name: sha256(`codeloop ledger ${secret}`).slice(0, 16),
      mac: (value) => createHmac('sha256', bytes).update(canonicalJson(value)).digest('hex'),
    };
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { problem: `the ledger folder ${folder} cannot be used (${error.code})` };
  }
}

/** Makes a folder that only this user may enter; the reason when it cannot be made or written. */
export function privateProblem(folder: string): string | undefined {
  try {
    makePrivate(folder);
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `the ledger folder ${folder} cannot be written (${error.code})`;
  }
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function readSecret(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return secret;
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function createSecret(path: string): string {
  makePrivate(dirname(path));
  const temporary = temporaryFor(path);
  writeFileSync(temporary, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  // Another process may have been first: its key counts.
  if (!claimName(temporary, path)) rmSync(temporary, { force: true });
  return readSecret(path) ?? '';
}
