import { CodeloopError } from '../../core/errors.js';
import { redactValue } from '../../core/redact.js';
import { DesignCompare, VisualRegression } from '../../core/vocabulary/pair.js';
import type { ReviewItem, ReviewModel, ReviewRun, ReviewScreen } from '../../core/vocabulary/report-model.js';
import type { Cell, ManifestEntry } from '../../core/vocabulary/run.js';
import { boundedCopy } from '../../image/resize.js';
import { type Caller, requirePerson } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { baselinePicture, placeName } from '../../store/baseline-files.js';
import { readProposals } from '../../store/baseline-proposals.js';
import { RUNS_DIR } from '../../store/paths.js';
import { Run } from '../../store/run.js';
import { runStanding } from '../../store/run-integrity.js';
import { runsNewestFirst } from '../../store/run-list.js';
import { REPEATING_GATE, verdictStatus } from '../judge/verdict-status.js';
import { knownThings, listDecisions, openThings, settled } from './decide.js';
import { runUnderWay } from './under-way.js';

/** Runs in the trend, proposals and cells with pictures, and the width of a picture in pixels. */
const MOST_RUNS = 12;
const MOST_PICTURES = 60;
const WIDTH = 640;
const TOOL = 'codeloop review';

interface StateRequest {
  project: Project;
  session: Session;
  /** Two runs to be shown beside each other. */
  compare?: { before: string; after: string } | undefined;
}

/** What a person sees on the review page. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED for the runs that are compared. */
export async function reviewState(request: StateRequest): Promise<ReviewModel> {
  const { project, session, compare } = request;
  const found = await openThings(project, session, MOST_PICTURES);
  const kept = listDecisions(project.dir);
  const refused = new Set(kept.flatMap((decision) => decision.refused ?? []));
  const decisions = await Promise.all(
    kept.map(async (decision) => {
      const { id, at, by, verdict, items, reason } = decision;
      return { id, at, by, verdict, items, reason, settled: await settled(project.dir, decision) };
    }),
  );
  return {
    project: project.name,
    runs: await trend(project, session),
    waiting: {
      baselines: await proposals(project),
      findings: found.findings.filter(({ key }) => !refused.has(key)),
      bars: found.bars.filter(({ key }) => !refused.has(key)),
    },
    known: (await knownThings(project)).map(({ item }) => item),
    under_way: runUnderWay(project, session),
    unknown: found.unknown,
    decisions: decisions.toReversed(),
    ...(compare ? { compared: await sideBySide(project, session, compare) } : {}),
  };
}

async function trend(project: Project, session: Session): Promise<ReviewRun[]> {
  const runs: ReviewRun[] = [];
  for (const found of runsNewestFirst(project.dir)) {
    if (runs.length >= MOST_RUNS) break;
    if ('broken' in found) {
      runs.push({ run_id: found.runId, started_at: '', duration_ms: 0, status: 'broken', screens: {} });
      continue;
    }
    const { manifest } = found.read;
    const base = {
      run_id: found.runId,
      started_at: manifest.started_at,
      duration_ms: Date.parse(manifest.updated_at) - Date.parse(manifest.started_at),
      commit: manifest.code_state.commit,
    };
    try {
      const run = await Run.open(project.dir, found.runId, { tool: TOOL, clock: session.clock });
      const verdict = run.verdicts().at(-1)?.verdict;
      const pairs = (await run.readJson('summary', DesignCompare))?.pairs ?? [];
      const screens: Record<string, ReviewScreen> = {};
      for (const { screen, took_ms: took = 0 } of manifest.cells) {
        const known = screens[screen] ?? { problems: 0 };
        screens[screen] = took === 0 ? known : { ...known, took_ms: (known.took_ms ?? 0) + took };
      }
      for (const check of verdict?.checks ?? [])
        if (check.severity === 'block' && check.status !== 'pass' && check.gate !== REPEATING_GATE)
          for (const { screen } of check.problems) {
            const known = screen === undefined ? undefined : screens[screen];
            if (known) known.problems += 1;
          }
      for (const { screen, score } of pairs) {
        const known = screens[screen];
        if (known && score !== undefined) known.min_score = Math.min(known.min_score ?? 1, score);
      }
      runs.push({
        ...base,
        status: verdict ? verdictStatus(verdict) : 'not_judged',
        ...(verdict ? { score: verdict.confidence_score } : {}),
        screens,
      });
    } catch (error) {
      // A run that was edited is shown as broken; the page is for the others.
      if (!(error instanceof CodeloopError)) throw error;
      runs.push({ ...base, status: 'broken', screens: {} });
    }
  }
  return runs;
}

async function proposals(project: Project): Promise<ReviewItem[]> {
  let room = MOST_PICTURES;
  const items: ReviewItem[] = [];
  for (const { proposal, picture } of readProposals(project.dir)) {
    const { environment, screen, viewport } = proposal;
    const place = { environment, screen, viewport };
    room -= 1;
    const accepted = room >= 0 ? baselinePicture(project.dir, place) : undefined;
    items.push({
      key: JSON.stringify(place),
      title: placeName(proposal),
      detail: `${proposal.replaces === undefined ? 'new' : 'replaces the accepted one'}, from run ${proposal.from.run_id}: ${proposal.reason} (${proposal.by}), ${environment}`,
      before: accepted && (await copy(accepted)),
      after: room >= 0 && picture ? await copy(picture) : undefined,
    });
  }
  return items;
}

/** The cells of two runs whose pictures are not the same bytes. */
async function sideBySide(
  project: Project,
  session: Session,
  { before, after }: { before: string; after: string },
): Promise<ReviewModel['compared']> {
  const open = (id: string) => Run.open(project.dir, id, { tool: TOOL, clock: session.clock });
  const runs = [await open(before), await open(after)] as const;
  const [old, now] = [cellsOf(runs[0].manifest.cells), cellsOf(runs[1].manifest.cells)];
  const shot = (key: string) => (now.get(key) ?? old.get(key))?.screenshot;
  const width = (key: string) => (shot(key)?.size.width ?? 0) / (shot(key)?.device_scale_factor ?? 1);
  const screen = (key: string) => (now.get(key) ?? old.get(key))?.screen ?? '';
  // As the report has them: by screen, the narrowest first.
  const all = [...new Set([...now.keys(), ...old.keys()])].sort(
    (a, b) => (screen(a) < screen(b) ? -1 : screen(a) > screen(b) ? 1 : 0) || width(a) - width(b),
  );
  const changed = all.filter((key) => digest(old.get(key)) !== digest(now.get(key)));
  const picture = async (run: Run, cell: Cell | undefined) => {
    const image = cell?.screenshot?.image;
    return image?.sha256 === undefined
      ? undefined
      : copy(await run.readEntry({ path: image.path, sha256: image.sha256 }));
  };
  const cells = [];
  for (const key of changed.slice(0, MOST_PICTURES)) {
    const cell = now.get(key) ?? old.get(key);
    if (!cell) continue;
    cells.push({
      screen: cell.screen,
      viewport: cell.viewport,
      before: await picture(runs[0], old.get(key)),
      after: await picture(runs[1], now.get(key)),
    });
  }
  return { before, after, same: all.length - changed.length, cells, left: changed.length - cells.length };
}

function cellsOf(cells: readonly Cell[]): Map<string, Cell> {
  const newest = new Map<string, Cell>();
  for (const cell of cells) if (!cell.ad_hoc) newest.set(JSON.stringify([cell.screen, cell.viewport]), cell);
  return newest;
}

const digest = (cell: Cell | undefined): string | undefined => cell?.screenshot?.image.sha256;

async function copy(bytes: Buffer): Promise<string> {
  const { bytes: small, mimeType } = await boundedCopy(
    { bytes, name: 'picture' },
    { maxWidth: WIDTH, maxSide: 4000, maxPixels: 2_000_000 },
  );
  return `data:${mimeType};base64,${small.toString('base64')}`;
}

interface ShowRequest {
  project: Project;
  session: Session;
  caller: Caller;
  report?: string | undefined;
  before?: string | undefined;
  after?: string | undefined;
  message?: string | undefined;
  bad?: boolean | undefined;
}

/** A page to be served with its policy; of a report also where it stands in its project, and the files beside it that it may show. */
interface ShownPage {
  html: string;
  policy: string;
  /** Absolute path of the project. */
  folder?: string;
  /** Paths relative to the project, with the digest each must have. */
  files?: { path: string; sha256: string }[];
}

/**
 * The review page as HTML with its policy, or the stored report of a run with what it leads to. Throws PERSON_NEEDED, RUN_NOT_FOUND,
 * EVIDENCE_TAMPERED.
 */
export async function showReview(request: ShowRequest): Promise<ShownPage> {
  const { project, session, caller, report, before, after, message, bad = false } = request;
  requirePerson(caller, { what: 'Reviewing', command: 'codeloop review' });
  if (report !== undefined) return storedReport(project, session, report);
  const compare = before === undefined || after === undefined ? undefined : { before, after };
  const model = await reviewState({ project, session, compare });
  const { renderReview, reviewPolicy } = await import('../../report/render-review.js');
  return {
    html: renderReview(
      redactValue({ ...model, ...(message === undefined ? {} : { message: { text: message, bad } }) }),
    ),
    policy: reviewPolicy,
  };
}

async function storedReport(project: Project, session: Session, runId: string): Promise<ShownPage> {
  const run = await Run.open(project.dir, runId, { tool: TOOL, clock: session.clock });
  const stored = run.latest('report');
  if (!stored) throw new CodeloopError('RUN_NOT_FOUND', { run: runId });
  const { servedPolicy } = await import('../../report/render-html.js');
  return {
    html: (await run.readEntry(stored)).toString('utf8'),
    policy: servedPolicy(),
    folder: run.projectDir,
    files: await filesOfReport(run),
  };
}

/** Kinds of files that a report shows. */
const SHOWN: ReadonlySet<ManifestEntry['kind']> = new Set(['screenshot', 'diff', 'tile', 'video'] as const);

/**
 * The pictures and recordings that the manifest of a run lists, and the references outside of it whose digest its records name. None of a
 * run that is not what the ledger knows.
 */
async function filesOfReport(run: Run): Promise<{ path: string; sha256: string }[]> {
  if (runStanding(run).state === 'differs') return [];
  // A manifest is a file like any other: it names nothing of another run.
  const listed = run.manifest.entries.filter(({ kind, path }) => SHOWN.has(kind) && path.startsWith(`${run.dir}/`));
  try {
    const visual = (await run.readJson('visual', VisualRegression))?.pairs ?? [];
    const design = (await run.readJson('summary', DesignCompare))?.pairs ?? [];
    const beside = [...design, ...visual].map(({ reference }) => reference);
    const named = [...listed, ...beside.filter((one) => one?.path.startsWith(`${RUNS_DIR}/`) === false)];
    return named.flatMap((one) => (one?.sha256 === undefined ? [] : [{ path: one.path, sha256: one.sha256 }]));
  } catch (error) {
    // What is wrong with the files of the run is the gate's to say.
    if (!(error instanceof CodeloopError)) throw error;
    return listed.map(({ path, sha256 }) => ({ path, sha256 }));
  }
}
