import { type Clock, isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { nearestName, slug } from '../../core/ids.js';
import type { Section, SectionMove, SectionState, SectionsFile } from '../../core/vocabulary/section.js';
import type { NextCall } from '../../core/vocabulary/tool-result.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { changeSections, readSections } from '../../store/section-files.js';
import { judgeMove, type MoveFacts, moveFacts, movesFrom } from '../judge/judge-move.js';

const SET = (section: Section, set: SectionState, why: string): NextCall => ({
  tool: 'codeloop_section_status',
  arguments: { section: section.id, set },
  why,
});

/** The call that brings a section on, by its state. Pure. */
export function nextForSection(section: Section): NextCall | undefined {
  switch (section.state) {
    case 'planned':
      return section.screens.length + section.flows.length > 0
        ? SET(section, 'ready_to_build', 'it names what shows it')
        : {
            tool: 'codeloop_section_status',
            arguments: { section: section.id, screens: [section.id] },
            why: 'say by which screens or flows it is verified',
          };
    case 'ready_to_build':
      return SET(section, 'building', 'when the work on it begins');
    case 'building':
      return SET(section, 'verifying', 'when it is built');
    case 'verifying':
      return { tool: 'codeloop_verify', arguments: {}, why: `a green verdict makes ${section.id} internally_verified` };
    case 'needs_repair':
    case 'integration_regression':
      return { tool: 'codeloop_diagnose', arguments: {}, why: `what is wrong with ${section.id}` };
    case 'internally_verified':
    case 'integration_pending':
      return { tool: 'codeloop_integration_check', arguments: {}, why: 'verify the finished sections together' };
    case 'done':
      return undefined;
  }
}

/** Calls for several sections: those in trouble first, then what is furthest on; no call twice. At most three. Pure. */
export function nextForSections(sections: readonly Section[]): NextCall[] {
  const calls = sections
    .toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state))
    .flatMap((section) => nextForSection(section) ?? []);
  const seen = new Set<string>();
  const different = calls.filter(({ tool, arguments: given }) => {
    const key = JSON.stringify([tool, given]);
    return !seen.has(key) && seen.add(key);
  });
  if (different.length > 0 || sections.length === 0) return different.slice(0, 3);
  return [{ tool: 'codeloop_release_readiness', arguments: {}, why: 'every section is done' }];
}

const URGENCY: readonly SectionState[] = [
  'integration_regression',
  'needs_repair',
  'verifying',
  'building',
  'internally_verified',
  'integration_pending',
  'ready_to_build',
  'planned',
  'done',
];

interface SectionRequest {
  project: Project;
  session: Session;
  tool: string;
  section: string | undefined;
  set: SectionState | undefined;
  /** Screens of the section, instead of those it has so far. */
  screens: readonly string[] | undefined;
  flows: readonly string[] | undefined;
}

interface SectionAnswer {
  /** All of them, or the one that was asked for. */
  sections: Section[];
  created: boolean;
  /** Configured screens that belong to no section. */
  unassigned: string[];
}

/** Moves kept of one section. */
const MAX_HISTORY = 50;
/** States in which it is still open what belongs to a section: later, leaving a screen out would leave out what it failed by. */
const OPEN: ReadonlySet<SectionState> = new Set(['planned', 'ready_to_build', 'building']);

/**
 * Shows the sections, plans one, says which screens and flows show it, or moves it. Nothing is written when something is refused.
 * Throws SECTION_NOT_FOUND, SECTION_MOVE_REFUSED, ARGUMENTS_INVALID, CONFIG_INVALID, RUN_BUSY.
 */
export async function sectionStatus(request: SectionRequest): Promise<SectionAnswer> {
  const { project, session, tool, section: name, set } = request;
  const writes = set !== undefined || request.screens !== undefined || request.flows !== undefined;
  if (name === undefined && writes)
    throw new CodeloopError('ARGUMENTS_INVALID', { tool, problem: 'section is missing.', allowed: ['section'] });
  const facts = await moveFacts(project, session, tool);
  let created = false;
  const file = writes
    ? await changeSections(project.dir, (draft) => {
        created = apply(draft, request, facts, session.clock);
        return draft;
      })
    : readSections(project.dir);
  const shown = name === undefined ? file.sections : [findSection(file, name)];
  return { sections: shown, created, unassigned: unassigned(file, facts.screens) };
}

/** A section by id or title. Throws SECTION_NOT_FOUND. */
export function findSection({ sections }: SectionsFile, name: string): Section {
  const found = sections.find(({ id, title }) => id === slug(name) || title === name);
  if (found) return found;
  const allowed = sections.map(({ id }) => id);
  const nearest = nearestName(slug(name), allowed);
  throw new CodeloopError('SECTION_NOT_FOUND', { section: name, allowed, ...(nearest ? { nearest } : {}) });
}

/** Writes a move into the draft of a section. */
export function recordMove(section: Section, move: SectionMove): void {
  section.state = move.to;
  section.history = [...section.history, move].slice(-MAX_HISTORY);
}

/** True when the section is new. */
function apply(draft: SectionsFile, request: SectionRequest, facts: MoveFacts, clock: Clock): boolean {
  const { tool, section: name = '', set, screens, flows } = request;
  const at = isoTime(clock);
  const known = draft.sections.find(({ id, title }) => id === slug(name) || title === name);
  if (!known && set === 'planned') {
    const id = slug(name);
    if (id === '')
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool,
        problem: 'section needs a name with letters or digits.',
        allowed: ['section'],
      });
    draft.sections.push({
      id,
      title: name,
      state: 'planned',
      screens: [...(screens ?? [])],
      flows: [...(flows ?? [])],
      after: [],
      from_spec: false,
      history: [{ at, to: 'planned', tool }],
    });
    return true;
  }
  const section = known ?? findSection(draft, name);
  if (screens || flows) {
    if (!OPEN.has(section.state))
      throw refused(section, set ?? section.state, {
        reason: 'what belongs to it is settled once it is verified; set it to building first',
        moves: movesFrom(section.state),
      });
    Object.assign(section, { ...(screens ? { screens: [...screens] } : {}), ...(flows ? { flows: [...flows] } : {}) });
  }
  if (set === undefined) return false;
  const judged = judgeMove(section, set, facts);
  if (!judged.allowed) throw refused(section, set, judged);
  const { evidence } = judged;
  recordMove(section, { at, from: section.state, to: set, tool, ...(evidence ? { evidence } : {}) });
  return false;
}

function refused(
  { id, state }: Section,
  to: SectionState,
  { reason, moves, help }: { reason: string; moves: readonly string[]; help?: string },
): CodeloopError {
  return new CodeloopError('SECTION_MOVE_REFUSED', {
    ...{ section: id, from: state, to, reason, allowed: moves },
    ...(help === undefined ? {} : { help }),
  });
}

function unassigned({ sections }: SectionsFile, screens: readonly string[]): string[] {
  const taken = new Set(sections.flatMap((section) => section.screens.map(slug)));
  return screens.filter((name) => !taken.has(slug(name)));
}
