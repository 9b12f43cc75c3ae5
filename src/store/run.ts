import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Clock, isoTime, systemClock } from '../core/clock.js';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { redactValue } from '../core/redact.js';
import { VERSION } from '../core/version.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type {
  ArtifactRequest,
  ArtifactSink,
  Cell,
  CodeState,
  ManifestEntry,
  RunManifest,
  RunWriter,
  StoredVerdict,
} from '../core/vocabulary/run.js';
import type { Environment, StoredArtifact } from '../core/vocabulary/screenshot.js';
import { readEntry, storeArtifact } from './artifact-files.js';
import { thisWriter } from './file-lock.js';
import { Ledger } from './ledger.js';
import type { ManifestRead } from './manifest-file.js';
import { ManifestFile } from './manifest-file.js';
import { plainName, RUNS_DIR, runDir, VIEWED_KINDS, viewFile } from './paths.js';
import { ensureFolder, fileBelow, pointView, realProject } from './plain-file.js';
import { removeLeftovers } from './retention.js';
import { cutOffReason, deadWriters, type RunState, runState } from './run-list.js';
import { appendVerdict, readVerdicts } from './verdict-files.js';

/** The code and project that a run is evidence of. */
interface RunOrigin {
  codeState: CodeState;
  environment?: Environment;
}

/** Makes the folder of a new run and answers its id. Throws PATH_OUTSIDE_ROOTS, DISK_FULL. */
function makeRunFolder(project: string, clock: Clock): string {
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
function firstManifest(run: { id: string; ledger: Ledger }, writer: RunWriter, origin: RunOrigin): RunManifest {
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

/** Records of a run that are written again and again, by their kind, and the file of each. */
const RECORD_FILES = {
  checks: 'checks.json',
  summary: 'design_compare_summary.json',
  visual: 'visual_regression.json',
  layout_report: 'layout.json',
} as const;

/** The process that opens a run. */
export interface RunOptions {
  /** Tool or command in whose name entries are written. */
  tool: string;
  clock?: Clock;
  /** Folder of the per-user ledger; default `userStateDir()`. */
  stateDir?: string;
}

/** Files that are on disk already and that `appendCell` or `list` lists. */
export interface HeldFiles extends ArtifactSink {
  readonly entries: readonly ManifestEntry[];
  /** Removes what was stored and is not listed yet: what is made again takes the same names. */
  drop(): Promise<void>;
}

/** The parts of a new run. */
interface NewRun extends RunOptions, RunOrigin {}

/**
 * One run: the folder `artifacts/runs/<run_id>/` with all evidence of one code state. Several processes may write one run at
 * once; entries and cells only ever grow. Whoever writes signs on with `begin` (done by `create` and `whichRun`) and
 * off with `end`, so that work which was cut off can be recognised.
 */
export class Run implements ArtifactSink {
  readonly id: string;
  /** Real absolute path of the project. */
  readonly projectDir: string;
  /** The run's folder, relative to the project. */
  readonly dir: string;
  readonly ledger: Ledger;
  readonly #options: Required<Omit<RunOptions, 'stateDir'>>;
  readonly #file: ManifestFile;
  #session: RunWriter | undefined;

  private constructor(project: string, id: string, options: RunOptions) {
    this.id = id;
    this.projectDir = project;
    this.dir = runDir(id);
    this.ledger = new Ledger(project, options.stateDir);
    this.#options = { tool: options.tool, clock: options.clock ?? systemClock };
    this.#file = new ManifestFile(project, id, this.ledger);
  }

  /** Makes a new, open run, signed on. Throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS, DISK_FULL, RUN_BUSY. */
  static async create(projectDir: string, options: NewRun): Promise<Run> {
    const project = realProject(projectDir);
    const clock = options.clock ?? systemClock;
    const run = new Run(project, makeRunFolder(project, clock), options);
    run.#session = thisWriter(options.tool, isoTime(clock));
    await run.#file.create(firstManifest(run, run.#session, options));
    return run;
  }

  /**
   * Opens a run for reading, or for writing after `begin`. A run whose writer has died is marked incomplete, and its half
   * files are removed. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED (its manifest cannot be read).
   */
  static async open(projectDir: string, runId: string, options: RunOptions): Promise<Run> {
    const run = new Run(realProject(projectDir), runId, options);
    const { manifest } = run.#file.read();
    if (deadWriters(manifest, run.#options.clock.now()).length > 0) await run.#markCutOff();
    return run;
  }

  /** The manifest and the digest of its bytes, as they are on disk now. Not to be changed. Throws as `open` does. */
  read(): ManifestRead {
    return this.#file.read();
  }

  /** As `read().manifest`. */
  get manifest(): RunManifest {
    return this.read().manifest;
  }

  /** `writing`, `open`, `closed` or `incomplete`, judged by who still lives. */
  state(): RunState {
    return runState(this.manifest, this.#options.clock.now());
  }

  /** Signs on as a writer, which opens an incomplete run again. */
  async begin(): Promise<void> {
    this.#session ??= thisWriter(this.#options.tool, isoTime(this.#options.clock));
    const session = this.#session;
    await this.update((draft) => {
      if (!draft.writers.some((writer) => writer.id === session.id)) draft.writers.push(session);
      if (draft.state !== 'incomplete') return;
      draft.state = 'open';
      draft.state_reason = `went on after: ${draft.state_reason ?? ''}`;
    });
  }

  /** Signs off. Safe to call twice. */
  async end(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    await this.update((draft) => {
      draft.writers = draft.writers.filter((writer) => writer.id !== session.id);
    });
  }

  /** Signs off and closes: nothing joins it any more. */
  async close(reason: string): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    // Not `update`: who closes a run has not necessarily contributed to it.
    await this.#file.change((draft) => {
      draft.writers = draft.writers.filter((writer) => writer.id !== session?.id);
      if (draft.state === 'open') Object.assign(draft, { state: 'closed', state_reason: reason });
    });
  }

  /**
   * Changes the manifest as it is on disk now, under the project's lock. `change` must not wait, may run again on
   * a fresh draft, and only adds to `entries` and `cells`. Throws EVIDENCE_TAMPERED, DISK_FULL, RUN_BUSY, LEDGER_UNWRITABLE, and what `change` throws.
   */
  async update(change: (draft: RunManifest) => void, after?: (now: ManifestRead) => void): Promise<void> {
    const { tool, clock } = this.#options;
    await this.#file.change((draft) => {
      change(draft);
      draft.updated_at = isoTime(clock);
      if (!draft.tools.includes(tool)) draft.tools.push(tool);
    }, after);
  }

  /**
   * A sink for files that belong together, as those of one cell. They are stored at once and listed together, by `appendCell` or `list`: each
   * listing writes the whole manifest. Until then they are orphans, which count for nothing. Not for kinds that have a view.
   */
  holdFiles(): HeldFiles {
    const entries: ManifestEntry[] = [];
    return {
      entries,
      put: async (request) => {
        const stored = await storeArtifact(this.projectDir, this.id, request);
        entries.push(this.#entryOf(request.kind, stored));
        return stored;
      },
      drop: async () => {
        for (const { path } of entries.splice(0)) await rm(join(this.projectDir, path), { force: true });
      },
    };
  }

  /** Lists files of a sink of `holdFiles`, once. */
  async list({ entries }: HeldFiles): Promise<void> {
    if (entries.length > 0) await this.update((draft) => void draft.entries.push(...entries));
  }

  /** Adds a cell, and lists its files; its version is the next one of its screen and viewport. */
  async appendCell(cell: Omit<Cell, 'version'>, files?: HeldFiles): Promise<Cell> {
    let version = 1;
    await this.update((draft) => {
      draft.entries.push(...(files?.entries ?? []));
      version = 1 + draft.cells.filter((old) => old.screen === cell.screen && old.viewport === cell.viewport).length;
      draft.cells.push({ ...redactValue(cell), version });
    });
    return { ...cell, version };
  }

  /** Stores a file (see `ArtifactSink`). Also throws ARTIFACT_NAME_INVALID, PATH_OUTSIDE_ROOTS, EVIDENCE_TAMPERED, RUN_BUSY. */
  put(request: ArtifactRequest): Promise<StoredArtifact> {
    return this.#put(request, undefined);
  }

  /** A sink for the frames of one recording; the rest goes where `put` puts it. */
  recordingSink(recording: string): ArtifactSink {
    return { put: (request) => this.#put(request, recording) };
  }

  /** Lists a file that was written into the run's folder by other means: a video, the index of a recording's frames. Throws PATH_OUTSIDE_ROOTS. */
  async adopt(kind: ManifestEntry['kind'], file: StoredArtifact): Promise<void> {
    if (fileBelow(this.projectDir, this.dir, file.path) === undefined)
      throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: file.path, allowed: [this.dir] });
    await this.update((draft) => draft.entries.push(this.#entryOf(kind, file)));
  }

  /** Stores a version of a record and points the file's plain name at it. */
  writeJson(kind: keyof typeof RECORD_FILES, value: unknown): Promise<StoredArtifact> {
    return this.put({ kind, name: RECORD_FILES[kind], data: `${JSON.stringify(value, null, 1)}\n` });
  }

  /** The newest listed file of a kind (and, if given, with this plain name), or `undefined`. */
  latest(kind: ManifestEntry['kind'], name?: string): ManifestEntry | undefined {
    return this.manifest.entries.findLast((entry) => entry.kind === kind && (!name || plainName(entry.path) === name));
  }

  /** Bytes of a listed file, checked against its digest. Throws EVIDENCE_TAMPERED. */
  readEntry(entry: Pick<ManifestEntry, 'path' | 'sha256'>): Promise<Buffer> {
    return readEntry(this.projectDir, this.id, entry);
  }

  /** The newest version of a record, checked against digest and schema; `undefined` when there is none. Throws EVIDENCE_TAMPERED. */
  async readJson<Value>(kind: keyof typeof RECORD_FILES, schema: z.ZodType<Value>): Promise<Value | undefined> {
    const entry = this.latest(kind);
    if (!entry) return undefined;
    const parsed = schema.safeParse(JSON.parse((await this.readEntry(entry)).toString('utf8')));
    if (parsed.success) return parsed.data;
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: this.id, reason: `${entry.path} has an unknown shape` });
  }

  /** Appends `verdicts/<n>.json`. `judged`: the digest of the manifest that was judged (`read().sha256` of that moment). */
  appendVerdict(verdict: GateVerdict, judged: string, codeState: CodeState): Promise<StoredVerdict> {
    return appendVerdict(this, verdict, { judged, codeState, at: isoTime(this.#options.clock) });
  }

  /** All verdicts, oldest first. Throws EVIDENCE_TAMPERED when one cannot be read. */
  verdicts(): StoredVerdict[] {
    return readVerdicts(this.projectDir, this.id).map(({ verdict }) => verdict);
  }

  async #put(request: ArtifactRequest, recording: string | undefined): Promise<StoredArtifact> {
    const stored = await storeArtifact(this.projectDir, this.id, request, recording);
    const view = VIEWED_KINDS.has(request.kind)
      ? () => pointView(join(this.projectDir, stored.path), join(this.projectDir, viewFile(this.id, request.name)))
      : undefined;
    await this.update((draft) => draft.entries.push(this.#entryOf(request.kind, stored)), view);
    return stored;
  }

  #entryOf(kind: ManifestEntry['kind'], stored: StoredArtifact): ManifestEntry {
    const { tool, clock } = this.#options;
    return { ...stored, kind, tool, at: isoTime(clock) };
  }

  async #markCutOff(): Promise<void> {
    const now = this.#options.clock.now();
    try {
      await this.#file.change((draft) => {
        const dead = deadWriters(draft, now);
        if (dead.length === 0) return;
        draft.writers = draft.writers.filter((writer) => !dead.includes(writer));
        Object.assign(draft, { state: 'incomplete', state_reason: cutOffReason(dead) });
      });
      removeLeftovers(this.projectDir, this.id);
    } catch (error) {
      // Reading must work where writing does not (a copy to look at, a run that was tampered with): `state` still tells.
      const known = toCodeloopError(error).code;
      if (known !== 'EVIDENCE_TAMPERED' && known !== 'LEDGER_UNWRITABLE' && !isErrno(toCodeloopError(error).cause))
        throw error;
    }
  }
}
