import type { EntryStatus } from './entries.js';
import { statusLabels } from './labels.js';

const shapes: Readonly<Record<EntryStatus, string>> = {
  pass: 'M4 8.5l2.6 2.6L12 5.4',
  fail: 'M5 5l6 6M11 5l-6 6',
  needs_human: 'M8 8.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM4.4 12.4c.5-2 1.9-3 3.6-3s3.1 1 3.6 3',
  could_not_run: 'M8 4.2v4.6M8 11.6v.2',
  not_compared: 'M4.8 8h6.4',
};

/** The sign of a status: shape and colour, so that neither alone has to be seen. Decorative; say the status in words beside it. */
export function StatusMark({ status }: { status: EntryStatus }) {
  return (
    <svg class={`mark is-${status}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="8" />
      <path d={shapes[status]} />
    </svg>
  );
}

/** The sign with its words. */
export function StatusWord({ status }: { status: EntryStatus }) {
  return (
    <span class={`status is-${status}`}>
      <StatusMark status={status} />
      {statusLabels[status]}
    </span>
  );
}
