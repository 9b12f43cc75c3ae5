import { join } from 'node:path';
import { z } from 'zod';
import type { ScreenConfig } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { canonicalJson, sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { readText } from '../core/path-walls.js';
import type { Cell } from '../core/vocabulary/run.js';
import { viewportsOf } from '../live/planned-cell.js';
import type { Project } from '../project/project.js';
import type { Run } from '../store/run.js';

/** One of `of` parts of a verification, from 1 on. */
export interface Shard {
  index: number;
  of: number;
}

/** Variables in which services say which of several equal jobs this is, how many there are, and whether they count from 0. */
const JOBS: readonly [index: string, of: string | undefined, first: number][] = [
  // Kubernetes, Job with completionMode Indexed: how many there are is for the command to say.
  ['JOB_COMPLETION_INDEX', undefined, 0],
  // GitLab, `parallel:`
  ['CI_NODE_INDEX', 'CI_NODE_TOTAL', 1],
  ['BUILDKITE_PARALLEL_JOB', 'BUILDKITE_PARALLEL_JOB_COUNT', 0],
  ['CIRCLE_NODE_INDEX', 'CIRCLE_NODE_TOTAL', 0],
];

/**
 * Reads `2/4`; `auto/4` takes the index of the environment (Kubernetes, GitLab, Buildkite, CircleCI), `auto` the number of jobs too.
 * Throws ARGUMENTS_INVALID.
 */
export function parseShard(text: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const [, first = '', last] = /^(\d+|auto)(?:\/(\d+))?$/.exec(text) ?? [];
  const job = JOBS.find(([name]) => /^\d+$/.test(env[name] ?? ''));
  const ownIndex = job && Number(env[job[0]]) + 1 - job[2];
  const index = first === 'auto' ? ownIndex : Number(first);
  const of = Number(last ?? (first === 'auto' && job?.[1] !== undefined ? env[job[1]] : undefined));
  if (index !== undefined && index >= 1 && of >= index) return { index, of };
  const why =
    first === 'auto' && ownIndex === undefined
      ? `none of ${JOBS.map(([name]) => name).join(', ')} is set`
      : 'it must be <part>/<parts>, as 1/4 to 4/4';
  throw new CodeloopError('ARGUMENTS_INVALID', { tool: 'codeloop_verify', problem: `--shard ${text}: ${why}` });
}

/** Measured time of each screen over all its viewports, ms: what `merge` wrote last. */
const DURATIONS_FILE = '.codeloop/durations.json';
const Durations = z.record(z.string(), z.number().positive());

/**
 * Splits screens into parts that take about as long each: the longest first, to the part that has least. The same input gives the same
 * parts on every machine. A screen that was never measured counts as the middle one. Pure.
 */
export function splitScreens(
  screens: readonly { name: string; viewports: number }[],
  durations: Readonly<Record<string, number>>,
  of: number,
): string[][] {
  const known = screens
    .flatMap(({ name, viewports }) => (durations[name] === undefined ? [] : [durations[name] / Math.max(1, viewports)]))
    .sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)] ?? 1;
  const weighed = screens
    .map(({ name, viewports }) => ({ name, ms: durations[name] ?? middle * viewports }))
    .sort((a, b) => b.ms - a.ms || (a.name < b.name ? -1 : 1));
  const parts = Array.from({ length: of }, () => ({ ms: 0, names: new Set<string>() }));
  for (const { name, ms } of weighed) {
    const least = parts.reduce((best, one) => (one.ms < best.ms ? one : best));
    least.ms += ms;
    least.names.add(name);
  }
  return parts.map(({ names }) => screens.map(({ name }) => name).filter((name) => names.has(name)));
}

/** What the run of a shard says of itself. */
export const ShardRecord = z.object({
  schema_version: z.literal(1),
  index: z.number().int().positive(),
  of: z.number().int().positive(),
  /** Digest of the whole split: shards that were split otherwise do not belong together. */
  split: z.string(),
  screens: z.array(z.string()),
});
export type ShardRecord = z.infer<typeof ShardRecord>;
export const SHARD_FILE = 'shard.json';

/** The screens of one shard; noted in its run. A screen's viewports stay together. Throws CONFIG_INVALID, DISK_FULL. */
export async function takeShard(
  project: Project,
  screens: readonly ScreenConfig[],
  run: Run,
  { index, of }: Shard,
): Promise<string[]> {
  const sized = screens.map((screen) => ({ name: screen.name, viewports: viewportsOf(project, screen).length }));
  const parts = splitScreens(sized, await readDurations(project), of);
  const mine = parts[index - 1] ?? [];
  const record: ShardRecord = { schema_version: 1, index, of, split: sha256(canonicalJson(parts)), screens: mine };
  await run.put({ kind: 'log', name: SHARD_FILE, data: `${JSON.stringify(record, null, 1)}\n` });
  return mine;
}

async function readDurations({ dir }: Project): Promise<Record<string, number>> {
  try {
    return Durations.parse(JSON.parse(await readText(join(dir, DURATIONS_FILE))));
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return {};
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CodeloopError('CONFIG_INVALID', {
      file: DURATIONS_FILE,
      problem: 'it does not hold screens with their ms',
    });
  }
}

/** Keeps how long each screen took, to the tenth of a second, for the next split. */
export async function keepDurations({ dir }: Project, cells: readonly Cell[]): Promise<void> {
  const sums = new Map<string, number>();
  for (const { screen, took_ms = 0 } of cells) sums.set(screen, (sums.get(screen) ?? 0) + took_ms);
  const rounded = [...sums].map(([name, ms]) => [name, Math.max(100, Math.round(ms / 100) * 100)] as const);
  const sorted = rounded.sort(([a], [b]) => (a < b ? -1 : 1));
  await writeAtomic(join(dir, DURATIONS_FILE), `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
}
