import { CodeloopError } from '../../core/errors.js';
import { redactValue } from '../../core/redact.js';
import { type Caller, confirmByPerson } from '../../live/person-at-terminal.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { Run } from '../../store/run.js';
import { reviewState } from './review-state.js';

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

/**
 * The review page as HTML with its policy, or the stored report of a run, which has its own. Throws PERSON_NEEDED, RUN_NOT_FOUND,
 * EVIDENCE_TAMPERED.
 */
export async function showReview(request: ShowRequest): Promise<{ html: string; policy?: string }> {
  const { project, session, caller, report, before, after, message, bad = false } = request;
  await confirmByPerson(caller, {
    what: 'Reviewing',
    command: 'codeloop review',
    question: '',
    words: '',
    typed: false,
  });
  if (report !== undefined) {
    const run = await Run.open(project.dir, report, { tool: 'codeloop review', clock: session.clock });
    const stored = run.latest('report');
    if (!stored) throw new CodeloopError('RUN_NOT_FOUND', { run: report });
    return { html: (await run.readEntry(stored)).toString('utf8') };
  }
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
