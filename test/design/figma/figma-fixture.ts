import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { parseConfig } from '../../../src/config/parse-settings.js';
import type { Clock } from '../../../src/core/clock.js';
import { askFigma } from '../../../src/design/figma/ask-figma.js';
import { figmaSelection } from '../../../src/design/figma/figma-address.js';
import { FIGMA_LIMITS, type FigmaLimits } from '../../../src/design/figma/figma-http.js';
import type { FigmaReferences } from '../../../src/design/figma/figma-references.js';
import { FigmaServer, type TestNode, TOKEN } from './figma-server.js';

export const KEY = 'aBcDeFgHiJkLmNoPqRsTuV';
export const BLUE = { r: 6 / 255, g: 69 / 255, b: 173 / 255, a: 1 };
const solid = (color: typeof BLUE) => [{ type: 'SOLID', blendMode: 'NORMAL', color }];
const BLACK = solid({ r: 0, g: 0, b: 0, a: 1 });

/** Style of a text in the fixture's font. */
export const type = (fontSize: number, fontWeight = 400) => ({
  fontFamily: 'Open Sans',
  fontSize,
  fontWeight,
  letterSpacing: 0,
  lineHeightPx: 24,
  lineHeightUnit: 'PIXELS',
});

/** A frame of 320 x 200 with a heading, a line and a button, at (1000, 500) of its page. */
export function shopFrame(id: string, name: string): TestNode {
  const at = (x: number, y: number, width: number, height: number) => ({ x: 1000 + x, y: 500 + y, width, height });
  const text = (n: number, characters: string, box: ReturnType<typeof at>, style: object, fills = BLACK): TestNode => ({
    id: `${id};${n}:1`,
    name: characters,
    type: 'TEXT',
    characters,
    style,
    fills,
    absoluteBoundingBox: box,
  });
  const white = solid({ r: 1, g: 1, b: 1, a: 1 });
  const button: TestNode = {
    id: `${id};3:1`,
    name: 'Btn/Primary',
    type: 'INSTANCE',
    fills: solid(BLUE),
    cornerRadius: 4,
    absoluteBoundingBox: at(20, 120, 80, 32),
    children: [text(4, 'Buy', at(46, 124, 28, 24), type(16), white)],
  };
  return {
    id,
    name,
    type: 'FRAME',
    fills: white,
    clipsContent: true,
    absoluteBoundingBox: at(0, 0, 320, 200),
    children: [
      text(1, 'Lamps', at(20, 20, 90, 24), type(32, 700)),
      text(2, 'One lamp is on.', at(20, 72, 120, 24), type(16)),
      button,
    ],
  };
}

/** A project and a Figma server for one test; both are gone after it. */
export interface FigmaSetting {
  dir: string;
  server: FigmaServer;
  /** Moves the clock that ages are told by. */
  clock: Clock & { time: number };
  ask(options?: {
    token?: string | undefined;
    base?: string;
    limits?: Partial<FigmaLimits>;
    url?: string;
    signal?: AbortSignal;
  }): Promise<FigmaReferences>;
}

/** Limits under which a test ends at once. */
export const QUICK: FigmaLimits = {
  ...FIGMA_LIMITS,
  totalMs: 20_000,
  answerMs: 5_000,
  retryAfterMs: 1_000,
  backoffMs: 1,
  tries: 3,
};

export async function figmaSetting(settings?: object, config: object = {}, nodes?: TestNode[]): Promise<FigmaSetting> {
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-figma-'));
  await mkdir(path.join(dir, '.codeloop'));
  if (settings) await writeFile(path.join(dir, '.codeloop/figma.json'), JSON.stringify(settings));
  const server = await new FigmaServer({
    key: KEY,
    name: 'Shop',
    version: '100',
    nodes: nodes ?? [shopFrame('1:10', 'phone/home')],
    styles: {},
    variables: {},
    pictures: new Map(),
  }).start();
  onTestFinished(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  });
  const clock = { time: Date.parse('2026-11-22T12:00:00Z'), now: () => clock.time };
  const parsed = parseConfig(
    JSON.stringify({
      screens: [{ name: 'home', path: '/' }],
      viewports: { phone: { width: 320, height: 200 } },
      ...config,
    }),
  );
  return {
    dir,
    server,
    clock,
    async ask(options = {}) {
      const selection = await figmaSelection(dir, options.url);
      if (!selection) throw new Error('nothing names a file');
      return askFigma({
        projectDir: dir,
        config: parsed,
        screens: (parsed.screens ?? []).map((screen) => screen.name),
        selection,
        // Real time, so that waits and limits are what they say; only stored times are the test's.
        clock,
        token: 'token' in options ? options.token : TOKEN,
        base: options.base ?? server.base,
        signal: options.signal ?? new AbortController().signal,
        limits: { ...QUICK, ...options.limits },
      });
    },
  };
}

/** Every file below a folder, by path relative to it. */
export async function allFiles(dir: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found.set(path.relative(dir, file), await readFile(file));
  }
  return found;
}
