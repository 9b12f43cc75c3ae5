import { parseSpec, type Spec } from '../../config/parse-spec.js';
import { type Clock, isoTime } from '../../core/clock.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import { insideRoots, readText } from '../../core/path-walls.js';
import type { Section, SectionState, SectionsFile, SpecSection } from '../../core/vocabulary/section.js';
import type { Project } from '../../project/project.js';
import { fileExists } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { changeSections, readSections } from '../../store/section-files.js';
import { recordMove } from './section-status.js';

/** Order of work: trouble and work in progress first, then what is not begun, finished sections last. */
const RANK: Readonly<Record<SectionState, number>> = {
  integration_regression: 0,
  needs_repair: 1,
  verifying: 2,
  building: 3,
  ready_to_build: 4,
  planned: 4,
  internally_verified: 5,
  integration_pending: 5,
  done: 6,
};

/**
 * The order in which to work on sections: never before one that it depends on and that is not over, else by how urgent it is, else as
 * given. `circular`: sections that wait for each other; they stand as given. Pure.
 */
export function planOrder(sections: readonly Section[]): { order: Section[]; circular: string[] } {
  const order: Section[] = [];
  const circular: string[] = [];
  const left = [...sections].sort((a, b) => RANK[a.state] - RANK[b.state]);
  while (left.length > 0) {
    const waits = (section: Section) =>
      RANK[section.state] < 5 &&
      section.after.some((id) => id !== section.id && left.some((one) => one.id === id && RANK[one.state] < 5));
    const free = left.findIndex((section) => !waits(section));
    const [next] = left.splice(Math.max(free, 0), 1);
    if (!next) break;
    if (free < 0) circular.push(next.id);
    order.push(next);
  }
  return { order, circular };
}

/** A section of a specification that is not as it was. */
interface ChangedSection {
  id: string;
  /** Its id before, where it was only renamed. */
  was?: string;
  items_added: string[];
  items_removed: string[];
}

/** Differences between two readings of a spec, in the order of the newer one. */
interface SpecChanges {
  added: string[];
  changed: ChangedSection[];
  removed: string[];
}

/** Compares two readings. A section that has other words, or another name with the same things asked for, is changed, not new. Pure. */
export function compareSpecs(before: readonly SpecSection[], after: readonly SpecSection[]): SpecChanges {
  const changes: SpecChanges = { added: [], changed: [], removed: [] };
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  const renamed = new Set<string>();
  for (const section of after) {
    const same = before.find(({ id }) => id === section.id);
    const was = same ? undefined : gone.find((one) => !renamed.has(one.id) && sameItems(one, section));
    const old = same ?? was;
    if (!old) changes.added.push(section.id);
    else if (was || old.digest !== section.digest)
      changes.changed.push({
        id: section.id,
        ...(was ? { was: was.id } : {}),
        items_added: section.items.filter((item) => !old.items.includes(item)),
        items_removed: old.items.filter((item) => !section.items.includes(item)),
      });
    if (was) renamed.add(was.id);
  }
  changes.removed = gone.map(({ id }) => id).filter((id) => !renamed.has(id));
  return changes;
}

function sameItems(a: SpecSection, b: SpecSection): boolean {
  return a.items.length > 0 && a.items.length === b.items.length && a.items.every((item) => b.items.includes(item));
}

/** Files in which a spec is looked for when none was named, now or before. */
const SPEC_FILES: readonly string[] = [
  'docs/spec.md',
  'docs/SPEC.md',
  'SPEC.md',
  'spec.md',
  'docs/spec.yaml',
  'spec.yaml',
  'docs/requirements.md',
  'REQUIREMENTS.md',
  'docs/PRD.md',
  'PRD.md',
];
/** Scope changes kept. */
const MAX_CHANGES = 50;
const TOOL = 'codeloop_replan';

interface Replan {
  spec: string;
  /** True when no specification was looked at before. */
  first: boolean;
  changes: SpecChanges;
  /** Sections that had come further than this and are to be built again. */
  reopened: string[];
  circular: string[];
  /** All sections in the order in which to work on them. */
  sections: Section[];
}

/**
 * Plans the sections from a specification, or again from one that changed: new ones are planned, changed ones that were further than
 * building are reopened, those that it no longer has go, and all are put into order.
 * Throws SPEC_NOT_FOUND, PATH_OUTSIDE_ROOTS, CONFIG_INVALID, ARGUMENTS_INVALID.
 */
export async function replan(project: Project, clock: Clock, specPath: string | undefined): Promise<Replan> {
  const path = specPath ?? readSections(project.dir).spec?.path ?? (await findSpec(project));
  const spec = await readSpec(project, path);
  const screens = (await projectScreens(project)).map(({ name }) => name);
  return changeSections(project.dir, (draft) => applySpec(draft, path, spec.sections, screens, clock));
}

/** Reads a specification of the project. Throws SPEC_NOT_FOUND, PATH_OUTSIDE_ROOTS, CONFIG_INVALID, ARGUMENTS_INVALID (neither Markdown nor YAML). */
export async function readSpec(project: Project, path: string): Promise<Spec> {
  if (!/\.(?:md|ya?ml)$/i.test(path))
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: TOOL,
      problem: `${path} is neither Markdown nor YAML.`,
      hint: 'Give a file that ends in .md, .yaml or .yml.',
    });
  const file = await insideRoots(path, [project.dir]);
  try {
    return parseSpec(await readText(file), path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new CodeloopError('SPEC_NOT_FOUND', { path, looked_at: [path] }, { cause: error });
  }
}

async function findSpec(project: Project): Promise<string> {
  for (const path of SPEC_FILES) if (await fileExists(`${project.dir}/${path}`)) return path;
  throw new CodeloopError('SPEC_NOT_FOUND', { path: 'any of the usual places', looked_at: [...SPEC_FILES] });
}

function applySpec(
  draft: SectionsFile,
  path: string,
  outline: SpecSection[],
  screens: readonly string[],
  clock: Clock,
): Replan {
  const before = draft.spec;
  const changes = compareSpecs(before?.sections ?? [], outline);
  const at = isoTime(clock);
  const reopened: string[] = [];
  for (const { id, was } of changes.changed) {
    const section = draft.sections.find((one) => one.id === (was ?? id));
    const now = outline.find((one) => one.id === id);
    if (!section || !now) continue;
    Object.assign(section, { id, title: now.title, ...stated(now) });
    if (['planned', 'ready_to_build', 'building'].includes(section.state)) continue;
    recordMove(section, { at, from: section.state, to: 'building', tool: TOOL, reason: 'the specification changed' });
    reopened.push(id);
  }
  for (const now of outline) {
    const known = draft.sections.find(({ id }) => id === now.id);
    if (known) Object.assign(known, { from_spec: true, after: now.after });
    else draft.sections.push(planned(now, screens, at));
  }
  draft.sections = draft.sections.filter(({ id, from_spec }) => !from_spec || outline.some((one) => one.id === id));
  const given = [...draft.sections].sort((a, b) => position(outline, a.id) - position(outline, b.id));
  const { order, circular } = planOrder(given);
  draft.sections = order;
  draft.spec = { path, sections: outline };
  const { added, removed } = changes;
  const changed = changes.changed.map(({ id }) => id);
  if (before && added.length + changed.length + removed.length > 0)
    draft.scope_changes = [...draft.scope_changes, { at, spec: path, added, changed, removed }].slice(-MAX_CHANGES);
  return { spec: path, first: before === undefined, changes, reopened, circular, sections: order };
}

/** Returns the position of a section in the spec; after its end when it is not from there. */
function position(outline: readonly SpecSection[], id: string): number {
  const at = outline.findIndex((one) => one.id === id);
  return at < 0 ? outline.length : at;
}

/** Returns the spec's fields of a section; absent ones stay as they were. */
function stated({ screens, flows }: SpecSection): Partial<Pick<Section, 'screens' | 'flows'>> {
  return { ...(screens.length > 0 ? { screens } : {}), ...(flows.length > 0 ? { flows } : {}) };
}

function planned(now: SpecSection, screens: readonly string[], at: string): Section {
  const named = screens.filter((name) => slug(name) === now.id);
  return {
    id: now.id,
    title: now.title,
    state: 'planned',
    screens: now.screens.length > 0 ? now.screens : named,
    flows: now.flows,
    after: now.after,
    from_spec: true,
    history: [{ at, to: 'planned', tool: TOOL }],
  };
}
