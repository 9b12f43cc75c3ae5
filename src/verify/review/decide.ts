import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loweringLine, shown } from '../../checks/integrity/bars-not-lowered.js';
import {
  ACCEPTED_BARS_FILE,
  parseAcceptedBars,
  parseAccessibilityBaseline,
  parseLayoutBaseline,
} from '../../config/acceptance.js';
import { withoutAccepted } from '../../config/accepted-list.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, readSettings } from '../../config/parse-settings.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { isoTime } from '../../core/clock.js';
import { sha256 } from '../../core/digest.js';
import { CodeloopError } from '../../core/errors.js';
import { BaselinePlace } from '../../core/vocabulary/baseline.js';
import type { ReviewItem } from '../../core/vocabulary/report-model.js';
import { type Caller, requirePerson, whoIsHere } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import { runGit } from '../../project/code-state/git-command.js';
import type { Project } from '../../project/project.js';
import { baselinePaths, placeName, proposalPaths } from '../../store/baseline-files.js';
import { readProposals, removeProposal } from '../../store/baseline-proposals.js';
import { BASELINES_DIR } from '../../store/paths.js';
import { ensureFolder, readPlain, realProject } from '../../store/plain-file.js';
import { acceptBaselines, isAmong } from '../baselines/accept-baselines.js';
import { ACCEPTABLE, acceptBars, acceptFindings, findingKey, openFindings } from '../judge/accept-findings.js';
import { gatherEvidence } from '../judge/gather-evidence.js';
import { findingSeen } from '../report-spots.js';
import { storedVerification } from '../verification.js';

/** Findings and bars of the newest run of the present code, the first `pictured` with a picture; without a run nobody knows them. */
export async function openThings(
  project: Project,
  session: Session,
  pictured = 0,
): Promise<{ findings: ReviewItem[]; bars: ReviewItem[]; unknown?: string }> {
  try {
    const work = await storedVerification({ project, session, tool: 'codeloop review' });
    const { evidence } = await gatherEvidence(work, { stage: 'section' });
    const findings: ReviewItem[] = [];
    for (const one of openFindings(evidence)) {
      const { rule, kind, condition, selector, screens } = one.entry;
      const { words, where } = await findingSeen(work.run, evidence, one, findings.length < pictured);
      findings.push({
        key: findingKey(one),
        title: `${rule ?? kind ?? ''}${condition === undefined ? '' : ` (${condition})`}`,
        detail: `${selector} on ${screens.join(', ')}${words === undefined ? '' : `: ${words}`}`,
        ...(where === undefined ? {} : { where }),
      });
    }
    return {
      findings,
      bars: evidence.bars.lowered.map((lowering) => ({
        key: lowering.key,
        title: loweringLine(lowering),
        detail: `${shown(lowering.before)} → ${shown(lowering.after)}`,
      })),
    };
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return { findings: [], bars: [], unknown: `${error.message} ${error.toBody().fix}` };
  }
}

/** Something that was accepted: the file that says so, and its place in that file's list. */
interface KnownThing {
  file: string;
  at: number;
  item: ReviewItem;
}

/** Findings and lower bars that are accepted, as their files have them. A file that cannot be read is told by the gate, and has none. */
export async function knownThings({ dir }: Project): Promise<KnownThing[]> {
  const read = async <T extends object>(
    file: string,
    parse: (text: string) => readonly T[],
    say: (one: T) => Omit<ReviewItem, 'key'>,
  ) => {
    try {
      const text = await readSettings(dir, file);
      // By what it says, not by its place: the list may have changed before the button was pressed.
      const entries = text === undefined ? [] : parse(text);
      return entries.map((one, at) => ({ file, at, item: { key: JSON.stringify([file, one]), ...say(one) } }));
    } catch (error) {
      if (error instanceof CodeloopError && error.code === 'CONFIG_INVALID') return [];
      throw error;
    }
  };
  const on = (screens: readonly string[] | undefined) => (screens === undefined ? 'every screen' : screens.join(', '));
  return [
    ...(await read(ACCESSIBILITY_BASELINE_FILE, parseAccessibilityBaseline, ({ rule, selector, screens, reason }) => ({
      title: rule,
      detail: `${selector} on ${on(screens)}: ${reason}`,
    }))),
    ...(await read(LAYOUT_BASELINE_FILE, parseLayoutBaseline, ({ kind, selector, screens, reason }) => ({
      title: kind,
      detail: `${selector} on ${on(screens)}: ${reason}`,
    }))),
    ...(await read(ACCEPTED_BARS_FILE, parseAcceptedBars, ({ key, after, by, reason }) => ({
      title: key,
      detail: `${shown(after)}: ${reason} (${by})`,
    }))),
  ];
}

/** What a person can decide about. */
export const DECIDABLE = ['baselines', 'findings', 'bars', 'known'] as const;

const REVIEW_DIR = '.codeloop/review';

/** Files that a decision can change: whoever writes a decision by hand must not have others written by a person's undo. */
function isOurs(path: string): boolean {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\\')) return false;
  return (
    [ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, ACCEPTED_BARS_FILE].includes(path) ||
    path.startsWith(`${BASELINES_DIR}/`)
  );
}

/** A decision as it is kept until it is committed: what every file it changed was before, so that it can be undone. */
const Decision = z.object({
  schema_version: z.literal(1),
  id: z.string().regex(/^\d{6}$/),
  at: z.string(),
  by: z.string(),
  about: z.enum(DECIDABLE),
  verdict: z.enum(['accept', 'refuse']),
  /** What it was about, as people read it. */
  items: z.array(z.string()),
  /** Keys of what was refused and fails as before: it is not asked about again. */
  refused: z.array(z.string()).optional(),
  reason: z.string(),
  /** `before`: base64, or null where there was no file; `after`: digest, or null. */
  files: z.array(
    z.object({ path: z.string().refine(isOurs), before: z.string().nullable(), after: z.string().nullable() }),
  ),
});
export type Decision = z.infer<typeof Decision>;

interface DecideRequest {
  project: Project;
  session: Session;
  caller: Caller;
  about: (typeof DECIDABLE)[number];
  verdict: 'accept' | 'refuse';
  /** Keys of `reviewState`. */
  items: readonly string[];
  reason: string;
}

/**
 * Carries a person's decision out, by the same ways as the terminal, and keeps what the files were before. Refusing takes a proposal away,
 * and what was accepted before; findings and bars that are refused fail as before, and are not asked about again. Throws PERSON_NEEDED, and as
 * `acceptBaselines`, `acceptFindings` and `acceptBars`.
 */
export async function decide(request: DecideRequest): Promise<Decision> {
  const { project, session, caller, about, verdict, items, reason } = request;
  requirePerson(caller, { what: 'A decision', command: 'codeloop review' });
  const root = realProject(project.dir);
  const places = about === 'baselines' ? items.map((item) => BaselinePlace.parse(JSON.parse(item))) : [];
  const paths =
    about === 'baselines'
      ? places.flatMap((place) => [baselinePaths(place), proposalPaths(place)].flatMap(filesOf))
      : [ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, ACCEPTED_BARS_FILE];
  const before = paths.map((path) => readPlain(join(root, path))?.data);
  const done = await carryOut(request, places);
  const files = paths.flatMap((path, index) => {
    const [was, is] = [before[index], readPlain(join(root, path))?.data];
    const same = was === undefined ? is === undefined : is !== undefined && was.equals(is);
    return same
      ? []
      : [
          {
            path,
            before: was === undefined ? null : was.toString('base64'),
            after: is === undefined ? null : sha256(is),
          },
        ];
  });
  const decision: Decision = {
    schema_version: 1,
    id: String(Number(listDecisions(project.dir).at(-1)?.id ?? 0) + 1).padStart(6, '0'),
    at: isoTime(session.clock),
    by: await whoIsHere(project.dir),
    about,
    verdict,
    items: done,
    ...(verdict === 'refuse' && (about === 'findings' || about === 'bars') ? { refused: [...items] } : {}),
    reason,
    files,
  };
  ensureFolder(root, REVIEW_DIR);
  // What a person did on this machine is nobody's to commit; the audit log and the files themselves tell it.
  await writeAtomic(join(root, REVIEW_DIR, '.gitignore'), '*\n', { durable: false });
  await writeAtomic(join(root, REVIEW_DIR, `${decision.id}.json`), `${JSON.stringify(decision)}\n`);
  return decision;
}

async function carryOut(request: DecideRequest, places: readonly BaselinePlace[]): Promise<string[]> {
  const { project, session, caller, about, verdict, items, reason } = request;
  if (about === 'baselines' && verdict === 'refuse') {
    const waiting = readProposals(project.dir).filter(({ proposal }) => isAmong(proposal, places));
    if (waiting.length !== places.length)
      throw new CodeloopError('BASELINE_NOT_FOUND', { what: 'waiting proposal', allowed: [] });
    for (const { proposal } of waiting) removeProposal(project.dir, proposal);
    return waiting.map(({ proposal }) => placeName(proposal));
  }
  const asked = { project, session, caller, reason };
  if (about === 'known') {
    if (verdict === 'refuse') return takeBack(project, items);
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: 'codeloop_review_decide',
      problem: 'what is accepted can only be taken back',
    });
  }
  if (verdict === 'refuse') {
    const { findings, bars } = await openThings(project, session);
    const waiting = about === 'bars' ? bars : findings;
    return items.map((item) => titleOf(waiting, item));
  }
  if (about === 'baselines') return (await acceptBaselines({ ...asked, places })).map(placeName);
  if (about === 'bars') return (await acceptBars({ ...asked, keys: items })).map(({ key }) => key);
  const accepted = await acceptFindings({ ...asked, kinds: ACCEPTABLE, only: items });
  return accepted.map(({ entry: { rule, kind, selector } }) => `${rule ?? kind ?? ''}: ${selector}`);
}

/** What a person reads of a thing that waits. Throws DECISION_NOT_FOUND for what does not. */
function titleOf(waiting: readonly ReviewItem[], key: string): string {
  const found = waiting.find((one) => one.key === key);
  if (!found) throw new CodeloopError('DECISION_NOT_FOUND', { id: key, allowed: waiting.map((one) => one.title) });
  return `${found.title}: ${found.detail}`;
}

/** Takes entries out of the files that list what is accepted. Throws DECISION_NOT_FOUND for what is not there (any more), CONFIG_INVALID. */
async function takeBack(project: Project, items: readonly string[]): Promise<string[]> {
  const known = await knownThings(project);
  const chosen = items.map((key) => {
    const found = known.find((one) => one.item.key === key);
    if (!found) throw new CodeloopError('DECISION_NOT_FOUND', { id: key, allowed: known.map((one) => one.item.title) });
    return found;
  });
  const root = realProject(project.dir);
  for (const file of new Set(chosen.map((one) => one.file))) {
    const text = (await readSettings(project.dir, file)) ?? '';
    const places = chosen.filter((one) => one.file === file).map(({ at }) => at);
    await writeAtomic(join(root, file), withoutAccepted(text, places));
  }
  return chosen.map(({ item }) => `${item.title}: ${item.detail}`);
}

function filesOf(paths: { picture: string; dom: string; history?: string; record?: string }): string[] {
  return [paths.picture, paths.dom, ...(paths.history ? [paths.history] : []), ...(paths.record ? [paths.record] : [])];
}

/** Decisions that are kept, oldest first. */
export function listDecisions(projectDir: string): Decision[] {
  const root = realProject(projectDir);
  const names = () => {
    try {
      return readdirSync(join(root, REVIEW_DIR)).filter((name) => /^\d{6}\.json$/.test(name));
    } catch {
      return []; // Nothing was decided yet.
    }
  };
  return names()
    .sort()
    .flatMap((name) => {
      const read = Decision.safeParse(
        JSON.parse(readPlain(join(root, REVIEW_DIR, name))?.data.toString('utf8') ?? 'null'),
      );
      return read.success ? [read.data] : [];
    });
}

/** Why a decision cannot be undone any more, or nothing when it can. */
export async function settled(projectDir: string, { files }: Decision): Promise<string | undefined> {
  const root = realProject(projectDir);
  for (const { path, after } of files) {
    const now = readPlain(join(root, path))?.data;
    if ((now === undefined ? null : sha256(now)) !== after) return `${path} was changed since`;
    const committed = await runGit(['show', `HEAD:./${path}`], { cwd: root });
    const inCommit = committed?.code === 0 ? sha256(committed.stdout) : null;
    if (after !== null && inCommit === after) return `${path} is committed`;
  }
  return undefined;
}

/**
 * Puts back every file that a decision changed, byte for byte. Throws PERSON_NEEDED, DECISION_NOT_FOUND, DECISION_SETTLED (committed, or
 * changed since).
 */
export async function undo(project: Project, caller: Caller, id: string): Promise<Decision> {
  requirePerson(caller, { what: 'Undoing a decision', command: 'codeloop review' });
  const known = listDecisions(project.dir);
  const decision = known.find((one) => one.id === id);
  if (!decision) throw new CodeloopError('DECISION_NOT_FOUND', { id, allowed: known.map((one) => one.id) });
  const reason = await settled(project.dir, decision);
  if (reason !== undefined) throw new CodeloopError('DECISION_SETTLED', { id, reason });
  const root = realProject(project.dir);
  for (const { path, before } of decision.files) {
    if (before === null) rmSync(join(root, path), { force: true });
    else {
      ensureFolder(root, path.slice(0, path.lastIndexOf('/')));
      await writeAtomic(join(root, path), Buffer.from(before, 'base64'));
    }
  }
  rmSync(join(root, REVIEW_DIR, `${id}.json`), { force: true });
  return decision;
}
