import { define, list, say } from './error-text.js';

/** Errors of accepted pictures and of those who accept them. */
export const BASELINE_ERRORS = define({
  BASELINE_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no ${say(v.what)} of that name.`,
    fix: (v) =>
      Array.isArray(v.allowed) && v.allowed.length > 0
        ? `Known: ${list(v.allowed)}.`
        : 'See `codeloop baseline list`; pictures are proposed with codeloop_update_baseline.',
  },
  BASELINE_READ_ONLY: {
    class: 'usage',
    message: () => 'Baselines are never written under CI, proposals neither.',
    fix: () => 'Propose on a developer’s machine; CI compares with what is committed.',
  },
  PERSON_NEEDED: {
    class: 'usage',
    message: (v) => `${say(v.what)} takes a person at a terminal: ${say(v.why)}.`,
    fix: (v) =>
      `Ask the user to run \`${say(v.command)}\` in a terminal of their own, outside of any agent. Do not try to work around it.`,
  },
  PROPOSAL_UNPROVEN: {
    class: 'could_not_run',
    message: (v) => `The proposal for ${say(v.place)} cannot be traced to its run: ${say(v.reason)}.`,
    fix: () => 'Verify again and propose again with codeloop_update_baseline.',
    next: () => [{ tool: 'codeloop_verify', arguments: {} }],
  },
});
