import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { isErrno } from '../core/errors.js';
import { parseProcessStat } from '../core/linux-processes.js';
import type { RunWriter } from '../core/vocabulary/run.js';

/** An unknown writer counts as cut off when its run has been quiet for this long (ms). */
const QUIET_MS = 10 * 60_000;

/** This process as a writer of a run, under a new session id. */
export function thisWriter(tool: string, since: string): RunWriter {
  return { id: randomBytes(4).toString('hex'), pid: process.pid, started: processStarted(process.pid), tool, since };
}

/**
 * Returns true when a writer still works. On Linux a process differs from a later one with the same number by boot, process
 * namespace and start time; elsewhere by its number alone. A writer on another machine or in another container cannot be
 * looked at: it counts as alive until its run has been quiet for ten minutes.
 */
export function isAlive(writer: Pick<RunWriter, 'pid' | 'started'>, updatedAt: string, now: number): boolean {
  const space = namespaceOf(writer.started);
  if (space !== '' && space !== machineSpace()) return now - Date.parse(updatedAt) < QUIET_MS;
  if (!pidExists(writer.pid)) return false;
  return space === '' || processStarted(writer.pid) === writer.started;
}

/** Returns true when a process of this number runs on this machine. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return isErrno(error) && error.code === 'EPERM';
  }
}

/** `<boot>/<process namespace>/<start in clock ticks>` on Linux, empty elsewhere and for a process that is gone. */
function processStarted(pid: number): string {
  const space = machineSpace();
  if (space === '') return '';
  const stat = parseProcessStat(readText(`/proc/${pid}/stat`));
  return stat === undefined || stat.state === 'Z' ? `${space}/gone` : `${space}/${stat.startTicks}`;
}

function namespaceOf(started: string): string {
  return started.includes('/') ? started.slice(0, started.lastIndexOf('/')) : '';
}

let ownSpace: string | undefined;

function machineSpace(): string {
  if (ownSpace !== undefined) return ownSpace;
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim();
  try {
    ownSpace = boot === undefined ? '' : `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch (error) {
    if (!isErrno(error)) throw error;
    ownSpace = '';
  }
  return ownSpace;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Not Linux, or the process has just ended: both mean that there is nothing to read.
    if (isErrno(error)) return undefined;
    throw error;
  }
}
