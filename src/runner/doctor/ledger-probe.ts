import type { Probe } from './probe.js';

/** The per-user ledger can be written. */
export const ledgerProbe: Probe = {
  id: 'ledger',
  title: 'Ledger (per user, outside the project)',
  required: false,
  async run({ project }) {
    const { Ledger } = await import('../../store/ledger.js');
    const ledger = new Ledger(project.dir);
    return ledger.writable
      ? { ok: true, detail: 'can be written' }
      : {
          ok: false,
          detail: ledger.problem ?? 'cannot be written',
          fix: 'Make the state folder writable, or set XDG_STATE_HOME to one that is.',
        };
  },
};
