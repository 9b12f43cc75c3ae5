import { dirname, join } from 'node:path';
import { accepts, acceptsLayout, type Evidence } from '../../checks/evidence.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE, withAccepted } from '../../config/acceptance.js';
import { readSettings } from '../../config/load.js';
import { writeAtomic } from '../../core/atomic-write.js';
import { reaches } from '../../core/vocabulary/accessibility.js';
import { type Caller, confirmByPerson } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { ensureFolder, realProject } from '../../store/plain-file.js';
import { storedVerification } from '../verification.js';
import { writeAcceptedBars } from './accept-bars.js';
import { gatherEvidence } from './gather-evidence.js';

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
  await confirmByPerson(caller, { ...person, question: '', words: '', typed: false });
  const work = await storedVerification({ project, session, tool: COMMAND });
  const { evidence } = await gatherEvidence(work, { stage: 'section' });
  const open = openFindings(evidence).filter(({ file }) => kinds.some((kind) => FILES[kind] === file));
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
