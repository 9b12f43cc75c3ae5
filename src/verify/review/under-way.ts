import { setTimeout as wait } from 'node:timers/promises';
import { CodeloopError } from '../../core/errors.js';
import type { Cell } from '../../core/vocabulary/run.js';
import { boundedCopy } from '../../image/resize.js';
import { type Caller, requirePerson } from '../../live/person-at-terminal.js';
import { planCells } from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { readEntry } from '../../store/artifact-files.js';
import { type RunState, readRun, runState, runsNewestFirst } from '../../store/run-list.js';
import { survey } from '../verification.js';
import { worstOfCell } from '../watched-work.js';

/** The tool that works on runs for long. */
const VERIFY = 'codeloop_verify';
/** Runs that are looked through, the newest first. */
const MOST_RUNS = 5;
/** Interval of looks at the run, ms; most pictures, and the width of each, px. */
const LOOK_MS = 1000;
const MOST_PICTURES = 200;
const WIDTH = 220;

/** The verification that some process is working on now. */
export function runUnderWay({ dir }: Project, session: Session): { run_id: string; started_at: string } | undefined {
  let left = MOST_RUNS;
  for (const found of runsNewestFirst(dir)) {
    if (left === 0) return undefined;
    left -= 1;
    if ('broken' in found) continue;
    const { manifest } = found.read;
    if (runState(manifest, session.clock.now()).state !== 'writing') continue;
    const writer = manifest.writers.find(({ tool }) => tool === VERIFY);
    if (writer) return { run_id: found.runId, started_at: writer.since };
  }
  return undefined;
}

interface WatchRequest {
  project: Project;
  session: Session;
  caller: Caller;
  /** Gets the parts of a page, one after another. */
  write: (html: string, done: number) => void;
  signal: AbortSignal;
}

/**
 * Shows the verification that is under way as a page that grows: each cell with its picture as it comes, how many there are, and how it
 * ended. Resolves when it has ended, at once when there is none. Throws PERSON_NEEDED, CANCELLED.
 */
export async function watchRun({ project, session, caller, write, signal }: WatchRequest): Promise<number> {
  requirePerson(caller, { what: 'Reviewing', command: 'codeloop review' });
  const { liveCell, liveEnd, liveNow, liveStart } = await import('../../report/render-live.js');
  const running = runUnderWay(project, session);
  write(liveStart(), 0);
  if (!running) {
    write(liveEnd(undefined), 0);
    return 0;
  }
  const total = await planned(project);
  let shown = 0;
  let said = '';
  let state: RunState['state'] = 'writing';
  while (state === 'writing') {
    const found = readRun(project.dir, running.run_id);
    if (!found || 'broken' in found) break;
    const { manifest } = found.read;
    const cells = manifest.cells.filter(({ captured_at: at, ad_hoc: adHoc }) => !adHoc && at >= running.started_at);
    for (const cell of cells.slice(shown)) {
      const { screen, viewport } = cell;
      const picture = shown < MOST_PICTURES ? await smallPicture(project, running.run_id, cell) : undefined;
      shown += 1;
      write(liveCell({ screen, viewport, picture, bad: worstOfCell(cell)?.words }), shown);
    }
    const now = liveNow({
      done: shown,
      total,
      seconds: Math.round((session.clock.now() - Date.parse(running.started_at)) / 1000),
    });
    if (now !== said) write(now, shown);
    said = now;
    state = runState(manifest, session.clock.now()).state;
    if (state === 'writing') await pause(signal);
  }
  write(liveEnd(running.run_id), shown);
  return shown;
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await wait(LOOK_MS, undefined, { signal });
  } catch (error) {
    throw new CodeloopError('CANCELLED', {}, { cause: error });
  }
}

/** Number of cells that a whole verification photographs; nobody knows it where a server has to tell of stories first. */
async function planned(project: Project): Promise<number | undefined> {
  try {
    const { screens } = await survey(project);
    return planCells(project, screens, 'http://127.0.0.1/').length;
  } catch (error) {
    if (error instanceof CodeloopError) return undefined;
    throw error;
  }
}

async function smallPicture({ dir }: Project, runId: string, { screenshot }: Cell): Promise<string | undefined> {
  const image = screenshot?.image;
  if (!image) return undefined;
  try {
    const bytes = await readEntry(dir, runId, image);
    const { bytes: small, mimeType } = await boundedCopy(
      { bytes, name: image.path },
      { maxWidth: WIDTH, maxSide: 600 },
    );
    return `data:${mimeType};base64,${small.toString('base64')}`;
  } catch (error) {
    // A picture that is gone or broken is told by the verdict; here the others are shown.
    if (error instanceof CodeloopError) return undefined;
    throw error;
  }
}
