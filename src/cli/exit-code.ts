import type { DispatchReply } from '../tools/dispatcher.js';

/** What the process ends with (contract section 3). */
export const EXIT = { passed: 0, failed: 1, usage: 2, couldNotRun: 3, interrupted: 130 } as const;

/** The exit code of a reply: a result's status, or an error's class. */
export function exitCode(reply: DispatchReply): number {
  if (reply.kind === 'error')
    return { usage: EXIT.usage, could_not_run: EXIT.couldNotRun, interrupted: EXIT.interrupted }[reply.class];
  switch (reply.result.status) {
    case 'pass':
      return EXIT.passed;
    case 'could_not_run':
      return EXIT.couldNotRun;
    default:
      return EXIT.failed;
  }
}
