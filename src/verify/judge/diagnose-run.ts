import type { GateVerdict } from '../../core/vocabulary/gate.js';
import type { Issue } from '../../core/vocabulary/issue.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { ElementSources } from '../../project/source-place.js';
import { storedVerification } from '../verification.js';
import { focusFirst } from './diagnosis/diagnose.js';
import { judge } from './judge.js';

interface DiagnoseRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  focusFiles: readonly string[];
}

interface Diagnosis {
  runId: string;
  issues: Issue[];
  verdict: GateVerdict;
}

/** Elements that are looked up in the sources: the first issues are the ones somebody reads. */
const MAX_LOOKED_UP = 30;
const TOOL = 'codeloop_diagnose';

/**
 * Returns the issues by the evidence of a run and the project as it is now. Without a run of the present code the newest one is
 * looked at, and that the code changed since is its first issue. Writes nothing. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED.
 */
export async function diagnoseRun({ project, session, runId, focusFiles }: DiagnoseRequest): Promise<Diagnosis> {
  const work = await storedVerification({ project, session, tool: TOOL, runId, rule: 'present_or_newest' });
  const { verdict, issues } = await judge(work, { stage: 'section' });
  return { runId: work.run.id, verdict, issues: focusFirst(await placeElements(project, issues), focusFiles) };
}

/** The issues with the place in the sources that writes their element, where there is just one. */
async function placeElements(project: Project, issues: readonly Issue[]): Promise<Issue[]> {
  const sources = new ElementSources(project.dir);
  const placed: Issue[] = [];
  for (const [at, issue] of issues.entries()) {
    const open = at < MAX_LOOKED_UP && issue.file === undefined;
    // Accessibility shows the tag itself.
    const html = issue.evidence
      .map(({ text }) => /<[a-z][^<>]*>/i.exec(text ?? '')?.[0])
      .find((tag) => tag !== undefined);
    const known = issue.element ?? (html === undefined ? undefined : { selector: '' });
    const place = open && known ? await sources.find({ ...known, html }) : undefined;
    placed.push(place ? { ...issue, ...place } : issue);
  }
  return placed;
}
