import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'baselines-accepted',
  title: 'Every baseline is what a person accepted, and committed',
  failureTitle: 'A baseline is not what a person accepted',
  description:
    'The bytes of each accepted picture are those of the last line of its history, and the commit that is checked out holds them. Pictures that were edited, put there by hand or removed without a line in the history are named. Outside git an accepted picture counts at once.',
  requires: ['baselines'],
  repair: personDecides(
    'A baseline is there that nobody accepted, or that is not committed.',
    'A person accepts it with `codeloop baseline accept` and commits it.',
  ),
  run({ baselines }) {
    const edited = baselines.files.filter((file) => file.standing === 'unrecorded');
    const lost = baselines.removed.filter((one) => !one.recorded);
    const uncommitted = baselines.files.filter((file) => file.standing === 'uncommitted');
    const leaving = baselines.removed.filter((one) => one.recorded);
    const problems: Problem[] = [
      ...edited.map((file) => ({
        ...place(file),
        title:
          file.last === undefined
            ? 'This baseline was put there without anybody having accepted it.'
            : 'This baseline is not the picture that was accepted: it was changed since.',
        fix: 'Restore it from git; a new one is proposed with codeloop_update_baseline and accepted by a person.',
      })),
      ...lost.map((one) => ({
        ...place(one),
        title: 'This baseline was taken away, and no person said so.',
        fix: 'Restore it from git; a person removes one with `codeloop baseline remove`.',
      })),
      ...(baselines.vanished
        ? [
            {
              title: 'The baselines that the last green verdict rested on are all gone, and no person said so.',
              fix: 'Restore .codeloop/baselines; a person removes baselines with `codeloop baseline remove`.',
            },
          ]
        : []),
      ...uncommitted.map((file) => ({
        ...place(file),
        title: 'This baseline was accepted and is not committed: it does not count yet.',
        ...(file.last ? { text: `${file.last.at}, ${file.last.by}: ${file.last.reason}` } : {}),
        fix: 'A person commits .codeloop/baselines.',
      })),
      ...leaving.map((one) => ({
        ...place(one),
        title: 'A person removed this baseline; that is not committed yet.',
        fix: 'A person commits .codeloop/baselines.',
      })),
    ];
    const examined = baselines.files.length + baselines.removed.length + (baselines.vanished ? 1 : 0);
    if (edited.length + lost.length > 0 || baselines.vanished) return { status: 'fail', problems, examined };
    if (problems.length > 0) return { status: 'needs_human', problems, examined };
    if (examined === 0)
      return { status: 'could_not_run', problems: [{ title: 'There are no baselines.' }], examined: 0 };
    return { status: 'pass', problems, examined };
  },
});

function place(one: { screen: string; viewport: string; path: string }) {
  return { screen: one.screen, viewport: one.viewport, artifact: one.path };
}
