import type { SectionStanding } from '../../checks/section-evidence.js';
import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { Stage } from '../../core/vocabulary/gate.js';
import type { Project } from '../../project/project.js';
import { whyNotIntegrated } from '../../project/sections/judge-move.js';
import { FINISHED } from '../../project/sections/moves.js';
import type { Run } from '../../store/run.js';
import { readSections } from '../../store/section-files.js';
import { runFacts } from './move-facts.js';

/**
 * How far each planned section has come, as a stage asks: its state, and for a release whether a verdict of stage integration in this
 * very run proves it. Nothing at stage section, which asks for none. Throws CONFIG_INVALID, EVIDENCE_TAMPERED.
 */
export async function sectionStandings(
  project: Project,
  run: Run,
  current: CodeState,
  stage: Stage,
): Promise<SectionStanding[]> {
  if (stage === 'section') return [];
  const { sections } = readSections(project.dir);
  if (sections.length === 0) return [];
  const facts = stage === 'release' ? await runFacts(project, run, current) : undefined;
  return sections.map((section) => {
    const { id, state } = section;
    const finished = stage === 'release' ? state === 'done' : FINISHED.has(state);
    const unproven = facts && whyNotIntegrated(section, facts);
    return { id, state, finished, ...(unproven === undefined ? {} : { unproven }) };
  });
}
