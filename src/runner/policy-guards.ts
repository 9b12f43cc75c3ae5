import { type BigIntStats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CONFIG_FILE, loadConfig } from '../config/load.js';
import { POLICY_FILES } from '../config/policy/policy-source.js';
import type { Clock } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { createRedactor } from '../core/redact.js';
import { locateFolder } from '../project/locate.js';
import { Ledger } from '../store/ledger.js';
import { PolicyGuard } from './policy-guard.js';
import { projectRedactor } from './redactor.js';

/** Where a call belongs: the folder whose policy holds for it, and that folder's guard. */
export interface Governed {
  dir: string;
  guard: PolicyGuard;
}

/** The guards of one process: one per folder, kept, so that limits of the process last as long as it does. */
export class PolicyGuards {
  readonly #clock: Clock;
  readonly #guards = new Map<string, PolicyGuard>();
  readonly #redactors = new Map<string, { stamp: string; redact: (text: string) => string }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The policy that holds for a call: that of the nearest folder, from the call's project upwards, that has a policy file;
   * without one the project's own folder. A `project_dir` that leads nowhere does not lead out of the policy either. `undefined`
   * outside any project.
   */
  async find(projectDir: unknown, roots: readonly string[]): Promise<Governed | undefined> {
    const start = await this.#folder(projectDir, roots);
    if (start === undefined) return undefined;
    const dir = governingFolder(start);
    return { dir, guard: this.#guardOf(dir) };
  }

  /**
   * How the calls of a folder are masked when they are logged; `undefined` where they are not: in a folder that is no project of
   * codeloop's and has no policy it leaves nothing behind. Asked when a call has ended, which may have made it a project.
   */
  async redactorFor(dir: string): Promise<((text: string) => string) | undefined> {
    const known = ['.codeloop', ...POLICY_FILES].some((name) => statOf(join(dir, name)) !== undefined);
    return known ? this.#redactor(dir) : undefined;
  }

  async #folder(projectDir: unknown, roots: readonly string[]): Promise<string | undefined> {
    const given = typeof projectDir === 'string' ? projectDir : undefined;
    for (const candidate of given === undefined ? [undefined] : [given, undefined]) {
      try {
        return await locateFolder(candidate, roots);
      } catch (error) {
        // The tool itself reports a folder that cannot be had; here it only means that the next candidate is asked.
        if (!(error instanceof CodeloopError)) throw error;
      }
    }
    return undefined;
  }

  #guardOf(dir: string): PolicyGuard {
    const known = this.#guards.get(dir);
    if (known) return known;
    const guard = new PolicyGuard({ projectDir: dir, clock: this.#clock, anchor: () => new Ledger(dir) });
    this.#guards.set(dir, guard);
    return guard;
  }

  async #redactor(dir: string): Promise<(text: string) => string> {
    const found = statOf(join(dir, CONFIG_FILE));
    const stamp = found ? `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` : 'absent';
    const known = this.#redactors.get(dir);
    if (known?.stamp === stamp) return known.redact;
    const redact = await redactorOf(dir);
    this.#redactors.set(dir, { stamp, redact });
    return redact;
  }
}

/** The folder whose policy holds for a call. Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS. */
export async function governedFolder(projectDir: string | undefined, roots: readonly string[]): Promise<string> {
  return governingFolder(await locateFolder(projectDir, roots));
}

/** A configuration that is wrong names no secrets; the well-known shapes and the Figma token are masked all the same. */
async function redactorOf(dir: string): Promise<(text: string) => string> {
  try {
    const config = await loadConfig(dir);
    if (config) return projectRedactor(config);
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
  }
  return createRedactor([process.env.FIGMA_API_TOKEN].filter((value) => value !== undefined));
}

/** The nearest folder upwards with a policy file (below the home folder and the top), else the folder itself. */
function governingFolder(dir: string): string {
  const home = homedir();
  for (let at = dir; at !== home && dirname(at) !== at; at = dirname(at)) {
    if (POLICY_FILES.some((file) => statOf(join(at, file)) !== undefined)) return at;
  }
  return dir;
}

/** Undefined when it is not there; a file that may not be looked at is there. */
function statOf(path: string): Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'> | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return { ino: 0n, size: 0n, mtimeNs: 0n, ctimeNs: 0n };
  }
}
