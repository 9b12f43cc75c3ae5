import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/parse-settings.js';
import type { Config } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { isoTime } from '../core/clock.js';
import { sha256 } from '../core/digest.js';
import { slug } from '../core/ids.js';
import { mapConcurrent } from '../core/lanes.js';
import { readStored } from '../core/path-walls.js';
import { makeTempFolder } from '../core/temp-folder.js';
import type { Status } from '../core/vocabulary/gate.js';
import type { Pair } from '../core/vocabulary/pair.js';
import type { ArtifactSink, Cell } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { comparePair, pairsStatus, worstFirst } from '../design/compare-pair.js';
import { boxesReader } from '../design/element-tree.js';
import { type PlanFilter, type PlannedCell, planCells } from '../live/planned-cell.js';
import type { Session } from '../live/session.js';
import type { AppServer } from '../project/app-server.js';
import { checkoutBase } from '../project/code-state/checkout.js';
import { watchCode } from '../project/code-state/code-state.js';
import { findProject } from '../project/locate.js';
import { filesOnDisk, type Project } from '../project/project.js';
import { detectRunners } from '../project/runners/detect-runners.js';
import { runRunner } from '../project/runners/run-runner.js';
import { hasOnlyApps, projectScreens } from '../project/screens.js';
import { whichRun } from '../store/which-run.js';
import { baselineSettings } from './baselines/compare-baseline.js';
import { writeCompareReport } from './compare-report.js';
import { gather } from './gather.js';
import { newestCells } from './verification.js';

interface ChangesRequest {
  project: Project;
  session: Session;
  /** A commit of the repository, an address (`https://…`), or a run of the project. */
  base: string;
  /** An address that is looked at instead of the project's own app. */
  head?: string | undefined;
  filter: PlanFilter;
  signal: AbortSignal;
  progress: (progress: { done: number; total?: number; message: string }) => void;
}

interface Changes {
  /** Worst first. `reference` is the base, `actual` the head. */
  pairs: Pair[];
  status: Status;
  base: string;
  head: string;
  notes: string[];
  artifacts: Artifact[];
}

/** One side of the comparison: its pictures, and the folder that their paths start at. */
interface Side {
  name: string;
  project: Project;
  cells: readonly Cell[];
}

/** Folder of the last comparison, in the project. */
const FOLDER = 'artifacts/changes';

/**
 * Answers what a branch changed, without accepted pictures: photographs the same screens of the base and of the head in the same browser,
 * and compares them cell by cell. A commit is laid out in a folder of its own and served by the project's own command. Pictures of the
 * project's present code that a verification has taken are used again. Writes one page with all pairs into `artifacts/changes`. Throws ARGUMENTS_INVALID, RUN_NOT_FOUND,
 * APP_NOT_READY, BROWSER_NOT_FOUND, CANCELLED.
 */
export async function compareChanges(request: ChangesRequest): Promise<Changes> {
  const { project, session, head, signal } = request;
  const startedAt = isoTime(session.clock);
  const folders: string[] = [];
  const notes: string[] = [];
  try {
    // The base first: its server has the address to itself then.
    const before = await baseSide(request, folders, notes);
    const after =
      head === undefined ? await ownSide(request, project, 'this code') : await addressSide(request, head, folders);
    await rm(join(project.dir, FOLDER), { recursive: true, force: true });
    const diffs = new Map<string, Buffer>();
    const pairs = await comparedSides(request, before, after, diffs);
    const status = pairs.some(({ outcome }) => outcome === 'missing-reference') ? 'fail' : pairsStatus(pairs);
    const changed = pairs.filter(({ outcome }) => outcome !== 'match');
    const html = await writeCompareReport({
      ...{ pairs, diffs, html: `${FOLDER}/index.html`, cwd: project.dir, reference: before.name, actual: after.name },
      ...{ status, summary: `${changed.length} of ${pairs.length} pictures differ`, signal },
      ...{ startedAt, finishedAt: isoTime(session.clock) },
    });
    return {
      ...{ pairs, status, base: before.name, head: after.name, notes },
      artifacts: [{ ...html, path: `${FOLDER}/index.html` }],
    };
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

async function baseSide(request: ChangesRequest, folders: string[], notes: string[]): Promise<Side> {
  const { project, session, base, filter, signal } = request;
  if (isAddress(base)) return addressSide(request, base, folders);
  if (/^run-[\w-]+$/.test(base)) {
    const asked = { rule: 'newest', tool: 'codeloop_changes', clock: session.clock, runId: base } as const;
    const run = await whichRun(project.dir, asked);
    const names = filter.screens && new Set(filter.screens.map(slug));
    const sizes = filter.viewports && new Set(filter.viewports.map(slug));
    const cells = newestCells(run.manifest.cells).filter(
      ({ screen, viewport }) => (names?.has(slug(screen)) ?? true) && (sizes?.has(slug(viewport)) ?? true),
    );
    return { name: base, project, cells };
  }
  const { dir, folder, commit, notes: said } = await checkoutBase(project.dir, base, signal);
  folders.push(folder);
  notes.push(...said);
  const then = await asNow(project.config, dir);
  await buildServed(then, signal);
  try {
    return await ownSide(request, then, `${base} (${commit.slice(0, 10)})`);
  } finally {
    await session.apps.release(then);
  }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** A project at another place with the settings of now: both sides are looked at in the same way. */
async function asNow(config: Config, dir: string): Promise<Project> {
  await writeAtomic(join(dir, CONFIG_FILE), `${JSON.stringify(config)}\n`);
  return findProject(dir, [dir]);
}

/** Builds what is served, where that is finished pages. That it fails is seen by what is served then. */
async function buildServed(project: Project, signal: AbortSignal): Promise<void> {
  if (project.config.server.static === undefined) return;
  const { runners } = await detectRunners(filesOnDisk(project.dir), project.config);
  for (const runner of runners.filter(({ kind }) => kind === 'build'))
    await runRunner(runner, { project: project.dir, signal, onOutput: () => undefined });
}

/** What the project's own server shows. */
async function ownSide(request: ChangesRequest, project: Project, name: string): Promise<Side> {
  const { session, signal } = request;
  const { state } = await watchCode(project);
  const app = hasOnlyApps(project) ? undefined : await session.apps.get(project, state.tree, signal);
  return photographed(request, { name, project }, app, app?.url);
}

/** What is at another address, whose origin the person has named. */
async function addressSide(request: ChangesRequest, address: string, folders: string[]): Promise<Side> {
  const folder = await makeTempFolder('codeloop-side-');
  folders.push(folder);
  const { network, server, ...config } = request.project.config;
  const { ready_timeout_ms } = server;
  const project = await asNow(
    {
      ...config,
      network: { allowed_origins: [...network.allowed_origins, new URL(address).origin] },
      server: { url: new URL(address).origin, ready_timeout_ms },
    },
    folder,
  );
  return photographed(request, { name: address, project }, undefined, address.replace(/\/*$/, '/'));
}

/** Photographs the screens of a side; pictures that its run has of the same code are taken as they are. */
async function photographed(
  { session, filter, signal, progress }: ChangesRequest,
  { name, project }: Omit<Side, 'cells'>,
  app: AppServer | undefined,
  base: string | undefined,
): Promise<Side> {
  const [watch, screens] = await Promise.all([watchCode(project), projectScreens(project)]);
  const plan = planCells(project, screens, base, filter);
  const driver = await (hasOnlyApps(project) ? session.native(project) : session.browser(project.config));
  const run = await whichRun(project.dir, {
    ...{ rule: 'writable', tool: 'codeloop_changes', clock: session.clock },
    ...{ current: watch.state, environment: await driver.environment() },
  });
  try {
    const there: readonly Cell[] = newestCells(run.manifest.cells).filter(
      ({ screenshot, stale }) => screenshot && !stale,
    );
    const at = (planned: PlannedCell) =>
      there.find(({ screen, viewport }) => screen === planned.screen.name && viewport === planned.viewportName);
    const missing = plan.filter((planned) => !at(planned));
    const total = missing.length;
    const tell = ({ screen, viewport }: Cell, done: number) =>
      progress({ done, total, message: `${name}: ${screen}@${viewport}: photographed` });
    const references = { references: [], unmatched: [] };
    const taken = await gather({
      ...{ project, session, run, watch, signal, screens, references, cells: missing, app, adHocReasons: [] },
      onCell: tell,
    });
    return { name, project, cells: [...plan.flatMap((planned) => at(planned) ?? []), ...taken] };
  } finally {
    await run.end();
  }
}

/** Every screen x viewport of both sides, compared as pictures of one environment are: exactly. */
async function comparedSides(
  { project, signal }: ChangesRequest,
  before: Side,
  after: Side,
  diffs: Map<string, Buffer>,
): Promise<Pair[]> {
  const key = ({ screen, viewport }: Cell) => `${slug(screen)}.${slug(viewport)}`;
  const [then, now] = [before, after].map(({ cells }) => new Map(cells.map((cell) => [key(cell), answered(cell)])));
  const keys = [...new Set([...(now?.keys() ?? []), ...(then?.keys() ?? [])])];
  const settings = { ...baselineSettings(project), allowSizeDifference: false };
  const pairs = await mapConcurrent(
    keys,
    2,
    async (name): Promise<Pair> => {
      const [old, current] = [then?.get(name), now?.get(name)];
      const [reference, actual] = await Promise.all([
        keep(project, 'base', name, before, old),
        keep(project, 'head', name, after, current),
      ]);
      const { screen, viewport } = current ?? old ?? { screen: name, viewport: '' };
      if (!reference || !actual || !old?.screenshot || !current?.screenshot) {
        const failure = (actual ? old : current)?.failure;
        return {
          ...{ screen, viewport, size: {}, shifts: [], regions: [] },
          outcome: actual ? 'missing-reference' : reference ? 'missing-actual' : 'unreadable',
          ...(reference ? { reference } : {}),
          ...(actual ? { actual } : {}),
          note: `${actual ? before.name : after.name}: ${failure ? failure.message : 'there is no such screen'}`,
        };
      }
      const dom = current.screenshot.dom;
      const sink: ArtifactSink = {
        async put({ kind, name: file, data }) {
          const bytes = Buffer.from(data);
          if (kind === 'diff') diffs.set(`${screen}@${viewport}`, bytes);
          const path = `${FOLDER}/${kind}/${file}`;
          await writeAtomic(join(project.dir, path), bytes);
          return { path, sha256: sha256(bytes), bytes: bytes.length };
        },
      };
      const side = (artifact: Artifact, { device_scale_factor: scale }: { device_scale_factor: number }) => ({
        ...{ file: join(project.dir, artifact.path), artifact, scale },
      });
      return comparePair(
        {
          ...{ screen, viewport, settings, signal, adHoc: false },
          reference: side(reference, old.screenshot),
          actual: {
            ...side(actual, current.screenshot),
            ...(dom ? { boxes: boxesReader(after.project.dir, dom) } : {}),
          },
          masks: [...current.screenshot.masks, ...old.screenshot.masks],
        },
        sink,
      );
    },
    signal,
  );
  return worstFirst(pairs);
}

/** A page that a side answers with an error is not there: that a screen is new is no difference of pixels. */
function answered({ screenshot, ...cell }: Cell): Cell {
  const status = screenshot?.http_status ?? 200;
  if (!screenshot || status < 400) return { ...cell, ...(screenshot ? { screenshot } : {}) };
  return { ...cell, failure: { code: 'NAVIGATION_FAILED', message: `it is answered with HTTP ${status}` } };
}

/** Copies a picture to where the comparison is kept, so that the folder opens anywhere; nothing where there is none. */
async function keep(
  project: Project,
  side: string,
  name: string,
  from: Side,
  cell: Cell | undefined,
): Promise<Artifact | undefined> {
  const image = cell?.screenshot?.image;
  if (!image) return undefined;
  const path = `${FOLDER}/${side}/${name}.png`;
  await writeAtomic(join(project.dir, path), await readStored(from.project.dir, image));
  return { ...image, path };
}
