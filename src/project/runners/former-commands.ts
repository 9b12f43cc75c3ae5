import { CONFIG_FILE, parseConfig } from '../../config/parse-settings.js';
import { Config } from '../../config/schema.js';
import { CodeloopError } from '../../core/errors.js';
import type { RunnerChange, RunnerCommand } from '../../core/vocabulary/runner.js';
import type { FormerCommit } from '../code-state/former-commits.js';
import { runGit } from '../code-state/git-command.js';
import type { ProjectFiles } from '../project.js';
import { detectRunners, LOOKED_AT } from './detect-runners.js';
import { LOCK_FILES, PLUGINS_FILE } from './scripts.js';

/** Commands by project and commit: a commit never changes. */
const KNOWN = new Map<string, readonly RunnerCommand[]>();

/**
 * The commands that the commit which is checked out, or the one where it left the main line, had and that are gone or read
 * differently now. `commits`: those two. A script that vanished with its gate must not go unseen.
 */
export async function formerCommands(
  project: string,
  now: readonly RunnerCommand[],
  commits: readonly FormerCommit[],
  signal?: AbortSignal,
): Promise<RunnerChange[]> {
  const call = { cwd: project, ...(signal ? { signal } : {}) };
  const changes = new Map<string, RunnerChange>();
  for (const { commit } of commits) {
    const key = `${project} ${commit}`;
    const then = KNOWN.get(key) ?? (await commandsAt(commit, call));
    KNOWN.set(key, then);
    for (const before of then) {
      const same = now.find((command) => command.name === before.name);
      if (same?.text === before.text || changes.has(before.name)) continue;
      changes.set(before.name, {
        name: before.name,
        kind: before.kind,
        commit: commit.slice(0, 10),
        before: before.text,
        ...(same === undefined ? {} : { now: same.text }),
      });
    }
  }
  return [...changes.values()];
}

interface Call {
  cwd: string;
  signal?: AbortSignal;
}

async function commandsAt(commit: string, call: Call): Promise<RunnerCommand[]> {
  const files = filesAt(commit, call);
  try {
    const settings = await files.read(CONFIG_FILE);
    const config = settings === undefined ? Config.parse({}) : parseConfig(settings);
    return (await detectRunners(files, config)).runners;
  } catch (error) {
    // Settings of then that this version does not understand say nothing about now.
    if (error instanceof CodeloopError && error.code === 'CONFIG_INVALID') return [];
    throw error;
  }
}

/** The project's files as a commit had them; those that detection looks at come in one call of git. */
function filesAt(commit: string, call: Call): ProjectFiles {
  const usual = [...new Set([...LOOKED_AT, CONFIG_FILE, PLUGINS_FILE])];
  let batch: Promise<Map<string, string>> | undefined;
  const read = async (path: string) => {
    if (!usual.includes(path)) {
      const blob = await runGit(['cat-file', 'blob', `${commit}:./${path}`], call);
      return blob?.code === 0 ? blob.stdout.toString('utf8') : undefined;
    }
    batch ??= readBatch(commit, usual, call);
    return (await batch).get(path);
  };
  return {
    read,
    async exists(path) {
      // Which package manager it was does not change what the scripts say.
      if (LOCK_FILES.includes(path)) return false;
      if (usual.includes(path)) return (await read(path)) !== undefined;
      const answer = await runGit(['cat-file', '-e', `${commit}:./${path}`], call);
      return answer?.code === 0;
    },
  };
}

async function readBatch(commit: string, paths: readonly string[], call: Call): Promise<Map<string, string>> {
  const input = paths.map((path) => `${commit}:./${path}\n`).join('');
  const answer = await runGit(['cat-file', '--batch'], { ...call, input });
  const texts = new Map<string, string>();
  let rest = answer?.code === 0 ? answer.stdout : Buffer.alloc(0);
  for (const path of paths) {
    const end = rest.indexOf('\n');
    if (end < 0) break;
    // git-cat-file(1), "Batch output": `<id> SP <type> SP <size> LF <content> LF`, or `<what was asked> SP missing LF`.
    const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(rest.subarray(0, end).toString('utf8')) ?? [];
    rest = rest.subarray(end + 1);
    if (type === undefined) continue;
    if (type === 'blob') texts.set(path, rest.subarray(0, Number(size)).toString('utf8'));
    rest = rest.subarray(Number(size) + 1);
  }
  return texts;
}
