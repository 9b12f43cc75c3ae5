import { dirname, join } from 'node:path';
import { accepts, acceptsLayout, type Evidence } from '../../checks/evidence.js';
import { loweringLine, shown } from '../../checks/integrity/bars-not-lowered.js';
import { ACCEPTED_BARS_FILE, type AcceptedBar, parseAcceptedBars } from '../../config/acceptance.js';
import { withAccepted } from '../../config/accepted-list.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, readSettings } from '../../config/parse-settings.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { isoTime } from '../../core/clock.js';
import { reaches } from '../../core/vocabulary/accessibility.js';
import type { Lowering } from '../../core/vocabulary/bars.js';
import { type Caller, confirmByPerson, requirePerson, whoIsHere } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { ensureFolder, realProject } from '../../store/plain-file.js';
import { storedVerification } from '../verification.js';
import { gatherEvidence } from './gather-evidence.js';

interface AcceptBarsRequest {
  project: Project;
  session: Session;
  caller: Caller;
  /** Keys that are meant; undefined: all that wait. */
  keys: readonly string[] | undefined;
  reason: string;
}

const BARS_COMMAND = 'codeloop bars accept';

/**
 * Lets lowered bars through, after a person has read them and confirmed by typing. Written to `.codeloop/bars.json`, which is
 * no part of the code state: evidence stays fresh. Throws PERSON_NEEDED (before anything is looked at), EVIDENCE_STALE and
 * RUN_NOT_FOUND (nothing was verified yet), CONFIG_INVALID. Nothing is written before the confirmation.
 */
export async function acceptBars(request: AcceptBarsRequest): Promise<Lowering[]> {
  const { project, session, caller, keys, reason } = request;
  const person = { what: 'Letting a lower bar through', command: BARS_COMMAND };
  requirePerson(caller, person);
  const work = await storedVerification({ project, session, tool: BARS_COMMAND });
  const { bars } = (await gatherEvidence(work, { stage: 'section' })).evidence;
  const chosen = bars.lowered.filter(({ key }) => keys === undefined || keys.includes(key));
  if (chosen.length === 0) return [];
  await confirmByPerson(caller, {
    ...person,
    question: ['These are lower than before:', ...chosen.map(barLine)].join('\n'),
    words: `accept ${chosen.length}`,
    typed: true,
  });
  await writeAcceptedBars(project, session, chosen, reason);
  return chosen;
}

/** Writes the word of the person at this terminal on lowered bars down; what was said of others stays. Throws CONFIG_INVALID. */
export async function writeAcceptedBars(
  project: Project,
  session: Session,
  chosen: readonly Lowering[],
  reason: string,
): Promise<void> {
  const text = await readSettings(project.dir, ACCEPTED_BARS_FILE);
  const before = text === undefined ? [] : parseAcceptedBars(text);
  const [by, at] = [await whoIsHere(project.dir), isoTime(session.clock)];
  const accepted: AcceptedBar[] = [
    ...before.filter(({ key }) => !chosen.some((one) => one.key === key)),
    ...chosen.map(({ key, after }) => ({ key, after, at, by, reason })),
  ];
  const root = realProject(project.dir);
  ensureFolder(root, dirname(ACCEPTED_BARS_FILE));
  await writeAtomic(join(root, ACCEPTED_BARS_FILE), `${JSON.stringify({ accepted }, null, 2)}\n`);
}

function barLine(lowering: Lowering): string {
  // Names come from files of the project: nothing in them may act on the terminal.
  return `  ${loweringLine(lowering)}: ${shown(lowering.before)} → ${shown(lowering.after)}`.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu,
    ' ',
  );
}

/** Kinds of findings that a person can accept as they are, by the file that lists them. */
export const ACCEPTABLE = ['accessibility', 'layout'] as const;
type Acceptable = (typeof ACCEPTABLE)[number];

const FILES: Readonly<Record<Acceptable, string>> = {
  accessibility: ACCESSIBILITY_BASELINE_FILE,
  layout: LAYOUT_BASELINE_FILE,
};

/** One finding as its file writes it, without the reason. */
export interface AcceptedFinding {
  file: string;
  entry: { selector: string; screens: string[]; rule?: string; kind?: string; condition?: string };
}

interface AcceptFindingsRequest {
  project: Project;
  session: Session;
  caller: Caller;
  kinds: readonly Acceptable[];
  reason: string;
  /** Only these, by `findingKey`; default: all that fail the gate. */
  only?: readonly string[] | undefined;
}

/** What tells an open finding from the others. */
export function findingKey({ file, entry: { rule, kind, condition, selector } }: AcceptedFinding): string {
  return JSON.stringify([file, rule ?? kind ?? '', condition ?? '', selector]);
}

const COMMAND = 'codeloop findings accept';
/** Findings that the question lists; it counts all. */
const LISTED = 30;

/**
 * Accepts today's findings of accessibility and layout as known, after a person has read them and confirmed by typing, so that from here
 * on the gate is about what changes. Findings of the newest run of the present code that fail the gate and are not accepted yet; what is
 * in the files stays. Throws PERSON_NEEDED (before anything is looked at), EVIDENCE_STALE and RUN_NOT_FOUND (nothing was verified yet),
 * CONFIG_INVALID. Nothing is written before the confirmation.
 */
export async function acceptFindings(request: AcceptFindingsRequest): Promise<AcceptedFinding[]> {
  const { project, session, caller, kinds, reason } = request;
  const person = { what: 'Accepting findings as known', command: COMMAND };
  requirePerson(caller, person);
  const work = await storedVerification({ project, session, tool: COMMAND });
  const { evidence } = await gatherEvidence(work, { stage: 'section' });
  const open = openFindings(evidence).filter(
    (one) => kinds.some((kind) => FILES[kind] === one.file) && (request.only?.includes(findingKey(one)) ?? true),
  );
  if (open.length === 0) return [];
  const more = open.length > LISTED ? [`  … and ${open.length - LISTED} more`] : [];
  await confirmByPerson(caller, {
    ...person,
    question: ['These fail the gate today:', ...open.slice(0, LISTED).map(line), ...more].join('\n'),
    words: `accept ${open.length}`,
    typed: true,
  });
  const lowerBefore = new Set(evidence.bars.lowered.map(({ key }) => key));
  const root = realProject(project.dir);
  for (const file of new Set(open.map((one) => one.file))) {
    const entries = open.filter((one) => one.file === file).map(({ entry }) => ({ ...entry, reason }));
    const text = withAccepted(await readSettings(project.dir, file), entries);
    ensureFolder(root, dirname(file));
    await writeAtomic(join(root, file), text);
  }
  // A longer list is a lower bar: this person has just said yes to it. Not to what was in the list before and waits for a word of its own.
  const after = await storedVerification({ project, session, tool: COMMAND, rule: 'present_or_newest' });
  const { bars } = (await gatherEvidence(after, { stage: 'section' })).evidence;
  const ours = bars.lowered.filter(
    ({ key }) => kinds.some((kind) => key === `${kind}.accepted`) && !lowerBefore.has(key),
  );
  if (ours.length > 0) await writeAcceptedBars(project, session, ours, reason);
  return open;
}

/** The findings that fail the gate and that nobody accepted, each element once with all its screens. Pure. */
export function openFindings({ accessibility, layout }: Pick<Evidence, 'accessibility' | 'layout'>): AcceptedFinding[] {
  const found = new Map<string, AcceptedFinding>();
  const add = (file: string, screen: string, entry: Omit<AcceptedFinding['entry'], 'screens'>) => {
    const key = JSON.stringify([file, entry]);
    const known = found.get(key);
    if (!known) found.set(key, { file, entry: { ...entry, screens: [screen] } });
    else if (!known.entry.screens.includes(screen)) known.entry.screens.push(screen);
  };
  for (const { screen, result } of accessibility.cells)
    for (const { rule, impact, nodes } of result?.violations ?? []) {
      if (!reaches(impact, accessibility.failOn)) continue;
      for (const { selector } of nodes)
        if (!accessibility.baseline.accepted.some((one) => accepts(one, screen, rule, selector)))
          add(FILES.accessibility, screen, { rule, selector });
    }
  for (const finding of layout.report.findings) {
    if (finding.certainty !== 'certain' || layout.baseline.accepted.some((one) => acceptsLayout(one, finding)))
      continue;
    const { kind, element, condition, screen } = finding;
    const so = condition === undefined ? {} : { condition };
    add(FILES.layout, screen, { kind, selector: element.selector, ...so });
  }
  return [...found.values()];
}

function line({ entry: { rule, kind, selector, condition, screens } }: AcceptedFinding): string {
  // Names come from the page: nothing in them may act on the terminal.
  return `  ${rule ?? kind}${condition === undefined ? '' : ` (${condition})`}: ${selector} on ${screens.join(', ')}`.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu,
    ' ',
  );
}
