import { isErrno } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { type LayoutFinding, LayoutReport } from '../../core/vocabulary/layout.js';
import type { ReportFault } from '../../core/vocabulary/report-model.js';
import type { ArtifactSink, Cell } from '../../core/vocabulary/run.js';
import { encode } from '../../image/encode.js';
import { clipRect, growRect } from '../../image/pixels.js';
import { crop } from '../../image/resize.js';
import type { ScreenFinding } from '../../layout/judge-screen.js';
import type { Project } from '../../project/project.js';
import { ElementSources } from '../../project/source-place.js';
import { Run } from '../../store/run.js';
import { lastGreen } from '../../store/run-list.js';
import type { Photographed } from '../verification.js';
import { type JudgedScreen, judgeLayouts } from './judge-layouts.js';

/** CSS px shown around a fault, and pictures of faults of one run. */
const AROUND = 40;
const MAX_TILES = 60;

/**
 * Judges the layouts of a run's newest cells and stores `layout.json`: each fault with its place in the sources, a picture of it, and
 * whether the last green run had it too. Throws DISK_FULL, IMAGE_UNREADABLE, EVIDENCE_TAMPERED.
 */
export async function layoutPhase({ project, run, watch, signal, cells }: Photographed): Promise<LayoutReport> {
  const judged = await judgeLayouts(run, cells, signal);
  const sources = new ElementSources(project.dir);
  const known = await knownFindings(project, run, watch.state.branch);
  const findings: LayoutFinding[] = [];
  const tiles = run.holdFiles();
  for (const { screen, findings: own } of judged)
    for (const { picture, cause: _, ...finding } of own) {
      const place = await sources.find(finding.element);
      const tile =
        picture && findings.length < MAX_TILES
          ? await tileOf(tiles, screen, findings.length, finding.rect, picture)
          : undefined;
      findings.push({
        ...finding,
        screen,
        element: { ...finding.element, ...(place ? { source: `${place.file}:${place.line}` } : {}) },
        ...(tile ? { tile } : {}),
        new: !known.has(nameOf({ ...finding, screen })),
      });
    }
  await run.list(tiles);
  const report: LayoutReport = { schema_version: 1, findings, screens: judged.map(screenOf) };
  await run.writeJson('layout_report', report);
  return report;
}

/** The report's line about a screen. */
export function screenOf({ findings: _, ...line }: JudgedScreen): LayoutReport['screens'][number] {
  return line;
}

/** Returns the name of a finding, the same from run to run. */
function nameOf({
  screen,
  kind,
  element,
  condition,
}: Pick<LayoutFinding, 'screen' | 'kind' | 'element' | 'condition'>): string {
  return [screen, kind, element.selector, condition ?? ''].join('\n');
}

/** Returns the findings that the last green run had as well. A run that is gone, or is not as it was written, knows nothing. */
async function knownFindings(project: Project, run: Run, branch: string | undefined): Promise<Set<string>> {
  const green = lastGreen(run.ledger, branch);
  if (!green || green.run_id === run.id) return new Set();
  try {
    const before = await Run.open(project.dir, green.run_id, { tool: 'codeloop_verify' });
    return new Set((await before.readJson('layout_report', LayoutReport))?.findings.map(nameOf));
  } catch (error) {
    if (isErrno(error)) throw error;
    return new Set();
  }
}

async function tileOf(
  tiles: ArtifactSink,
  screen: string,
  number: number,
  rect: Rect,
  { origin, scale, ...image }: NonNullable<ScreenFinding['picture']>,
) {
  const shown = { x: rect.x - origin.x, y: rect.y - origin.y, width: rect.width, height: rect.height };
  const grown = growRect(shown, AROUND);
  const inPixels = { x: grown.x * scale, y: grown.y * scale, width: grown.width * scale, height: grown.height * scale };
  const clip = clipRect(inPixels, image);
  if (!clip) return undefined;
  const part = crop({ data: new Uint8Array(image.data), width: image.width, height: image.height }, clip);
  const data = await encode(part, 'png-small');
  return tiles.put({
    kind: 'tile',
    name: `layout.${slug(screen)}.${number + 1}.png`,
    data,
    size: { width: clip.width, height: clip.height },
  });
}

/** The faults of a layout that the picture of a cell shows, by their numbers in the list. What is only listed is no fault. */
export function faultsIn({ screen, viewport, screenshot }: Cell, findings: readonly LayoutFinding[]): ReportFault[] {
  if (!screenshot) return [];
  const scale = screenshot.device_scale_factor;
  return findings.flatMap((finding, index): ReportFault[] => {
    const { rect, certainty, condition, element } = finding;
    if (finding.screen !== screen || finding.viewport !== viewport) return [];
    if (condition !== undefined || certainty === 'listed') return [];
    const placed = { x: rect.x * scale, y: rect.y * scale, width: rect.width * scale, height: rect.height * scale };
    return [
      {
        rect: placed,
        severity: certainty === 'certain' ? 'critical' : 'minor',
        number: index + 1,
        words: `${element.name ?? element.selector} ${finding.what}`,
        ...(element.source === undefined ? {} : { source: element.source }),
        isNew: finding.new,
      },
    ];
  });
}
