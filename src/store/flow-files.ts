import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { nearestName, slug } from '../core/ids.js';
import { Flow } from '../core/vocabulary/flow.js';
import { FLOWS_DIR, flowFile, safeName } from './paths.js';
import { ensureFolder, isRealFolder, realProject } from './plain-file.js';

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
    text = await readFile(join(project, file), 'utf8');
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
