import { Capture } from './capture.js';
import { Comparison } from './comparison.js';
import type { Entry, EntryStatus } from './entries.js';
import { outcomeLabels, percent, plural, severityCounts, shortPercent, statusLabels } from './labels.js';
import { showLine, Untrusted } from './untrusted.js';

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

/** One entry: a line that says how it stands, and on demand its pictures, regions, problems and logs. */
export function Card({ entry, open }: { entry: Entry; open: boolean }) {
  return (
    <article
      class={`card is-${entry.status}`}
      id={entry.id}
      data-status={entry.status}
      data-screen={`=${showLine(entry.screen)}`}
      data-viewport={`=${showLine(entry.viewport)}`}
    >
      <details open={open}>
        <summary>
          <StatusMark status={entry.status} />
          <h3>
            <span class="visually-hidden">{statusLabels[entry.status]}: </span>
            <Untrusted text={entry.screen} limit={120} />
            <span class="viewport">
              <Untrusted text={entry.viewport} limit={60} />
            </span>
          </h3>
          <Gist entry={entry} />
        </summary>
        <div class="body">
          <Problems entry={entry} />
          {entry.pair === undefined ? null : (
            <Comparison entry={entry.pair} id={entry.id} faults={entry.cell?.faults} />
          )}
          {entry.cell === undefined ? null : <Capture entry={entry.cell} alone={entry.pair === undefined} />}
        </div>
      </details>
    </article>
  );
}

function Gist({ entry }: { entry: Entry }) {
  const pair = entry.pair?.pair;
  const shot = entry.cell?.cell.screenshot;
  const errors = shot?.logs.filter(({ level }) => level === 'error').length ?? 0;
  const tags = [
    entry.pair?.against === 'baseline' ? 'baseline' : '',
    pair !== undefined && pair.outcome !== 'match' && pair.outcome !== 'mismatch' ? outcomeLabels[pair.outcome] : '',
    pair === undefined ? '' : severityCounts(pair.regions),
    shot !== undefined && !shot.steady.settled ? 'unsteady' : '',
    shot?.blank ? 'blank' : '',
    entry.cell?.cell.failure === undefined ? '' : showLine(entry.cell.cell.failure.code, 60),
    errors > 0 ? plural(errors, 'error') : '',
    pair?.ad_hoc || entry.cell?.cell.ad_hoc ? 'ad hoc' : '',
  ].filter((tag) => tag !== '');
  return (
    <span class="gist">
      {tags.map((tag) => (
        <span class="tag" key={tag}>
          {tag}
        </span>
      ))}
      {pair?.score === undefined ? null : (
        <span class="points">
          {percent(pair.score)}
          {pair.threshold === undefined ? null : <span class="bar-of"> needs {shortPercent(pair.threshold)}</span>}
        </span>
      )}
    </span>
  );
}

function Problems({ entry }: { entry: Entry }) {
  if (entry.problems.length === 0) return null;
  return (
    <ul class="findings">
      {entry.problems.map(({ problem, gate, blocks }, index) => (
        <li key={index} class={blocks ? 'blocks' : 'warns'}>
          <b>
            <Untrusted text={problem.title} limit={300} />
          </b>{' '}
          <a href={`#problems-${gate}`}>{gate}</a>
          {problem.fix === undefined ? null : (
            <span class="fix">
              <Untrusted text={problem.fix} limit={400} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
