import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/load.js';
import { DEFAULT_VIEWPORTS } from '../../config/viewports.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { isErrno } from '../../core/errors.js';
import { insideRoots } from '../../core/path-walls.js';
import { type Detected, detectProject } from '../detect.js';
import { fileExists } from '../file-exists.js';
import { findOrigins } from '../find-origins.js';
import { codeRoutes } from '../routes/code-routes.js';
import { routeScreens, staticScreens } from '../screens.js';
import { CLIENT_FILES, CLIENT_SIGNS, CLIENTS, type Client, STANDING_RULE } from './clients.js';
import { addEntry } from './json-entry.js';
import { HASH_MARKS, MARKDOWN_MARKS, setBlock } from './marked-block.js';

export interface InitRequest {
  projectType?: string | undefined;
  baseUrl?: string | undefined;
  /** Default: those whose files are in the project, and claude-code when there are none. */
  clients?: readonly Client[] | undefined;
  /** Say what would be done, write nothing. */
  dryRun?: boolean | undefined;
}

export interface InitResult {
  created: string[];
  updated: string[];
  unchanged: string[];
  /** What only a person may add, as text to copy. */
  proposed: { path: string; text: string; why: string }[];
  detected: Detected & { screens: { name: string; path: string }[]; origins: string[] };
}

const IGNORED = ['artifacts/', '.codeloop/cache/', '.codeloop/audit*.jsonl', '.codeloop/state/'];

/**
 * Prepares a project: settings, reference folders, ignore lines, registration and standing rule for the coding agents in use.
 * Never overwrites a user's text; running it twice changes nothing. Throws CONFIG_INVALID when a file that must be extended
 * is not readable JSON; then nothing was written.
 */
export async function initProject(dir: string, request: InitRequest): Promise<InitResult> {
  const detected = await detectProject(dir);
  const server = detected.server;
  const found =
    server && 'static' in server
      ? await staticScreens(join(dir, server.static))
      : routeScreens((await codeRoutes(dir, detected.framework)).open);
  const screens = found.map(({ name, path }) => ({ name, path: path ?? '/' }));
  const origins = server ? await findOrigins(dir) : [];
  const result: InitResult = {
    created: [],
    updated: [],
    unchanged: [],
    proposed: [],
    detected: { ...detected, screens: server ? screens : [], origins },
  };
  const writes: { path: string; text: string }[] = [];
  const plan = async (path: string, change: (old: string | undefined) => string) => {
    const file = await insideRoots(path, [dir]);
    const old = await readText(file);
    const text = change(old);
    if (old === text) result.unchanged.push(path);
    else {
      (old === undefined ? result.created : result.updated).push(path);
      writes.push({ path: file, text });
    }
  };

  await plan(CONFIG_FILE, (old) => {
    if (old === undefined) return configText(request, detected, result.detected.screens, origins);
    parseConfig(old);
    return old;
  });
  for (const viewport of Object.keys(await viewports(dir)))
    await plan(`designs/${viewport}/.gitkeep`, (old) => old ?? '');
  await plan('.gitignore', (old) => setBlock(old ?? '', IGNORED.join('\n'), HASH_MARKS));
  for (const client of request.clients ?? (await clientsInUse(dir))) {
    const files = CLIENT_FILES[client];
    const { registration, instructions, snippet } = files;
    if (registration)
      await plan(registration.path, (old) => addEntry(registration.path, old, registration.keys, registration.value));
    await plan(instructions.path, (old) => setBlock(old ?? instructions.front ?? '', STANDING_RULE, MARKDOWN_MARKS));
    if (snippet)
      result.proposed.push({
        ...snippet,
        why: `${client} reads MCP servers from a file of yours; codeloop writes nothing outside the project`,
      });
  }
  if (!request.dryRun) {
    for (const { path, text } of writes) {
      if (path.endsWith('.gitkeep'))
        await mkdir(join(path, '..'), { recursive: true }).then(() => writeFile(path, text));
      else await writeAtomic(path, text);
    }
  }
  return result;
}

async function viewports(dir: string): Promise<Record<string, unknown>> {
  const text = await readText(join(dir, CONFIG_FILE));
  return text === undefined ? DEFAULT_VIEWPORTS : parseConfig(text).viewports;
}

function configText(
  request: InitRequest,
  detected: Detected,
  screens: readonly { name: string; path: string }[],
  origins: readonly string[],
): string {
  const server =
    request.baseUrl === undefined
      ? detected.server
      : {
          ...(detected.server && 'command' in detected.server ? { command: detected.server.command } : {}),
          url: request.baseUrl,
        };
  const config = {
    $schema: 'https://unpkg.com/codeloop/dist/config.schema.json',
    project_type: request.projectType ?? detected.framework,
    ...(server ? { server } : {}),
    ...(screens.length > 0 ? { screens } : {}),
    ...(origins.length > 0 ? { network: { allowed_origins: origins } } : {}),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function clientsInUse(dir: string): Promise<Client[]> {
  const found: Client[] = [];
  for (const client of CLIENTS) {
    for (const sign of CLIENT_SIGNS[client]) {
      if (!found.includes(client) && (await fileExists(join(dir, sign)))) found.push(client);
    }
  }
  return found.length > 0 ? found : ['claude-code'];
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
