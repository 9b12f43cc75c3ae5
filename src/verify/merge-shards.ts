import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { canonicalJson, sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { INDEX_FILE } from '../core/frame-index.js';
import type { Cell, CodeState, ManifestEntry } from '../core/vocabulary/run.js';
import { RunManifest } from '../core/vocabulary/run.js';
import { planCells } from '../live/planned-cell.js';
import type { Session, VerifyResult } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { ensureFolder, fileBelow, readPlain } from '../store/plain-file.js';
import { Run } from '../store/run.js';
import { baseOf } from './judge/gather-evidence.js';
import { keepDurations, SHARD_FILE, ShardRecord } from './shards.js';
import { newestCells, survey } from './verification.js';
import { concludeRun } from './verify.js';

/** The run of one shard as it was handed over. */
export interface ShardRun {
  /** Folder of the run. */
  folder: string;
  manifest: RunManifest;
  /** Digest of its manifest. */
  sha256: string;
  record: ShardRecord;
}

/** Files that belong to the whole verification, which the first shard makes: builds, tests, flows with their recordings. */
const ONCE: ReadonlySet<string> = new Set(['runners', 'flow', 'log', 'recording', 'frame', 'video']);
/** What a shard notes for itself. */
const OWN: ReadonlySet<string> = new Set([SHARD_FILE, 'code-files.json']);

function unfit(reason: string): CodeloopError {
  return new CodeloopError('SHARDS_UNFIT', { reason });
}

/** The newest run of a shard in a folder: the run's own, a folder of runs, or a project's. Throws SHARDS_UNFIT. */
export function readShard(dir: string): ShardRun {
  const folders = ['', 'artifacts/runs', 'runs'].flatMap((inside) => {
    const folder = join(dir, inside);
    return [folder, ...foldersIn(folder)];
  });
  const found = folders.flatMap((folder) => {
    const file = readPlainOrNot(join(folder, 'run.json'));
    if (!file) return [];
    const manifest = RunManifest.safeParse(JSON.parse(file.toString('utf8')));
    if (!manifest.success) throw unfit(`${join(folder, 'run.json')} cannot be read`);
    const entry = manifest.data.entries.findLast(
      ({ path }) => posix.basename(path).replace(/\.v\d+(?=\.)/, '') === SHARD_FILE,
    );
    if (!entry) return [];
    const run = { folder, manifest: manifest.data, sha256: sha256(file) };
    return [{ ...run, record: ShardRecord.parse(JSON.parse(bytesOf(run, entry).toString('utf8'))) }];
  });
  const newest = found.sort((a, b) => (a.manifest.started_at < b.manifest.started_at ? 1 : -1))[0];
  if (!newest) throw unfit(`${dir} holds no run of a shard`);
  return newest;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (isErrno(error)) return []; // not there, or no folder: then no run is in it
    throw error;
  }
}

function readPlainOrNot(path: string): Buffer | undefined {
  try {
    return readPlain(path)?.data;
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** The bytes of a listed file as the shard wrote them. Throws SHARDS_UNFIT. */
function bytesOf(
  { folder, manifest }: Pick<ShardRun, 'folder' | 'manifest'>,
  entry: { path: string; sha256: string },
): Buffer {
  const inside = entry.path.slice(`artifacts/runs/${manifest.run_id}/`.length);
  const path = fileBelow(dirname(folder), basename(folder), `${basename(folder)}/${inside}`);
  const data = path === undefined ? undefined : readPlainOrNot(path);
  if (!data) throw unfit(`${entry.path} is missing from ${folder}`);
  if (sha256(data) !== entry.sha256) throw unfit(`${entry.path} is not as its shard wrote it`);
  return data;
}

/**
 * Returns why runs are not the shards of one verification of this code; nothing when they are. Each part must be there once, all split
 * alike, of this code, under the same bars, by the same browser. Pure.
 */
export function whyUnfit(
  shards: readonly Omit<ShardRun, 'folder' | 'sha256'>[],
  current: CodeState,
): string | undefined {
  const [first] = shards;
  if (!first) return 'no shards were given';
  const { of, split } = first.record;
  const name = ({ record }: { record: ShardRecord }) => `shard ${record.index}/${record.of}`;
  for (const one of shards) {
    const { code_state: state, environment, native_environment: windows, codeloop_version: version } = one.manifest;
    if (one.record.of !== of) return `${name(one)} and ${name(first)} are parts of different wholes`;
    if (state.tree !== current.tree || state.method !== current.method)
      return `${name(one)} is of other code than is checked out here`;
    if (canonicalJson(state.bars) !== canonicalJson(current.bars))
      return `${name(one)} was judged by other bars (settings, policy, designs, baselines or criteria) than there are here`;
    if (state.build_output !== first.manifest.code_state.build_output)
      return `${name(one)} and ${name(first)} looked at different builds`;
    if (environment?.id !== first.manifest.environment?.id)
      return `${name(one)} comes from ${environment?.id ?? 'no browser'}, ${name(first)} from ${first.manifest.environment?.id ?? 'no browser'}`;
    if (windows?.id !== first.manifest.native_environment?.id)
      return `${name(one)} and ${name(first)} come from different displays`;
    if (version !== first.manifest.codeloop_version)
      return `${name(one)} and ${name(first)} come from different versions of codeloop`;
    if (one.record.split !== split)
      return `${name(one)} and ${name(first)} were split differently: they read different .codeloop/durations.json or lists of screens`;
    if (one.manifest.state === 'incomplete')
      return `${name(one)} was cut off (${one.manifest.state_reason ?? 'no reason is known'})`;
  }
  const seen = shards.map(({ record }) => record.index);
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !seen.includes(index));
  const doubled = seen.filter((index, at) => seen.indexOf(index) !== at);
  if (doubled.length > 0) return `shard ${doubled.join(', ')} of ${of} is there twice`;
  if (missing.length > 0) return `shard ${missing.join(', ')} of ${of} is missing`;
  return undefined;
}

interface MergeRequest {
  project: Project;
  session: Session;
  dirs: readonly string[];
  signal: AbortSignal;
}

/**
 * Makes one run of the runs of all shards and judges it as `verify` would have, without driving anything. Every file is checked against
 * what its shard wrote. Throws SHARDS_UNFIT, STATE_FOLDER_UNUSABLE, CONFIG_INVALID, DISK_FULL.
 */
export async function mergeShards({ project, session, dirs, signal }: MergeRequest): Promise<VerifyResult> {
  const watch = await watchCode(project);
  const shards = dirs.map(readShard).sort((a, b) => a.record.index - b.record.index);
  const reason = whyUnfit(shards, watch.state);
  const [first] = shards;
  if (reason !== undefined || !first) throw unfit(reason ?? 'no shards were given');
  const { environment, native_environment: windows, code_state: seen } = first.manifest;
  const run = await Run.create(project.dir, {
    tool: 'codeloop_merge',
    clock: session.clock,
    // The build need not be here: its digest is what all of them looked at.
    codeState: { ...watch.state, ...(seen.build_output === undefined ? {} : { build_output: seen.build_output }) },
    ...(environment ? { environment } : {}),
  });
  if (windows) await run.update((draft) => void Object.assign(draft, { native_environment: windows }));
  const work = { project, session, run, watch, signal, ...(await survey(project)) };
  const base = baseOf(first.manifest.cells, work.screens);
  const cells = new Map<string, Omit<Cell, 'version'>>();
  for (const shard of shards) {
    const own = await takeOver(shard, run, (text) =>
      sameAddresses(text, baseOf(shard.manifest.cells, work.screens), base),
    );
    for (const cell of own) cells.set(`${cell.screen}\n${cell.viewport}`, cell);
  }
  for (const { screen, viewportName } of planCells(project, work.screens, base ?? 'http://127.0.0.1/')) {
    const cell = cells.get(`${screen.name}\n${viewportName}`);
    if (cell) await run.appendCell(cell);
  }
  const from = shards.map(({ record, manifest, sha256 }) => ({
    ...record,
    run_id: manifest.run_id,
    manifest_sha256: sha256,
  }));
  await keepDurations(project, run.manifest.cells);
  return concludeRun(work, {
    ...{ base, notes: [], flows: [], part: undefined },
    note: { kind: 'log', name: 'merged.json', data: `${JSON.stringify(from, null, 1)}\n` },
  });
}

/** Copies what a shard's cells need, and of the first shard what belongs to all, into the run; answers its cells as they are there. */
async function takeOver(
  shard: ShardRun,
  run: Run,
  addresses: (text: string) => string,
): Promise<Omit<Cell, 'version'>[]> {
  const { manifest, record } = shard;
  const own = newestCells(manifest.cells).filter(({ screen }) => record.screens.includes(screen));
  const wanted = new Set(pathsIn(own));
  const once =
    record.index === 1 ? manifest.entries.filter(({ kind, path }) => ONCE.has(kind) && !OWN.has(plain(path))) : [];
  for (const { kind, path, sha256 } of once) {
    wanted.add(path);
    if (kind === 'flow')
      for (const used of pathsIn(JSON.parse(bytesOf(shard, { path, sha256 }).toString('utf8')))) wanted.add(used);
  }
  const here = (text: string) => text.replaceAll(manifest.run_id, run.id);
  for (const entry of manifest.entries.filter(({ path }) => wanted.has(path))) {
    await copy(shard, run, entry, here);
    // Of a recording's pictures the manifest lists the index only.
    if (entry.kind !== 'frame' || !entry.path.endsWith(`/${INDEX_FILE}`)) continue;
    const folder = posix.dirname(entry.path).slice(`artifacts/runs/${manifest.run_id}/`.length);
    for (const name of readdirSync(join(shard.folder, folder))) {
      const file = join(shard.folder, folder, name);
      const data = lstatSync(file).isFile() && name !== INDEX_FILE ? readPlainOrNot(file) : undefined;
      if (data) await write(run, `${run.dir}/${folder}/${name}`, data);
    }
  }
  return own.map(({ version: _, ...cell }) => JSON.parse(addresses(here(JSON.stringify(cell)))));
}

/** Copies one listed file under the same name; paths in records lead into the new run. */
async function copy(shard: ShardRun, run: Run, entry: ManifestEntry, here: (text: string) => string): Promise<void> {
  const data = bytesOf(shard, entry);
  const isRecord = ['runners', 'flow', 'recording'].includes(entry.kind) && entry.path.endsWith('.json');
  const bytes = isRecord ? Buffer.from(here(data.toString('utf8'))) : data;
  const { kind, tool: _, at: __, ...file } = entry;
  const path = here(entry.path);
  await write(run, path, bytes);
  await run.adopt(kind, { ...file, path, sha256: sha256(bytes), bytes: bytes.length });
}

async function write(run: Run, path: string, data: Buffer): Promise<void> {
  ensureFolder(run.projectDir, posix.dirname(path));
  await writeAtomic(join(run.projectDir, path), data);
}

/** Cells of a shard whose app answered at another port, as if all had answered at one. */
function sameAddresses(text: string, from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? text : text.replaceAll(from, to);
}

/** Every path of a stored file that a value names. */
function pathsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own: unknown = 'sha256' in value ? Reflect.get(value, 'path') : undefined;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(pathsIn)];
}

function plain(path: string): string {
  return posix.basename(path).replace(/\.v\d+(?=\.)/, '');
}
