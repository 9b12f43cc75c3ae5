import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { CONFIG_FILE, loadConfig } from '../../config/parse-settings.js';
import type { Clock } from '../../core/clock.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { POLICY_FILES } from '../../core/path-walls.js';
import { createRedactor } from '../../core/redact.js';
import { projectRedactor } from '../../live/redactor.js';
import { locateFolder } from '../../project/locate.js';
import { Ledger } from '../../store/ledger.js';
import type { AuditCall } from './audit-files.js';
import { type AuditAnchor, AuditLog } from './audit-log.js';
import { decideAccess, decideArguments, decideLimits, decideRequired } from './decide.js';
import {
  type Decision,
  grantRule,
  type Identity,
  NO_POLICY,
  type Policy,
  type PolicyCall,
  type Refusal,
  rulesFor,
} from './policy.js';
import { PolicyCounters } from './policy-counters.js';
import { PolicySource } from './policy-source.js';

/** Tools that a broken policy file does not stop: the one that says what is wrong with it, and the one that sets up. */
const ALWAYS_CALLABLE: ReadonlySet<string> = new Set(['codeloop_init_project', 'codeloop_policy_check']);

/** The amounts that an allowed call took from its limits. Exactly one of the two is called when the tool has ended. */
export interface Reservation {
  /** The call worked: what it took stays counted. */
  commit(): Promise<void>;
  /** The call failed: what it took is given back. */
  rollback(): Promise<void>;
}

/** A call that may go on to have its arguments validated. */
export interface Admission {
  /**
   * Judges the arguments with their defaults filled in, then the limits, and counts the call. Throws POLICY_DENIED,
   * RATE_LIMITED, POLICY_COUNTERS_UNREADABLE.
   */
  reserve(args: Readonly<Record<string, unknown>>): Promise<Reservation>;
}

/**
 * A project's policy and audit log, in the order in which the dispatcher asks: `admit` (before the arguments are validated),
 * `Admission.reserve` (after), the tool, `commit` or `rollback`, `record`. The policy is read again when its file changed; one
 * call is judged by one state of it.
 */
export class PolicyGuard {
  readonly source: PolicySource;
  readonly counters: PolicyCounters;
  readonly #log: AuditLog;

  constructor(options: { projectDir: string; clock: Clock; anchor?: () => AuditAnchor }) {
    this.source = new PolicySource(options.projectDir);
    this.counters = new PolicyCounters(options.projectDir, options.clock);
    this.#log = new AuditLog(options);
  }

  /** Returns a test for tools that a caller's list leaves out: hidden, or not granted. A broken file hides nothing: its calls say why they fail. */
  async hidden(who: Identity): Promise<(tool: string) => boolean> {
    const state = await this.source.read();
    const { hide, grants } = 'policy' in state ? state.policy : NO_POLICY;
    return (tool) => hide.has(tool) || hide.has('*') || grantRule(grants, who, tool).some(({ deny }) => deny);
  }

  /** A connection has ended, and its limits with it. */
  endSession(connection: string): void {
    this.counters.endSession(connection);
  }

  /** Hidden, denied and incomplete calls end here, before anything is counted. Throws POLICY_DENIED, POLICY_INVALID. */
  async admit(call: PolicyCall): Promise<Admission> {
    const policy = await this.#policyFor(call.tool);
    const refusal = decideAccess(policy, call) ?? decideRequired(policy, call);
    if (refusal) throw asError(refusal);
    return { reserve: (args) => this.#reserve(policy, { ...call, arguments: args }) };
  }

  /** Throws when the log could not take the call's line: asked before the call runs. */
  checkLog(): void {
    this.#log.check();
  }

  /** Writes the call's line into the audit log. `redact` masks the project's own secrets. */
  async record(call: AuditCall, redact?: (text: string) => string): Promise<void> {
    await this.#log.append(call, redact);
  }

  async #policyFor(tool: string): Promise<Policy> {
    if (!ALWAYS_CALLABLE.has(tool)) return (await this.source.current()).policy;
    const state = await this.source.read();
    return 'policy' in state ? state.policy : NO_POLICY;
  }

  async #reserve(policy: Policy, call: PolicyCall): Promise<Reservation> {
    const refusal = decideArguments(policy, call);
    if (refusal) throw asError(refusal);
    const limited = limitsOf(policy, call);
    if (limited === 'none') return FREE;
    const decide = (counters: Parameters<typeof decideLimits>[2]): Decision => decideLimits(policy, call, counters);
    const { decision, reservation } = await this.counters.reserve(decide, limited === 'shared');
    if (decision.outcome !== 'allow') throw asError(decision);
    let open = true;
    return {
      commit: async () => {
        open = false;
      },
      rollback: async () => {
        if (open) await this.counters.rollback(reservation);
        open = false;
      },
    };
  }
}

const FREE: Reservation = { commit: async () => undefined, rollback: async () => undefined };

/** Returns whether any rule of the call counts, and whether the count is shared with other processes. */
function limitsOf(policy: Policy, call: PolicyCall): 'none' | 'own' | 'shared' {
  let found: 'none' | 'own' = 'none';
  for (const { state, conditions, sliding } of rulesFor(policy, call)) {
    if (state || conditions.some(({ source }) => source.from === 'state')) return 'shared';
    const sessionless = call.door !== 'mcp' || call.connection === undefined;
    if (sliding && (['project', 'identity'].includes(sliding.scope) || call.door !== 'mcp')) return 'shared';
    if (sliding?.scope === 'session' && sessionless) return 'shared';
    if (sliding) found = 'own';
  }
  return found;
}

/** A refusal as the error that callers see. */
function asError(refusal: Refusal): CodeloopError {
  const { outcome, ...values } = refusal;
  const { rule, reason, limit, window, used, asked, missing, condition } = refusal;
  const details = { rule, reason, limit, window, used, asked, missing, condition };
  return new CodeloopError(outcome === 'limit' ? 'RATE_LIMITED' : 'POLICY_DENIED', {
    ...values,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
  });
}

/**
 * Asks several policies about one call, the outermost first: all must let it pass, so that a policy in a subfolder can only
 * add rules to those above it. Throws what the first that refuses throws.
 */
export async function admitByAll(guards: readonly PolicyGuard[], call: PolicyCall): Promise<Admission> {
  const admissions: Admission[] = [];
  for (const guard of guards) admissions.push(await guard.admit(call));
  const [only, second] = admissions;
  if (only && !second) return only;
  return { reserve: (args) => reserveAll(admissions, args) };
}

/** All or none: what the first have counted is given back when a later one refuses. */
async function reserveAll(
  admissions: readonly Admission[],
  args: Readonly<Record<string, unknown>>,
): Promise<Reservation> {
  const taken: Reservation[] = [];
  const rollback = async () => {
    for (const reservation of taken) await reservation.rollback();
  };
  try {
    for (const admission of admissions) taken.push(await admission.reserve(args));
  } catch (error) {
    await rollback();
    throw error;
  }
  return {
    commit: async () => {
      for (const reservation of taken) await reservation.commit();
    },
    rollback,
  };
}

/** Returns a test for tools that any of the policies leaves out of a caller's list. */
export async function hiddenByAny(guards: readonly PolicyGuard[], who: Identity): Promise<(tool: string) => boolean> {
  const hidden = await Promise.all(guards.map((guard) => guard.hidden(who)));
  return (tool) => hidden.some((hides) => hides(tool));
}

/** The folder that a call belongs to (the outermost whose policy holds for it, which keeps the log) and all guards from there inwards. */
export interface Governed {
  dir: string;
  guards: readonly [PolicyGuard, ...PolicyGuard[]];
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
   * The policies that hold for a call: those of all folders, from the call's project upwards, that have a policy file; without
   * one the project's own folder. A `project_dir` that leads nowhere does not lead out of the policy either. `undefined` outside
   * any project.
   */
  async find(projectDir: unknown, roots: readonly string[]): Promise<Governed | undefined> {
    const start = await this.#folder(projectDir, roots);
    if (start === undefined) return undefined;
    const [dir, ...inner] = governingFolders(start);
    return { dir, guards: [this.#guardOf(dir), ...inner.map((folder) => this.#guardOf(folder))] };
  }

  /**
   * Returns the mask for the logged calls of a folder; `undefined` where calls are not masked: in a folder that is no project of
   * codeloop's and has no policy it leaves nothing behind. Asked when a call has ended, which may have made it a project.
   */
  async redactorFor(dir: string): Promise<((text: string) => string) | undefined> {
    const known = ['.codeloop', ...POLICY_FILES].some((name) => isThere(join(dir, name)));
    return known ? this.#redactor(dir) : undefined;
  }

  /** A connection has ended, and with it what it was counted for. */
  endSession(connection: string): void {
    for (const guard of this.#guards.values()) guard.endSession(connection);
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
    // The home folder and the top are never projects, but a policy that stands there holds for who stands there.
    return roots.map(realFolder).find((dir) => dir !== undefined && governingFolders(dir).some(hasPolicy));
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

/** The folders whose policies hold for a call, the outermost, which keeps the log, first. Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS. */
export async function governedFolders(
  projectDir: string | undefined,
  roots: readonly string[],
): Promise<readonly [string, ...string[]]> {
  return governingFolders(await locateFolder(projectDir, roots));
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

/** All folders upwards with a policy file (below the home folder and the top), outermost first; else the folder itself. */
function governingFolders(dir: string): readonly [string, ...string[]] {
  const found: string[] = [];
  for (let at = dir; at !== home() && dirname(at) !== at; at = dirname(at)) if (hasPolicy(at)) found.unshift(at);
  const [outermost, ...inner] = found;
  return outermost === undefined ? [dir] : [outermost, ...inner];
}

function hasPolicy(dir: string): boolean {
  return POLICY_FILES.some((file) => isThere(join(dir, file)));
}

let ownHome: string | undefined;

/** The home folder by the system's list of users: `HOME` is the caller's to set, and must not end the search early. */
function home(): string {
  try {
    ownHome ??= userInfo().homedir;
  } catch {
    ownHome = homedir(); // a user without an entry, as in some containers
  }
  return ownHome;
}

function realFolder(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** A link that leads nowhere is there, and so is what may not be looked at. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Undefined when it is not there; a file that may not be looked at is there. */
function statOf(path: string): Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'> | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return { ino: 0n, size: 0n, mtimeNs: 0n, ctimeNs: 0n };
  }
}
