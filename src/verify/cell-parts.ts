import { join } from 'node:path';
import type { CaptureDriver, PageWait, Target } from '../capture/capture.js';
import type { WaitFor } from '../config/place-settings.js';
import { sha256 } from '../core/digest.js';
import { toCodeloopError } from '../core/errors.js';
import type { ArtifactSink, Cell } from '../core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { PlannedCell } from '../live/planned-cell.js';
import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import { ErrorSources } from '../project/source-place.js';

/**
 * Examines the accessibility of the page that was just photographed and stores what was found beside its picture. That it cannot be
 * examined becomes a failure of the cell. Throws DISK_FULL, CANCELLED.
 */
export async function examineCell(
  capture: ReturnType<CaptureDriver['create']>,
  files: ArtifactSink,
  name: string,
  signal: AbortSignal,
): Promise<Cell['accessibility']> {
  if (!capture.accessibility) return undefined;
  try {
    const found = await capture.accessibility(signal);
    const data = `${JSON.stringify(found, null, 1)}\n`;
    return { result: await files.put({ kind: 'accessibility', name: `${name}.axe.json`, data }) };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (['CANCELLED', 'DISK_FULL'].includes(error.code)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}

/** Screens that are opened as others open them, in one run: where nobody waits for the answer, and elsewhere. */
const IN_CI = 3;
const ELSEWHERE = 1;

/** The cells that are opened as others open them: one of a screen, and chosen by the run's name, which no page can know beforehand. */
export function chosenForOthers(cells: readonly PlannedCell[], runId: string, ci: boolean): ReadonlySet<PlannedCell> {
  const place = ({ screen, viewportName }: PlannedCell) => sha256(`${runId} ${screen.name} ${viewportName}`);
  const sorted = cells
    .filter(({ screen }) => screen.app === undefined && screen.steps === undefined)
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const first = new Map(sorted.toReversed().map((one) => [one.screen.name, one]));
  return new Set(sorted.filter((one) => first.get(one.screen.name) === one).slice(0, ci ? IN_CI : ELSEWHERE));
}

/** What others see of the page that was just photographed. That nobody knows becomes a failure of the cell. Throws CANCELLED. */
export async function seenByOthers(
  capture: ReturnType<CaptureDriver['create']>,
  signal: AbortSignal,
): Promise<Pick<Cell, 'second_look'>> {
  if (!capture.seenByOthers) return {};
  try {
    return { second_look: await capture.seenByOthers(signal) };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toCodeloopError(thrown);
    return { second_look: { failure: { code: error.code, message: error.message } } };
  }
}

/** Errors of one page that are looked up; the first ones are the ones somebody reads. */
const MAX_PLACED = 10;
/** Folders whose files dev servers serve under the root of their address. */
const SERVED = ['.', 'public', 'static', 'src', 'dist', 'build', 'out'];

/** The picture with the errors in its log placed in the project's sources, while the app still serves its scripts. */
export async function placeErrors(
  screenshot: Screenshot,
  project: Project,
  app: Pick<AppServer, 'url'> | undefined,
): Promise<Screenshot> {
  const errors = screenshot.logs.filter(isError).slice(0, MAX_PLACED);
  if (!app || errors.length === 0) return screenshot;
  const folders = [...new Set([project.config.server.static ?? '.', ...SERVED])].map((one) => join(project.dir, one));
  const sources = new ErrorSources(project.dir, app.url, folders);
  const places = new Map<LogEntry, LogEntry['source']>();
  for (const entry of errors) places.set(entry, await sources.find(`${entry.text}\n${entry.location ?? ''}`));
  const place = (entry: LogEntry): LogEntry => {
    const source = places.get(entry);
    return source ? { ...entry, source } : entry;
  };
  return { ...screenshot, logs: screenshot.logs.map(place) };
}

function isError({ kind, level }: LogEntry): boolean {
  return kind === 'page_error' || (kind === 'console' && level === 'error');
}

/** Where a cell's page or window is opened, and what is waited for there. */
export function targetOf({ screen }: PlannedCell, url: string): Target {
  if (screen.app !== undefined) return { kind: 'app', app: screen.app };
  return { kind: 'url', url, ...(screen.wait_for === undefined ? {} : { waitFor: pageWait(screen.wait_for) }) };
}

function pageWait(wait: WaitFor): PageWait {
  if (typeof wait === 'string') return { selector: wait };
  const { selector, text, url, timeout_ms } = wait;
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(text === undefined ? {} : { text }),
    ...(url === undefined ? {} : { url }),
    ...(timeout_ms === undefined ? {} : { timeoutMs: timeout_ms }),
  };
}
