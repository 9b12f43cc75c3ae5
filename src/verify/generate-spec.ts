import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { insideRoots, readText } from '../core/path-walls.js';
import { DesignCompare } from '../core/vocabulary/pair.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import {
  type DesignScreen,
  designSpecMarkdown,
  findTokens,
  itemsOfLayers,
  itemsOfPage,
  SPEC_MARK,
  tokenDocument,
} from '../design/design-spec/design-tokens.js';
import { readBoxes } from '../design/element-tree.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { whichRun } from '../store/which-run.js';
import { figmaPhase } from './compare-designs.js';
import { newestCells } from './verification.js';

interface GenerateSpecRequest {
  project: Project;
  session: Session;
  /** `<viewport>/<screen>`, or node ids; all when left out. */
  frames: readonly string[] | undefined;
  /** Path inside the project, without ending. */
  output: string;
  signal: AbortSignal;
}

const TOOL = 'codeloop_generate_spec';

/** A screen, and by what else than its name it can be chosen. */
interface Source {
  from: string;
  screens: (DesignScreen & { nodeId?: string })[];
}

/**
 * Writes `<output>.tokens.json` (Design Tokens Format Module 2025.10) and `<output>.md`, from the Figma frames where the project has
 * some, else from the screens of the newest run that match their references. Throws as `askFigma` and `whichRun`, ARGUMENTS_INVALID
 * (no such frame, nothing to read, a file that is not its own), PATH_OUTSIDE_ROOTS.
 */
export async function generateSpec(
  request: GenerateSpecRequest,
): Promise<{ artifacts: Artifact[]; from: string; screens: { screen: string; viewport: string }[]; tokens: number }> {
  const { project, output } = request;
  // Both are looked at before either is written.
  const files = await Promise.all([`${output}.tokens.json`, `${output}.md`].map((path) => ownFile(project, path)));
  const source = (await fromFigma(request)) ?? (await fromRun(request));
  const screens = chosen(source, request.frames);
  const tokens = findTokens(screens);
  const texts = [
    `${JSON.stringify(tokenDocument(tokens, source.from), null, 2)}\n`,
    designSpecMarkdown(screens, tokens, source.from),
  ];
  const artifacts: Artifact[] = [];
  for (const [index, { path, file }] of files.entries()) {
    const text = texts[index] ?? '';
    await writeAtomic(file, text);
    artifacts.push({ path, bytes: Buffer.byteLength(text) });
  }
  return {
    artifacts,
    from: source.from,
    screens: screens.map(({ screen, viewport }) => ({ screen, viewport })),
    tokens: tokens.length,
  };
}

async function fromFigma({ project, session, signal }: GenerateSpecRequest): Promise<Source | undefined> {
  const stage = await figmaPhase(project, session, {}, signal);
  if (!stage) return undefined;
  const { references, source } = stage.references;
  return {
    from: `Figma file ${source?.file_key ?? ''}, version ${source?.version ?? ''}`,
    screens: references.flatMap(({ screen, viewport, figma }) => {
      const frame = figma?.layers.layers[0];
      if (!figma || !frame) return [];
      const { width, height } = frame.rect;
      return [{ screen, viewport, size: { width, height }, items: itemsOfLayers(figma.layers), nodeId: figma.nodeId }];
    }),
  };
}

/** Screens count as accepted when they match their reference and stood still. */
async function fromRun({ project, session }: GenerateSpecRequest): Promise<Source> {
  const { state: current } = await watchCode(project);
  const run = await whichRun(project.dir, { rule: 'present', tool: TOOL, clock: session.clock, current });
  const pairs = (await run.readJson('summary', DesignCompare))?.pairs ?? [];
  const screens: DesignScreen[] = [];
  for (const { screen, viewport, screenshot } of newestCells(run.manifest.cells)) {
    const match = pairs.some(
      (pair) => pair.screen === screen && pair.viewport === viewport && pair.outcome === 'match',
    );
    if (!match || !screenshot?.steady.settled || !screenshot.dom) continue;
    const page = await readBoxes(project.dir, screenshot.dom);
    screens.push({ screen, viewport, size: page.size, items: itemsOfPage(page) });
  }
  if (screens.length === 0)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: TOOL,
      problem: `no screen of run ${run.id} matches a reference, and there is no .codeloop/figma.json.`,
      hint: 'Verify until a screen matches its reference in designs/, or name the Figma frames in .codeloop/figma.json.',
    });
  return { from: `screens of run ${run.id} that match their references`, screens };
}

function chosen({ screens }: Source, frames: readonly string[] | undefined): DesignScreen[] {
  if (frames === undefined) return screens;
  return frames.map((name) => {
    const found = screens.find(
      ({ screen, viewport, nodeId }) =>
        nodeId === name.replaceAll('-', ':') ||
        slug(name) === slug(`${viewport}/${screen}`) ||
        slug(name) === slug(screen),
    );
    if (found) return found;
    const known = screens.map(({ screen, viewport }) => `${viewport}/${screen}`);
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: TOOL,
      problem: `there is no frame ${JSON.stringify(name)}.`,
      hint: `Frames there are: ${known.join(', ') || 'none'}.`,
    });
  });
}

/** Returns the path of a file to write: inside the project, and not over one of another author. */
async function ownFile(project: Project, path: string): Promise<{ path: string; file: string }> {
  const file = await insideRoots(path, [project.dir]);
  try {
    const text = await readText(file);
    if (
      text.startsWith(SPEC_MARK) ||
      /^\{\s*"\$description"[^\n]*\n\s*"\$extensions": \{\s*"codeloop\.generate-spec"/.test(text)
    )
      return { path, file };
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return { path, file };
    throw error;
  }
  throw new CodeloopError('ARGUMENTS_INVALID', {
    tool: TOOL,
    problem: `${path} was not written by this tool, so it is not written over.`,
    hint: 'Give another output, or move that file away.',
  });
}
