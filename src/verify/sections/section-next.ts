import type { Section, SectionState } from '../../core/vocabulary/section.js';
import type { NextCall } from '../../core/vocabulary/tool-result.js';

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
