import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modify, type ParseError, parse } from 'jsonc-parser';
import { CONFIG_FILE, parseConfig } from '../../config/parse-settings.js';
import { DEFAULT_VIEWPORTS } from '../../config/schema.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { insideRoots, readText } from '../../core/path-walls.js';
import { type Detected, detectProject } from '../detect.js';
import { copyPictures, type ImportedSettings, importSettings } from '../import/import-settings.js';
import type { LeftOver } from '../import/imported.js';
import { otherStack } from '../other-stacks.js';
import { sourceFiles } from '../routes/route.js';
import { appRoutes, routeScreens, staticScreens } from '../screens.js';
import { type OwnStories, ownStories } from '../stories.js';
import { CLIENT_FILES, type Client, clientsInUse, HOOK_COMMAND, SKILL, SKILL_FRONT, STANDING_RULE } from './clients.js';
import { HASH_MARKS, MARKDOWN_MARKS, setBlock, withoutBlock } from './marked-block.js';
import { designNames, nameAfterDesigns } from './name-after-designs.js';

const SOURCE = /\.(?:html?|css|scss|less|vue|svelte|astro|[cm]?[jt]sx?)$/;
/** Larger files are bundles or data, not source code. */
const MAX_BYTES = 500_000;
const MAX_ORIGINS = 20;
/** Patterns of addresses that are loaded, not only linked or mentioned. */
const LOADED = [
  /<script\b[^>]*\bsrc\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|modulepreload|icon|preconnect))[^>]*\bhref\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /<(?:img|source|video|audio|iframe|embed)\b[^>]*\bsrc\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /\burl\(\s*["']?(https?:\/\/[^"')\s]+)/gi,
  /@import\s+["'](https?:\/\/[^"'\s]+)/gi,
  /\b(?:fetch|axios(?:\.\w+)?|EventSource|WebSocket)\s*\(\s*["'`]((?:https?|wss?):\/\/[^"'`\s$]+)/g,
];

/**
 * Origins that the app's source loads things from: scripts, styles, fonts, pictures, requests. Not this machine, no addresses that
 * are only linked. Sorted, at most 20.
 */
export async function findOrigins(dir: string): Promise<string[]> {
  const origins = new Set<string>();
  for (const file of await sourceFiles(dir, '.', SOURCE)) {
    if (/\.(?:test|spec|stories)\.|(?:^|\/)(?:tests?|__tests__)\//.test(file)) continue;
    const path = join(dir, file);
    if ((await stat(path)).size > MAX_BYTES) continue;
    const text = await readText(path);
    for (const pattern of LOADED) for (const match of text.matchAll(pattern)) addOrigin(match[1], origins);
  }
  return [...origins].sort().slice(0, MAX_ORIGINS);
}

function addOrigin(address: string | undefined, origins: Set<string>): void {
  if (address === undefined || !URL.canParse(address)) return;
  const { hostname, origin, protocol, host } = new URL(address);
  if (
    /^(?:localhost|127\.|\[::1\]|0\.0\.0\.0)|\.(?:localhost|example|test|invalid)$|(?:^|\.)example\.(?:com|org|net)$/.test(
      hostname,
    )
  )
    return;
  // The allow list is written with web schemes; a socket belongs to the same origin.
  origins.add(protocol === 'wss:' ? `https://${host}` : protocol === 'ws:' ? `http://${host}` : origin);
}

/**
 * The text of a JSON file (comments and trailing commas allowed) with `value` added at `keys`, by one insertion: what a person
 * wrote stays byte for byte. An entry that is there, in whatever form, is the user's choice and stays. Throws CONFIG_INVALID.
 */
function addEntry(path: string, old: string | undefined, keys: readonly string[], value: unknown): string {
  const text = old === undefined || old.trim() === '' ? '{}\n' : old;
  const errors: ParseError[] = [];
  const parsed: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw invalid(path, 'is not JSON');
  if (!isObject(parsed)) throw invalid(path, 'is not a JSON object');
  let inner = parsed;
  let depth = 0;
  for (const [at, key] of keys.entries()) {
    const next: unknown = Reflect.get(inner, key);
    if (next === undefined) break;
    if (at === keys.length - 1) return text;
    if (!isObject(next)) throw invalid(path, `has a "${key}" that is not an object`);
    inner = next;
    depth = at + 1;
  }
  // The missing rest of the path goes in as one property.
  const [name = '', ...rest] = keys.slice(depth);
  const property = rest.reduceRight<unknown>((nested, key) => ({ [key]: nested }), value);
  const [edit] = modify(text, keys.slice(0, depth + 1), property, {});
  if (!edit) throw invalid(path, 'cannot be extended');
  return (
    text.slice(0, edit.offset) + laidOut(text, edit, depth, name, property) + text.slice(edit.offset + edit.length)
  );
}

/** The property on lines of its own, in the file's own indentation and line ends. `edit` says where, and whether others stand before it. */
function laidOut(
  text: string,
  edit: { offset: number; content: string },
  depth: number,
  name: string,
  property: unknown,
): string {
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const line = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = line + unit.repeat(depth + 1);
  const body = JSON.stringify(property, null, unit).replaceAll('\n', indent);
  const follows = edit.content.startsWith(',');
  const alone = !follows && /^\s*\}/.test(text.slice(edit.offset));
  // After others the closing bracket stands where it stood; into an empty object it comes on a line of its own.
  const end = alone && !/^\s*?\n/.test(text.slice(edit.offset)) ? line + unit.repeat(depth) : '';
  return `${follows ? ',' : ''}${indent}${JSON.stringify(name)}: ${body}${edit.content.endsWith(',') ? ',' : ''}${end}`;
}

/** True when the list at `keys` has our hook, in whatever form: a local path of the program, other flags. */
function holdsHook(text: string | undefined, keys: readonly string[]): boolean {
  const list = keys.reduce<unknown>(
    (inner, key) => (isObject(inner) ? Reflect.get(inner, key) : undefined),
    parse(text ?? ''),
  );
  return JSON.stringify(list ?? null).includes(HOOK_COMMAND.replace(/^.*codeloop/, 'codeloop'));
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function invalid(file: string, problem: string): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', { file, problem, hint: 'Fix or move the file; nothing was written.' });
}

interface InitRequest {
  projectType?: string | undefined;
  baseUrl?: string | undefined;
  /** Default: those whose files are in the project, and claude-code when there are none. */
  clients?: readonly Client[] | undefined;
  /** Settings file of BackstopJS or lost-pixel that screens, viewports and pictures are taken from. */
  from?: string | undefined;
  /** Say what would be done, write nothing. */
  dryRun?: boolean | undefined;
}

interface InitResult {
  created: string[];
  updated: string[];
  unchanged: string[];
  /** Texts that only a person may add, to copy. */
  proposed: { path: string; text: string; why: string }[];
  detected: Detected & { screens: { name: string; path: string }[]; origins: string[] };
  /** What was taken over from another tool, and what could not be. */
  imported?: {
    tool: string;
    screens: number;
    viewports: string[];
    pictures: number;
    not_carried: LeftOver[];
  };
}

const IGNORED = ['artifacts/', '.codeloop/cache/', '.codeloop/audit*.jsonl', '.codeloop/state/'];

/**
 * Prepares a project: settings, reference folders, ignore lines, registration and standing rule for the coding agents in use.
 * Never overwrites a user's text; running it twice changes nothing. Throws CONFIG_INVALID when a file that must be extended
 * is not readable JSON, or the settings to import cannot be read; then nothing was written.
 */
export async function initProject(dir: string, request: InitRequest): Promise<InitResult> {
  const imported = request.from === undefined ? undefined : await importSettings(dir, request.from);
  if (imported && (await textIfThere(join(dir, CONFIG_FILE))) !== undefined)
    throw invalid(CONFIG_FILE, 'is there already, and an import does not write over it');
  const detected = await detectProject(dir);
  const server = detected.server;
  const found =
    server && 'static' in server
      ? await staticScreens(join(dir, server.static))
      : routeScreens((await appRoutes(dir)).open);
  const { screens, unmatched } = nameAfterDesigns(
    found.map(({ name, path }) => ({ name, path: path ?? '/' })),
    await designNames(dir),
  );
  const origins = server ? await findOrigins(dir) : [];
  const result: InitResult = {
    created: [],
    updated: [],
    unchanged: [],
    proposed: [],
    detected: { ...detected, screens: server && !imported ? screens : [], origins },
    ...(imported
      ? {
          imported: {
            ...{ tool: imported.tool, screens: imported.screens.length, viewports: Object.keys(imported.viewports) },
            ...{ pictures: imported.pictures.length, not_carried: [...imported.left] },
          },
        }
      : {}),
  };
  const other = server ? undefined : await otherStack(dir);
  if (other)
    result.proposed.push({
      path: CONFIG_FILE,
      text: JSON.stringify({ server: other.server, screens: [{ name: 'home', path: '/' }] }),
      why: `this looks like a ${other.framework} app, which no script of package.json starts: add how it is started`,
    });
  const stories = imported ? undefined : await ownStories(dir, detected.package_manager);
  if (stories && server)
    result.proposed.push({
      path: CONFIG_FILE,
      text: JSON.stringify({ stories: stories.screens }),
      why: `there are stories, too: add them to look at each one beside the pages, and build them before (${stories.runners.build.command})`,
    });
  for (const name of imported ? [] : unmatched)
    result.proposed.push({
      path: CONFIG_FILE,
      text: JSON.stringify({ name, path: '/' }),
      why: `there are designs named "${name}", and no page fits: add it to screens[] with its own path`,
    });
  const writes = new Map<string, string>();
  const outcomes = new Map<string, 'created' | 'updated' | 'unchanged'>();
  const plan = async (path: string, change: (old: string | undefined) => string) => {
    const file = await insideRoots(path, [dir]);
    const planned = writes.get(file);
    const old = planned ?? (await textIfThere(file));
    const text = change(old);
    // Two changes of one file are told once.
    const before = outcomes.get(path);
    if (before === undefined || before === 'unchanged')
      outcomes.set(path, old === text ? 'unchanged' : old === undefined ? 'created' : 'updated');
    if (old !== text) writes.set(file, text);
  };

  await plan(CONFIG_FILE, (old) => {
    if (old === undefined) return configText(request, detected, result.detected.screens, origins, imported ?? stories);
    parseConfig(old);
    return old;
  });
  for (const viewport of Object.keys(imported?.viewports ?? (await viewports(dir))))
    await plan(`designs/${viewport}/.gitkeep`, (old) => old ?? '');
  const built = stories && !server ? [`${stories.screens.storybook}/`] : [];
  // Packages are no part of a project's code, also in a folder of pages that gets its first one with codeloop.
  const hasPackages =
    (server && 'static' in server) || ['package.json', 'node_modules'].some((name) => existsSync(join(dir, name)));
  await plan('.gitignore', (old = '') => {
    const packages = hasPackages && !withoutBlock(old, HASH_MARKS).includes('node_modules') ? ['node_modules/'] : [];
    return setBlock(old, [...IGNORED, ...built, ...packages].join('\n'), HASH_MARKS);
  });
  for (const client of request.clients ?? (await clientsInUse(dir))) {
    const files = CLIENT_FILES[client];
    const { registration, table, hook, skill, instructions, snippet } = files;
    if (registration)
      await plan(registration.path, (old) => addEntry(registration.path, old, registration.keys, registration.value));
    if (table)
      await plan(table.path, (old = '') =>
        table.has.test(old) && !old.includes(HASH_MARKS.start) ? old : setBlock(old, table.text, HASH_MARKS),
      );
    if (hook) {
      await plan(hook.path, (old) => {
        const text = addEntry(hook.path, old, hook.keys, hook.value);
        return hook.needs ? addEntry(hook.path, text, hook.needs.keys, hook.needs.value) : text;
      });
      if (
        !holdsHook(
          writes.get(await insideRoots(hook.path, [dir])) ?? (await textIfThere(join(dir, hook.path))),
          hook.keys,
        )
      )
        result.proposed.push({
          path: hook.path,
          text: JSON.stringify(hook.value),
          why: `${hook.keys.join('.')} has entries of yours; add this one, so that ${client} asks codeloop before it says that it is done`,
        });
    }
    await plan(skill, (old) => setBlock(old ?? SKILL_FRONT, SKILL.body, MARKDOWN_MARKS));
    await plan(instructions.path, (old) => setBlock(old ?? instructions.front ?? '', STANDING_RULE, MARKDOWN_MARKS));
    if (snippet)
      result.proposed.push({
        ...snippet,
        why: `${client} reads MCP servers from a file of yours; codeloop writes nothing outside the project`,
      });
  }
  for (const [path, outcome] of outcomes) result[outcome].push(path);
  if (!request.dryRun) {
    for (const [path, text] of writes) {
      if (path.endsWith('.gitkeep'))
        await mkdir(join(path, '..'), { recursive: true }).then(() => writeFile(path, text));
      else await writeAtomic(path, text);
    }
    result.created.push(...(await copyPictures(dir, imported?.pictures ?? [])));
  }
  return result;
}

async function viewports(dir: string): Promise<Record<string, unknown>> {
  const text = await textIfThere(join(dir, CONFIG_FILE));
  return text === undefined ? DEFAULT_VIEWPORTS : parseConfig(text).viewports;
}

function configText(
  request: InitRequest,
  detected: Detected,
  screens: readonly { name: string; path: string }[],
  origins: readonly string[],
  other: ImportedSettings | OwnStories | undefined,
): string {
  const imported = other && 'tool' in other ? other : undefined;
  const elsewhere = (imported?.screens ?? []).flatMap(({ url }) => (url === undefined ? [] : [new URL(url).origin]));
  const allowed = [...new Set([...origins, ...elsewhere])];
  const own = imported ? importedServer(imported, detected.server) : detected.server;
  const server =
    request.baseUrl === undefined
      ? own
      : {
          ...(detected.server && 'command' in detected.server ? { command: detected.server.command } : {}),
          url: request.baseUrl,
        };
  const config = {
    $schema: 'https://unpkg.com/codeloop/dist/config.schema.json',
    project_type: request.projectType ?? detected.framework,
    ...(server ? { server } : {}),
    ...(imported?.engine === undefined ? {} : { browser: { engine: imported.engine } }),
    ...(imported && Object.keys(imported.viewports).length > 0 ? { viewports: imported.viewports } : {}),
    ...(imported && imported.screens.length > 0
      ? { screens: imported.screens }
      : screens.length > 0
        ? { screens }
        : other && !imported && !server
          ? other
          : {}),
    ...(allowed.length > 0 ? { network: { allowed_origins: allowed } } : {}),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/**
 * Where the app of imported settings is: finished pages where only these are named; the project's own dev server where it has one (an
 * address of another tool may be that of a preview, or of a container); finished pages that nobody serves; else the address.
 */
function importedServer({ origin, static: folder }: ImportedSettings, found: Detected['server']) {
  if (origin === undefined) return folder === undefined ? found : { static: folder };
  return found ?? { url: origin };
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
