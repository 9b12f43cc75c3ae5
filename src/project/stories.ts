import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { StorybookScreens, StoryParameters } from '../config/place-settings.js';
import { ScreenConfig } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { fitsWildcards } from '../core/linear-pattern.js';
import { insideRoots, readText } from '../core/path-walls.js';
import { CACHE_DIR } from '../store/paths.js';
import { ensureFolder } from '../store/plain-file.js';
import { askText } from './http-answer.js';
import type { Project } from './project.js';
import { parametersOf, storyParameters } from './story-parameters.js';

/** A story as the index of its tool lists it. */
interface Story {
  id: string;
  /** `Title/Name`, for people. */
  name: string;
  /** Its file, relative to the project. */
  importPath: string;
  /** Name of its export, where the index has it. */
  exportName: string | undefined;
}

/** `index.json` of Storybook 7 and later, `stories.json` of 6.4 to 6.5, whose entries say less. */
const StorybookIndex = z.object({
  v: z.number(),
  entries: z.record(z.string(), z.looseObject({})).optional(),
  stories: z.record(z.string(), z.looseObject({})).optional(),
});
const StorybookEntry = z.object({
  id: z.string(),
  title: z.string(),
  name: z.string(),
  importPath: z.string(),
  exportName: z.string().optional(),
  type: z.string().default('story'),
  subtype: z.string().default('story'),
  parameters: z.looseObject({ docsOnly: z.boolean().optional() }).optional(),
});
/** `meta.json` of Ladle. */
const LadleIndex = z.object({
  stories: z.record(
    z.string(),
    z.object({
      name: z.string(),
      levels: z.array(z.string()),
      filePath: z.string().default(''),
      namedExport: z.string().optional(),
    }),
  ),
});

/** How a tool lists its stories, and where it shows one. */
interface Tool {
  file: string;
  stories(index: unknown): Story[];
  path(id: string, args: StoryParameters['args'][number], globals: StoryParameters['globals'][number]): string;
}

const storybook = (file: string): Tool => ({
  file,
  stories(index) {
    const { entries, stories } = StorybookIndex.parse(index);
    return Object.values(entries ?? stories ?? {}).flatMap((one) => {
      const { id, title, name, type, subtype, importPath, exportName, parameters } = StorybookEntry.parse(one);
      // Pages of documentation show stories again; tests of a story are for the tool's own test runner.
      if (type !== 'story' || subtype !== 'story' || parameters?.docsOnly) return [];
      return [{ id, name: `${title}/${name}`, importPath: posix.normalize(importPath), exportName }];
    });
  },
  path(id, args, globals) {
    const more = [
      ...(Object.keys(args).length > 0 ? [`&args=${written(args)}`] : []),
      ...(Object.keys(globals).length > 0 ? [`&globals=${written(globals)}`] : []),
    ];
    return `/iframe.html?id=${encodeURIComponent(id)}&viewMode=story${more.join('')}`;
  },
});

const ladle: Tool = {
  file: 'meta.json',
  stories(index) {
    return Object.entries(LadleIndex.parse(index).stories).map(([id, { name, levels, filePath, namedExport }]) => ({
      id,
      name: [...levels, name].join('/'),
      importPath: posix.normalize(filePath),
      exportName: namedExport,
    }));
  },
  path(id, args, globals) {
    if (Object.keys(args).length > 0)
      throw new CodeloopError('CONFIG_INVALID', { file: id, problem: 'Ladle takes no args in an address' });
    const more = Object.entries(globals).map(
      ([name, value]) => `&${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
    );
    return `/?story=${encodeURIComponent(id)}&mode=preview${more.join('')}`;
  },
};

const TOOLS: readonly Tool[] = [storybook('index.json'), storybook('stories.json'), ladle];

/**
 * Returns args or globals as Storybook reads them in an address: `size:large;open:!true;user.name:Ada;list[0]:1`. Throws CONFIG_INVALID
 * for a value that it would silently leave out.
 */
function written(values: Readonly<Record<string, unknown>>): string {
  const pairs = (key: string, value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap((one, at) => pairs(`${key}[${at}]`, one));
    if (value !== null && typeof value === 'object')
      return Object.entries(value).flatMap(([inner, one]) => pairs(`${key}.${inner}`, one));
    if (value === null || typeof value === 'boolean') return [`${key}:!${String(value)}`];
    const text = String(value);
    const color = /^#[0-9a-f]{3,8}$/i.test(text);
    if (color) return [`${key}:!hex(${text.slice(1)})`];
    if (typeof value === 'number' ? !/^-?\d+(\.\d+)?$/.test(text) : !/^[\w -]*$/.test(text))
      throw new CodeloopError('CONFIG_INVALID', {
        file: 'parameters.codeloop',
        problem: `Storybook takes no ${JSON.stringify(value)} for ${key} from an address`,
        hint: 'Letters, digits, blanks, _ and - can stand there. Write a story of its own for other values.',
      });
    return [`${key}:${text.replaceAll(' ', '+')}`];
  };
  return Object.entries(values)
    .flatMap(([key, value]) => pairs(key, value))
    .join(';');
}

/** The words in a screen's name for the args and globals that it is looked at with. */
function said(args: object, globals: object): string {
  const words = [...Object.entries(globals), ...Object.entries(args)].map(
    ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** A screen that shows a story, and the file that the story is in. */
export interface StoryScreen {
  screen: ScreenConfig;
  importPath: string;
}

/**
 * The screens that a project's stories are, in the order of the index: one for each story, or for each of its args x globals, which its
 * name ends with. Throws APP_NOT_READY when there is no index, CONFIG_INVALID for parameters that are none.
 */
export async function storyScreens(project: Project, settings: StorybookScreens): Promise<StoryScreen[]> {
  const { tool, stories } = await readIndex(project, settings.storybook);
  const wanted = stories.filter((one) => isWanted(settings, one));
  const screens: StoryScreen[] = [];
  const taken = new Set<string>();
  for (const story of wanted) {
    const fileSays = await storyParameters(project.dir, story.importPath);
    const parameters = parametersOf(settings, fileSays, story);
    if (parameters.skip) continue;
    const unknown = parameters.viewports?.find((name) => !(name in project.config.viewports));
    if (unknown !== undefined)
      throw new CodeloopError('CONFIG_INVALID', {
        file: story.importPath,
        problem: `parameters.codeloop names the viewport "${unknown}", which is not in viewports (${Object.keys(project.config.viewports).join(', ')})`,
      });
    for (const screen of screensOf(tool, story, parameters)) {
      // Titles that differ in their signs only are one name; ids never are.
      const name = taken.has(slug(screen.name)) ? `${screen.name} ${story.id}` : screen.name;
      taken.add(slug(name));
      screens.push({ screen: { ...screen, name }, importPath: story.importPath });
    }
  }
  return screens;
}

function screensOf(tool: Tool, story: Story, parameters: StoryParameters): ScreenConfig[] {
  const { skip: _, args, globals, ...screen } = parameters;
  const orNone = <Value>(list: readonly Value[]): readonly (Value | Record<string, never>)[] =>
    list.length > 0 ? list : [{}];
  return orNone(globals).flatMap((under) =>
    orNone(args).map((given) =>
      ScreenConfig.parse({ ...screen, name: story.name + said(given, under), path: tool.path(story.id, given, under) }),
    ),
  );
}

function isWanted({ include, exclude }: StorybookScreens, { id, name }: Story): boolean {
  const fits = (pattern: string) => [id, name].some((one) => fitsWildcards(one.toLowerCase(), pattern.toLowerCase()));
  return (include === undefined || include.some(fits)) && !exclude.some(fits);
}

/** How long a server may take to answer with its index, ms. */
const INDEX_MS = 20_000;
/** The index that a server gave last, so that a stored run can be judged when it is gone. */
const LAST_INDEX = `${CACHE_DIR}/stories.json`;
const LastIndex = z.object({ storybook: z.string(), file: z.string(), text: z.string() });

async function readIndex(project: Project, from: string): Promise<{ tool: Tool; stories: Story[] }> {
  const isUrl = /^https?:/i.test(from);
  const found = isUrl ? await askedIndex(project, from) : await builtIndex(project, from);
  try {
    return { tool: found.tool, stories: found.tool.stories(JSON.parse(found.text)) };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw noIndex(from, `${found.tool.file} is no index of stories`, error);
  }
}

async function builtIndex(project: Project, folder: string): Promise<{ tool: Tool; text: string }> {
  const root = await insideRoots(folder, [project.dir]);
  for (const tool of TOOLS) {
    try {
      return { tool, text: await readText(join(root, tool.file)) };
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  throw noIndex(folder, 'no index of stories is in it');
}

async function askedIndex(project: Project, url: string): Promise<{ tool: Tool; text: string }> {
  const base = url.replace(/\/?$/, '/');
  const until = AbortSignal.timeout(INDEX_MS);
  for (const tool of TOOLS) {
    const text = await askText(new URL(tool.file, base).href, until);
    if (text === undefined || !text.trimStart().startsWith('{')) continue;
    const last = JSON.stringify({ storybook: url, file: tool.file, text });
    if ((await lastIndex(project)) !== last) {
      ensureFolder(project.dir, CACHE_DIR);
      await writeAtomic(join(project.dir, LAST_INDEX), last);
    }
    return { tool, text };
  }
  const last = LastIndex.safeParse(JSON.parse((await lastIndex(project)) ?? 'null'));
  const tool = TOOLS.find(({ file }) => file === last.data?.file);
  if (last.success && tool && last.data.storybook === url) return { tool, text: last.data.text };
  throw noIndex(url, 'it answers with no index of stories');
}

function lastIndex(project: Project): Promise<string | undefined> {
  return readText(join(project.dir, LAST_INDEX)).catch((error: unknown) => {
    if (isErrno(error)) return undefined;
    throw error;
  });
}

function noIndex(place: string, reason: string, cause?: unknown): CodeloopError {
  return new CodeloopError(
    'APP_NOT_READY',
    {
      url: place,
      reason,
      hint: `Build the stories (npx storybook build, npx ladle build) into ${place}, or start their server, and name that in screens.storybook.`,
    },
    cause === undefined ? {} : { cause },
  );
}

/** True when the list of stories comes from a server, which has to run before anyone knows what there is to look at. */
export function asksForStories({ config }: Project): boolean {
  return config.stories !== undefined && /^https?:/i.test(config.stories.storybook);
}

/** The stories of a project that has no app of its own, as its settings name them. */
export interface OwnStories {
  screens: { storybook: string };
  runners: { build: { command: string } };
}

/** Tools that show stories (Storybook, Ladle): what only their projects have, the command that builds them, and where to. */
const BUILDERS = [
  {
    home: '.storybook',
    sign: /^main\.[cm]?[jt]sx?$/,
    build: /\b(?:storybook build|build-storybook)\b/,
    command: 'npx storybook build',
    folder: 'storybook-static',
  },
  {
    home: '.ladle',
    sign: /^(?:config\.mjs|components\.[jt]sx)$/,
    build: /\bladle build\b/,
    command: 'npx ladle build',
    folder: 'build',
  },
];

/** How a project's stories are built, and where they lie then: by its own script where it has one. Undefined where it has none. */
export async function ownStories(dir: string, manager: string): Promise<OwnStories | undefined> {
  const names = (folder: string) => readdir(join(dir, folder)).catch((): string[] => []); // no such folder
  const files = (
    await Promise.all(BUILDERS.map(async ({ home }) => (await names(home)).map((name) => `${home}/${name}`)))
  ).flat();
  const tool = BUILDERS.find(({ home, sign }) =>
    files.some((file) => file.startsWith(`${home}/`) && sign.test(posix.basename(file))),
  );
  if (!tool) return undefined;
  const manifest: unknown = await readText(join(dir, 'package.json'))
    .then(JSON.parse)
    .catch(() => undefined); // none, or not JSON
  const scripts = Object.entries(Object(Reflect.get(Object(manifest), 'scripts'))).map(
    ([name, line]) => [name, String(line)] as const,
  );
  const [script, line = ''] = scripts.find(([, text]) => tool.build.test(text)) ?? [];
  const [, folder = tool.folder] = /\s(?:-o|--output-dir|--outDir)[ =](\S+)/.exec(line) ?? [];
  const command = script === undefined ? tool.command : `${manager === 'none' ? 'npm' : manager} run ${script}`;
  return { screens: { storybook: posix.join(folder, '.') }, runners: { build: { command } } };
}
