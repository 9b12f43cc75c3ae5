import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { POLICY_FILES, readText } from '../../core/path-walls.js';
import type { PolicyProblem } from './parse-policy.js';
import { NO_POLICY, type Policy } from './policy.js';

/** A project's policy as it is now. `file` is undefined when there is none: then everything is allowed. */
interface LoadedPolicy {
  policy: Policy;
  file?: string;
}

/** Everything that is wrong with a project's policy files, in the order of the lines. */
interface BrokenPolicy {
  file: string;
  problems: readonly PolicyProblem[];
}

/** A file that changed so recently when it was read is read again: its time stamp may not show the next change. In ms. */
const RACY_MS = 50;
/** A larger file is not even read, in bytes. */
const MAX_BYTES = 4_000_000n;

/** One of the two files as it is now. `refused`: why it is not to be opened. */
interface LookedAt {
  file: string;
  mark: string;
  changedAt: number;
  refused?: string;
}

/**
 * The policy of one project, read again when a file changed (two `stat` calls per look). A file that cannot be read or is
 * wrong is never an old policy or none: `current` throws POLICY_INVALID.
 */
export class PolicySource {
  readonly #projectDir: string;
  #stamp: string | undefined;
  #state: LoadedPolicy | BrokenPolicy = { policy: NO_POLICY };

  constructor(projectDir: string) {
    this.#projectDir = projectDir;
  }

  /** The policy in force. Throws POLICY_INVALID with file, line, column and fix. */
  async current(): Promise<LoadedPolicy> {
    const state = await this.read();
    if ('policy' in state) return state;
    const [first] = state.problems;
    throw new CodeloopError('POLICY_INVALID', {
      file: state.file,
      line: first?.line,
      column: first?.column,
      problem: first?.message,
      hint: first?.fix,
      count: state.problems.length,
    });
  }

  /** The policy, or all that is wrong with it. */
  async read(): Promise<LoadedPolicy | BrokenPolicy> {
    const files = POLICY_FILES.map((file) => this.#look(file));
    const stamp = files.map(({ mark }) => mark).join('|');
    if (stamp === this.#stamp) return this.#state;
    const present = files.filter((file) => file.mark !== 'absent');
    this.#state = await this.#load(present);
    const newest = Math.max(0, ...present.map(({ changedAt }) => changedAt));
    this.#stamp = Math.abs(Date.now() - newest) < RACY_MS ? undefined : stamp;
    return this.#state;
  }

  /** Synchronous: two looks cost less than one turn of the thread pool, and every call pays for them. */
  #look(file: string): LookedAt {
    try {
      const path = join(this.#projectDir, file);
      const entry = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (!entry) return { file, mark: 'absent', changedAt: 0 };
      // A link that leads nowhere is a policy that cannot be read, not a project without one: statSync throws.
      const found = entry.isSymbolicLink() ? statSync(path, { bigint: true }) : entry;
      if (!found.isFile() && !found.isDirectory())
        return { file, mark: 'no file', changedAt: 0, refused: 'it is not a plain file' };
      if (found.size > MAX_BYTES) return { file, mark: 'too large', changedAt: 0, refused: 'it is larger than 4 MB' };
      const mark = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
      return { file, mark, changedAt: Number(found.ctimeMs) };
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'ENOTDIR') return { file, mark: 'absent', changedAt: 0 };
      // Unreadable is not absent: it goes on to #load, which says why.
      return { file, mark: `unreadable:${Date.now()}`, changedAt: 0 };
    }
  }

  async #load(present: readonly LookedAt[]): Promise<LoadedPolicy | BrokenPolicy> {
    const [only, second] = present;
    if (!only) return { policy: NO_POLICY };
    if (second)
      return broken(
        only.file,
        `${only.file} and ${second.file} are both there`,
        'Keep one policy file; delete the other.',
      );
    if (only.refused)
      return broken(only.file, `cannot be read: ${only.refused}`, 'Make it a file that this user can read.');
    let text: string;
    try {
      text = await readText(join(this.#projectDir, only.file));
    } catch (error) {
      const why = isErrno(error) ? error.code : String(error);
      return broken(only.file, `cannot be read (${why})`, 'Make it a file that this user can read.');
    }
    // Loaded only for a project that has a policy: the YAML parser would delay every first call.
    const { parsePolicy } = await import('./parse-policy.js');
    const parsed = await parsePolicy(text.replace(/^\uFEFF/, ''));
    return parsed.ok ? { policy: parsed.policy, file: only.file } : { file: only.file, problems: parsed.problems };
  }
}

function broken(file: string, message: string, fix: string): BrokenPolicy {
  return { file, problems: [{ line: 1, column: 1, message, fix }] };
}
