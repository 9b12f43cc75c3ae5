import { Import, type Imported, listOf, numberOf, recordOf, saysNothing, textsOf } from './imported.js';
import { Unreadable } from './static-value.js';

/** A picture without breakpoints is as large as Playwright's window. */
const WINDOW = { width: 1280, height: 720 };
/** Keys of the whole file that only steer lost-pixel itself, or are carried. */
const OWN = new Set([
  ...[
    'pageShots',
    'storybookShots',
    'ladleShots',
    'histoireShots',
    'breakpoints',
    'browser',
    'generateOnly',
    'failOnDifference',
  ],
  ...[
    'imagePathBaseline',
    'imagePathCurrent',
    'imagePathDifference',
    'shotConcurrency',
    'timeouts',
    'compareConcurrency',
  ],
  ...[
    'flakynessRetries',
    'waitBetweenFlakynessRetries',
    'compareEngine',
    'lostPixelProjectId',
    'apiKey',
    'lostPixelPlatform',
  ],
]);
const SETTLES = 'is not needed: codeloop waits until the page stands still';
const SHARE = 'a difference is judged by what it is (docs/severity.md), not by a share of pixels';
const CODE = 'is code, and codeloop reads the file without running it: use mask, wait_for and the steps of a screen';
/** Why a key is left out. */
const REASONS: Readonly<Record<string, string>> = {
  ...{ threshold: SHARE, waitBeforeScreenshot: SETTLES, waitForFirstRequest: SETTLES, waitForLastRequest: SETTLES },
  ...{
    beforeScreenshot: CODE,
    afterScreenshot: CODE,
    configureBrowser: CODE,
    filterShot: CODE,
    shotNameGenerator: CODE,
  },
  customShots: 'are pictures that another program takes: `codeloop compare` compares folders of them',
};

/** Finished books of stories: the setting, where its address stands, the file that lists the stories, and what they are. */
const BOOKS = [
  { key: 'storybookShots', url: 'storybookUrl', files: ['index.json', 'stories.json'], stories: storybookStories },
  { key: 'ladleShots', url: 'ladleUrl', files: ['meta.json'], stories: ladleStories },
  { key: 'histoireShots', url: 'histoireUrl', files: ['histoire.json'], stories: histoireStories },
] as const;

interface Story {
  /** As lost-pixel names its pictures. */
  name: string;
  path: string;
}

/** True when these are settings of lost-pixel. */
export function isLostPixel(value: unknown): boolean {
  const config = recordOf(value);
  return ['pageShots', 'storybookShots', 'ladleShots', 'histoireShots', 'customShots'].some((key) => key in config);
}

/**
 * What settings of lost-pixel (3.22) become. `readJson` gives the JSON of a file beside the settings file, nothing where there is none.
 */
export async function fromLostPixel(value: unknown, readJson: (path: string) => Promise<unknown>): Promise<Imported> {
  const config = recordOf(value);
  const result = new Import();
  result.leaveUnreadable(value);
  for (const [key, one] of Object.entries(config))
    if (!OWN.has(key) && !saysNothing(one) && !(one instanceof Unreadable))
      result.leave(key, REASONS[key] ?? 'has nothing like it here');
  const [browser] = textsOf(config.browser);
  if (browser === 'firefox' || browser === 'webkit') result.engine = browser;
  await pages(result, config, readJson);
  for (const book of BOOKS) {
    if (!(book.key in config)) continue;
    const mode = recordOf(config[book.key]);
    const folder = (textsOf(mode[book.url])[0] ?? '').replace(/^\.\//, '').replace(/\/+$/, '');
    if (folder === '' || /^https?:/.test(folder)) {
      result.leave(
        book.key,
        `the list of stories is only at ${folder}: build it into a folder, name that one, and import again`,
      );
      continue;
    }
    const found = await firstOf(book.files.map((file) => () => readJson(`${folder}/${file}`)));
    if (found === undefined) {
      result.leave(book.key, `${folder} has no ${book.files[0]}: build it, and import again`);
      continue;
    }
    if (textsOf(mode.elementLocator).length > 0)
      result.leave(`${book.key}.elementLocator`, 'no pictures of single elements; the whole story is photographed');
    result.static ??= folder;
    for (const story of book.stories(found))
      shot(result, config, { ...mode, ...story }, { mode, place: { path: story.path } });
  }
  return result.done();
}

async function pages(
  result: Import,
  config: Readonly<Record<string, unknown>>,
  readJson: (path: string) => Promise<unknown>,
): Promise<void> {
  if (!('pageShots' in config)) return;
  const mode = recordOf(config.pageShots);
  const base = textsOf(mode.baseUrl)[0] ?? '';
  if (!saysNothing(mode.pagesJsonRefiner)) result.leave('pageShots.pagesJsonRefiner', CODE);
  const more = textsOf(mode.pagesJsonUrl)[0];
  const listed = more === undefined ? [] : await listedPages(result, base, more, readJson);
  for (const one of [...listOf(mode.pages), ...listed]) {
    const page = recordOf(one);
    const [path = ''] = textsOf(page.path);
    const place = result.place(`${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`);
    const [name = path] = textsOf(page.name);
    if (place === undefined || base === '')
      result.leave('pageShots.baseUrl', 'is no address that a browser can open', name);
    else shot(result, config, { ...page, name }, { mode, place });
  }
}

/** Pages that the app itself lists: a file of its public folder, when the address is the app's own. */
async function listedPages(
  result: Import,
  base: string,
  url: string,
  readJson: (path: string) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const own = URL.canParse(url) && URL.canParse(base) && new URL(url).origin === new URL(base).origin;
  const file = own ? new URL(url).pathname.slice(1) : undefined;
  const found =
    file === undefined
      ? undefined
      : await firstOf(['public', 'static', '.'].map((folder) => () => readJson(`${folder}/${file}`)));
  if (!Array.isArray(found))
    result.leave('pageShots.pagesJsonUrl', `no file of the project is ${url}: list these pages in screens[]`);
  return listOf(found);
}

/** One screen, with its viewports and where its baselines lie. */
function shot(
  result: Import,
  config: Readonly<Record<string, unknown>>,
  page: Readonly<Record<string, unknown>> & { name: string },
  { mode, place }: { mode: Readonly<Record<string, unknown>>; place: { path: string } | { url: string } },
): void {
  const { name } = page;
  for (const key of ['threshold', 'waitBeforeScreenshot'])
    if (!saysNothing(page[key])) result.leave(key, REASONS[key] ?? '', name);
  const widths = [page.breakpoints, mode.breakpoints, config.breakpoints]
    .map((list) => listOf(list).flatMap((one) => numberOf(one) ?? []))
    .find((list) => list.length > 0);
  const own = recordOf(page.viewport);
  const size = { width: numberOf(own.width) ?? WINDOW.width, height: numberOf(own.height) ?? WINDOW.height };
  const viewports = (widths ?? [size.width]).map((width) => ({
    key: result.viewport(`w${width}`, width, widths === undefined ? size.height : WINDOW.height),
    file: widths === undefined ? `${name}.png` : `${name}__[w${width}px].png`,
  }));
  const shared = mode.mask === page.mask ? [] : listOf(mode.mask);
  const mask = [...shared, ...listOf(page.mask)].flatMap((one) => textsOf(recordOf(one).selector));
  const [ready] = textsOf(mode.waitForSelector);
  const screen = result.screen({
    name,
    ...place,
    ...{ full_page: true, viewports: viewports.map(({ key }) => key) },
    ...(mask.length > 0 ? { mask } : {}),
    ...(ready === undefined ? {} : { wait_for: { selector: ready } }),
  });
  const folder = (textsOf(config.imagePathBaseline)[0] ?? '.lostpixel/baseline').replace(/\/+$/, '');
  for (const { key, file } of viewports)
    result.pictures.push({ from: `${folder}/${file}`, screen: screen.name, viewport: key });
}

function storybookStories(list: unknown): Story[] {
  const { entries, stories } = recordOf(list);
  return Object.entries(recordOf(entries ?? stories))
    .filter(([, entry]) => [undefined, 'story'].includes(textsOf(recordOf(entry).type)[0]))
    .map(([id]) => ({ name: id, path: `/iframe.html?id=${encodeURIComponent(id)}&viewMode=story` }));
}

function ladleStories(list: unknown): Story[] {
  return Object.keys(recordOf(recordOf(list).stories)).map((id) => ({
    name: id,
    path: `/index.html?story=${encodeURIComponent(id)}&mode=preview`,
  }));
}

function histoireStories(list: unknown): Story[] {
  return listOf(recordOf(list).stories).flatMap((one) => {
    const story = recordOf(one);
    const [id] = textsOf(story.id);
    if (id === undefined || id === 'full-config') return [];
    return (Array.isArray(story.variants) ? story.variants : [story]).flatMap((each: unknown) => {
      const variant = recordOf(each);
      const [variantId] = textsOf(variant.id);
      const query = `storyId=${encodeURIComponent(id)}&variantId=${encodeURIComponent(variantId ?? '')}`;
      return variantId === undefined
        ? []
        : [{ name: `${id}_${textsOf(variant.title)[0] ?? variantId}`, path: `/__sandbox.html?${query}` }];
    });
  });
}

async function firstOf(reads: readonly (() => Promise<unknown>)[]): Promise<unknown> {
  for (const read of reads) {
    const found = await read();
    if (found !== undefined) return found;
  }
  return undefined;
}
