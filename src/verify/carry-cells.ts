import { z } from 'zod';
import type { Cell, CodeState } from '../core/vocabulary/run.js';
import type { Environment, StoredArtifact } from '../core/vocabulary/screenshot.js';
import type { PlannedCell } from '../live/planned-cell.js';
import type { Session } from '../live/session.js';
import { affectedScreens } from '../project/affected-screens.js';
import { snapshotFiles } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { Run } from '../store/run.js';
import { runStanding } from '../store/run-integrity.js';
import { runsNewestFirst } from '../store/run-list.js';
import { sameCodeState } from '../store/which-run.js';
import type { Verification } from './verification.js';
import { newestCells } from './verification.js';

/** The content that a run was made from: path → what stands for its content. */
const CodeFiles = z.record(z.string(), z.string());
const CODE_FILES = 'code-files.json';

/** A run from which pictures may be carried over. */
interface Origin {
  run: Run;
  cells: readonly Cell[];
  files: Readonly<Record<string, string>>;
}

/** Keeps with a run what it was made from, so that a later one can tell what has changed since. */
export async function keepCodeFiles(project: Project, run: Run, state: CodeState): Promise<void> {
  const files = await snapshotFiles(project.dir, project.config, state);
  await run.put({ kind: 'log', name: CODE_FILES, data: JSON.stringify(Object.fromEntries(files)) });
}

/** Returns the content that a run was made from; undefined when it was not kept. Throws EVIDENCE_TAMPERED. */
export async function codeFilesOf(run: Run): Promise<Readonly<Record<string, string>> | undefined> {
  const entry = run.latest('log', CODE_FILES);
  return entry && CodeFiles.parse(JSON.parse((await run.readEntry(entry)).toString('utf8')));
}

/**
 * The newest run of an earlier code state that was judged, is as it was written, comes from the same environment, and has a good
 * picture of every planned cell. `undefined`: there is none to carry anything over from.
 */
export async function findOrigin(
  project: Project,
  session: Session,
  state: CodeState,
  environment: Environment,
  plan: readonly PlannedCell[],
): Promise<Origin | undefined> {
  for (const found of runsNewestFirst(project.dir)) {
    if ('broken' in found || sameCodeState(found.read.manifest.code_state, state)) continue;
    const { manifest } = found.read;
    const then = manifest.code_state;
    // What is served as finished output cannot be told apart by its sources.
    if (manifest.environment?.id !== environment.id || then.method !== state.method) continue;
    if (then.build_output !== state.build_output) continue;
    const run = await Run.open(project.dir, found.runId, { tool: 'codeloop_verify', clock: session.clock });
    const files = await codeFilesOf(run);
    const cells = newestCells(manifest.cells).filter((cell) => isGood(cell));
    if (!files || run.verdicts().length === 0 || runStanding(run).state !== 'agrees') continue;
    if (!plan.every((one) => cells.some((cell) => isCellOf(cell, one)))) continue;
    return { run, cells, files };
  }
  return undefined;
}

/**
 * Takes over from an earlier run the cells that no change can have reached, each with its origin, reason and the digest of its
 * inputs, and answers the cells that are still to be photographed, with why they are. Throws EVIDENCE_TAMPERED, DISK_FULL.
 */
export async function carryCells(
  request: Pick<Verification, 'project' | 'run' | 'screens'> & { state: CodeState; plan: readonly PlannedCell[] },
  origin: Origin,
): Promise<{ left: PlannedCell[]; carried: number; reason: string }> {
  const { project, run, screens, state, plan } = request;
  const files = await snapshotFiles(project.dir, project.config, state);
  const paths = new Set([...files.keys(), ...Object.keys(origin.files)]);
  const changed = [...paths].filter((path) => files.get(path) !== origin.files[path]).sort();
  const affected = await affectedScreens(project, screens, changed, files);
  if ('all' in affected) return { left: [...plan], carried: 0, reason: affected.all };
  const lacking = new Set(notThereYet(run, state, plan));
  const left: PlannedCell[] = [];
  for (const planned of plan) {
    const inputs = affected.unaffected.get(planned.screen.name);
    const cell = origin.cells.find((one) => isCellOf(one, planned));
    // What was photographed of this very code is photographed again, never replaced by something older.
    if (inputs === undefined || !cell || !lacking.has(planned)) left.push(planned);
    else await carry(run, origin, cell, inputs, changed);
  }
  return { left, carried: plan.length - left.length, reason: `changed: ${changed.slice(0, 5).join(', ')}` };
}

async function carry(run: Run, origin: Origin, cell: Cell, inputs: string, changed: readonly string[]): Promise<void> {
  const { version: _, ...kept } = cell;
  const name = `${cell.screen}.${cell.viewport}`;
  const files = run.holdFiles();
  const copy = async (
    kind: 'screenshot' | 'dom' | 'accessibility' | 'layout' | 'tile',
    file: { path: string; sha256: string },
  ) =>
    files.put({
      kind,
      name: file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.v\d+(?=\.)/, ''),
      data: await origin.run.readEntry(file),
    });
  const { screenshot, accessibility, widths, conditions, plain } = kept;
  const result = accessibility?.result && (await copy('accessibility', accessibility.result));
  const taken = {
    ...kept,
    ...(screenshot
      ? {
          screenshot: {
            ...screenshot,
            image: { ...screenshot.image, ...(await copy('screenshot', screenshot.image)) },
            ...(screenshot.dom ? { dom: await copy('dom', screenshot.dom) } : {}),
            ...(screenshot.layout ? { layout: await copy('layout', screenshot.layout) } : {}),
          },
        }
      : {}),
    ...(accessibility ? { accessibility: { ...accessibility, ...(result ? { result } : {}) } } : {}),
    ...(widths ? { widths: await copyWidths(widths, copy) } : {}),
    ...(plain ? { plain: await copyWidths(plain, copy) } : {}),
    ...(conditions ? { conditions: await Promise.all(conditions.map((one) => copyWidths(one, copy))) } : {}),
    carried: {
      from_run: cell.carried?.from_run ?? origin.run.id,
      reason: `nothing that ${name} is made from is among what changed: ${changed.slice(0, 5).join(', ') || 'nothing'}`,
      inputs_sha256: inputs,
    },
  };
  await run.appendCell(taken, files);
}

/** Copies the page's layouts at other widths, or under a condition, with their pictures. */
async function copyWidths<Laid extends NonNullable<Cell['widths']>>(
  laid: Laid,
  copy: (kind: 'layout' | 'tile', file: { path: string; sha256: string }) => Promise<StoredArtifact>,
): Promise<Laid> {
  const pictures: Laid['pictures'] = [];
  for (const one of laid.pictures) pictures.push({ ...one, picture: await copy('tile', one.picture) });
  return { ...laid, pictures, ...(laid.evidence ? { evidence: await copy('layout', laid.evidence) } : {}) };
}

/** A picture that would pass by itself: taken, steady, of the files it says, of the project's own server. */
function isGood({ screenshot, failure, stale, unbound }: Cell): boolean {
  return screenshot?.steady.settled === true && !screenshot.blank && !failure && !stale && !unbound;
}

function isCellOf(cell: Cell, planned: PlannedCell): boolean {
  return cell.screen === planned.screen.name && cell.viewport === planned.viewportName;
}

/** Planned cells of which this run has no good picture of the present code yet: what an interrupted run still lacks. */
export function notThereYet(run: Run, state: CodeState, plan: readonly PlannedCell[]): PlannedCell[] {
  const cells = newestCells(run.manifest.cells).filter((cell) => isGood(cell) && cell.tree === state.tree);
  return plan.filter((planned) => !cells.some((cell) => isCellOf(cell, planned)));
}
