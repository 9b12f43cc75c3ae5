import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { sha256 } from '../../core/digest.js';
import { CodeloopError, isErrno, toCodeloopError } from '../../core/errors.js';
import { nearestName, slug } from '../../core/ids.js';
import { readPlain, readText } from '../../core/path-walls.js';
import { Flow } from '../../core/vocabulary/recording.js';
import type { Artifact } from '../../core/vocabulary/screenshot.js';
import type { Step } from '../../core/vocabulary/step.js';
import type { LivePage } from '../../live/live-page.js';
import { findViewport } from '../../live/planned-cell.js';
import type { Project } from '../../project/project.js';
import { FLOWS_DIR, flowFile, safeName } from '../../store/paths.js';
import { ensureFolder, isRealFolder, realProject } from '../../store/plain-file.js';

/** Names of the flows that a project has saved, sorted. */
export function listFlows(projectDir: string): string[] {
  const project = realProject(projectDir);
  if (!isRealFolder(project, FLOWS_DIR)) return [];
  return readdirSync(join(project, FLOWS_DIR))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** A saved flow. Throws FLOW_NOT_FOUND with the nearest name, CONFIG_INVALID when the file is no flow. */
export async function readFlow(projectDir: string, name: string): Promise<Flow> {
  const project = realProject(projectDir);
  const allowed = listFlows(project);
  // A file that a person wrote may be called what `writeFlow` would never call it.
  const file = allowed.includes(name) ? `${FLOWS_DIR}/${name}.json` : fileOf(name);
  let text: string;
  try {
    if (!isRealFolder(project, FLOWS_DIR)) throw notFound(name, allowed);
    text = await readText(join(project, file));
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') throw notFound(name, allowed);
    throw error;
  }
  const flow = Flow.safeParse(fromJson(text, file));
  if (flow.success) return flow.data;
  const [issue] = flow.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new CodeloopError('CONFIG_INVALID', { file, problem: `${place === '' ? '' : `${place}: `}${issue?.message}` });
}

/** Writes a flow in the place of one of the same name. Answers its path, relative to the project. Throws PATH_OUTSIDE_ROOTS, DISK_FULL. */
export async function writeFlow(projectDir: string, flow: Flow): Promise<{ path: string; replaced: boolean }> {
  const project = realProject(projectDir);
  const path = fileOf(flow.name);
  ensureFolder(project, FLOWS_DIR);
  const replaced = existsSync(join(project, path));
  await writeAtomic(join(project, path), `${JSON.stringify(flow, null, 2)}\n`);
  return { path, replaced };
}

function fileOf(name: string): string {
  return flowFile(safeName(slug(name)));
}

function notFound(name: string, allowed: readonly string[]): CodeloopError {
  const nearest = nearestName(name, allowed);
  return new CodeloopError('FLOW_NOT_FOUND', { flow: name, allowed: [...allowed], ...(nearest ? { nearest } : {}) });
}

function fromJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CodeloopError('CONFIG_INVALID', { file, problem: 'it is not valid JSON' }, { cause });
  }
}

/** A file below `.codeloop/flows`: a flow that can be replayed, or what is wrong with it. */
export type SavedFlow =
  | { name: string; file: string; sha256: string; flow: Flow; viewports: string[] }
  | { name: string; file: string; problem: string };

/** Every saved flow of a project, by name, with the viewports it is for as the configuration spells them. A broken file is told, never thrown. */
export async function savedFlows(project: Project): Promise<SavedFlow[]> {
  return Promise.all(listFlows(project.dir).map((name) => savedFlow(project, name)));
}

async function savedFlow(project: Project, name: string): Promise<SavedFlow> {
  const file = `${FLOWS_DIR}/${name}.json`;
  try {
    const flow = { ...(await readFlow(project.dir, name)), name };
    const loose = flow.steps.findIndex((step) => step.target && 'ref' in step.target);
    if (loose !== -1)
      return { name, file, problem: `step ${loose + 1} has a ref, which means nothing in another load.` };
    const viewports = flowViewports(flow, project.config).map((one) => findViewport(project, one));
    return { name, file, flow, viewports, sha256: sha256(await readPlain(join(project.dir, file))) };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    const { problem } = error.values;
    return { name, file, problem: typeof problem === 'string' ? problem : error.message };
  }
}

/** Names of the viewports that a flow is replayed at: the first alone where it can be done once. */
export function flowViewports(flow: Flow, config: Config): string[] {
  const names = flow.viewports ?? Object.keys(config.viewports);
  return flow.once ? names.slice(0, 1) : names;
}

/** Source of a flow: a saved one, steps as given, or what was done in a live page. */
interface FlowSource {
  flow?: string | undefined;
  steps?: readonly Step[] | undefined;
  page?: LivePage | undefined;
  /** Start address for given steps; default: the app's start page. */
  url?: string | undefined;
  saveAs?: string | undefined;
}

/** The flow that a call means. Throws FLOW_NOT_FOUND, CONFIG_INVALID, ARGUMENTS_INVALID (nothing was done in the page yet). */
export async function flowToRun(project: Project, source: FlowSource, tool: string): Promise<Flow> {
  if (source.flow !== undefined) return readFlow(project.dir, source.flow);
  const name = source.saveAs ?? 'unsaved';
  if (source.steps) return { schema_version: 1, name, start: source.url ?? '/', steps: [...source.steps] };
  const { page } = source;
  const steps = page?.taken.filter((step) => step.action !== 'screenshot') ?? [];
  if (!page || steps.length === 0)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: page ? `no step has worked in ${page.id} yet.` : 'give flow, steps or page_id.',
      allowed: ['flow', 'steps', 'page_id'],
    });
  return { schema_version: 1, name, start: startOf(page), steps: [...steps] };
}

/**
 * The flow as it is saved when it is tried at these viewports: it is meant for them, and a verification replays it at no other. Sizes that
 * have no name in the configuration cannot be kept; where only such are given, the flow is meant for all configured viewports.
 */
export function forViewports(flow: Flow, viewports: readonly string[] | undefined, config: Config): Flow {
  const named = viewports?.filter((name) => Object.hasOwn(config.viewports, name)) ?? [];
  return named.length > 0 ? { ...flow, viewports: named } : flow;
}

/**
 * Saves a flow; `replaced` when one of that name was there. A reference of a snapshot means nothing in another load, and a name that is
 * stored as another one could take a flow's place unseen: both are refused. Throws ARGUMENTS_INVALID, ARTIFACT_NAME_INVALID, DISK_FULL.
 */
export async function saveFlow(
  project: Project,
  flow: Flow,
  tool: string,
): Promise<{ artifact: Artifact; replaced: boolean }> {
  const stored = slug(flow.name);
  // Only case and single blanks may differ from the name of the file.
  if (flow.name.normalize('NFC').toLowerCase().replace(/ +/g, '-') !== stored)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: `save_as ${JSON.stringify(flow.name)} cannot be the name of a flow${stored === '' ? '' : `; "${stored}" would do`}.`,
      hint: 'A name has letters, digits, dots, single dashes and blanks, and begins and ends with a letter or digit.',
    });
  const loose = flow.steps.findIndex((step) => step.target && 'ref' in step.target);
  if (loose !== -1)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: `step ${loose + 1} has a ref, which means nothing in another load; name it by role and name.`,
      allowed: ['role', 'name', 'text', 'label', 'placeholder', 'test_id', 'selector', 'nth'],
    });
  const { path, replaced } = await writeFlow(project.dir, flow);
  return { artifact: { path }, replaced };
}

/** The page's first address, as a path where it lies on the app. */
function startOf({ target, app }: LivePage): string {
  if (target.kind === 'app') return target.app;
  const url = new URL(target.url);
  return app && new URL(app.url).origin === url.origin ? `${url.pathname}${url.search}${url.hash}` : target.url;
}
