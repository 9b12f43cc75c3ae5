import type { ReviewItem, ReviewModel, ReviewRun, ReviewScreen } from '../core/vocabulary/report-model.js';
import { StatusMark } from './card.js';
import { moment, percent, plural, statusLabels } from './labels.js';
import { embeddedSource } from './picture.js';
import { showLine, Untrusted, wellFormed } from './untrusted.js';

/** A picture before and now, beside each other; one of them alone where there is no other. */
export function Sides({
  item: { before, after, where, title },
}: {
  item: Pick<ReviewItem, 'before' | 'after' | 'where' | 'title'>;
}) {
  const [old, now, there] = [before, after, where].map(embeddedSource);
  if (there !== undefined)
    return (
      <div class="sides single">
        <img src={there} alt={`Where it is: ${showLine(title, 160)}`} loading="lazy" />
      </div>
    );
  if (old === undefined && now === undefined) return null;
  const name = showLine(title, 160);
  return (
    <div class={old === undefined || now === undefined ? 'sides single' : 'sides'}>
      {old === undefined ? null : (
        <figure>
          <figcaption class="side">Before</figcaption>
          <img src={old} alt={`Before: ${name}`} loading="lazy" />
        </figure>
      )}
      {now === undefined ? null : (
        <figure>
          <figcaption class="side">{old === undefined ? 'New' : 'Now'}</figcaption>
          <img src={now} alt={`Now: ${name}`} loading="lazy" />
        </figure>
      )}
    </div>
  );
}

/** Runs as columns, screens as rows, the oldest on the left: how each screen went. */
export function Runs({ runs }: { runs: readonly ReviewRun[] }) {
  const shown = runs.toReversed();
  const screens = [...new Set(runs.flatMap((run) => Object.keys(run.screens)))].sort();
  return (
    <section id="runs" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      {runs.length === 0 ? (
        <p class="empty">Nothing was verified yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1)
        <section class="sheet trend" aria-label="Problems of each screen by run" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Screen</th>
                {shown.map((run) => (
                  <th scope="col" key={run.run_id}>
                    <Untrusted text={run.run_id.replace(/^run-\d{8}-/, '')} limit={60} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">Verdict</th>
                {shown.map((run) => (
                  <td key={run.run_id}>
                    <Verdict run={run} />
                  </td>
                ))}
              </tr>
              {screens.map((screen) => (
                <tr key={screen}>
                  <th scope="row">
                    <Untrusted text={screen} limit={120} />
                  </th>
                  {shown.map(({ run_id: id, screens: of, score }) => (
                    <td
                      key={id}
                      class={score === undefined ? '' : (of[screen]?.problems ?? 0) > 0 ? 'is-fail' : 'is-pass'}
                    >
                      <ScreenInRun screen={of[screen]} judged={score !== undefined} />
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">Duration</th>
                {shown.map((run) => (
                  <td key={run.run_id}>{(run.duration_ms / 1000).toFixed(1)} s</td>
                ))}
              </tr>
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** How a screen went in one run: findings, how like its design it is, and how long it took. */
function ScreenInRun({ screen, judged }: { screen: ReviewScreen | undefined; judged: boolean }) {
  if (screen === undefined) return <>–</>;
  const { problems, min_score: score, took_ms: took } = screen;
  const facts = [
    ...(score === undefined ? [] : [`${percent(score)} equal`]),
    ...(took === undefined ? [] : [`${(took / 1000).toFixed(1)} s`]),
  ];
  return (
    <>
      {judged ? (problems === 0 ? 'none' : plural(problems, 'problem')) : 'not judged'}
      {facts.length === 0 ? null : <span class="quietly">{facts.join(', ')}</span>}
    </>
  );
}

function Verdict({ run: { status, score, started_at, run_id } }: { run: ReviewRun }) {
  if (status === 'not_judged' || status === 'broken') return <>{status.replace('_', ' ')}</>;
  return (
    <a href={`report?run=${encodeURIComponent(wellFormed(run_id))}`} title={showLine(moment(started_at), 60)}>
      <StatusMark status={status} /> {statusLabels[status]}
      {score === undefined ? '' : ` ${Math.floor(score)}`}
    </a>
  );
}

export function Compared({ compared, runs }: { compared: ReviewModel['compared']; runs: readonly ReviewRun[] }) {
  if (runs.length < 2) return null;
  const pick = (name: string, label: string, chosen: string | undefined) => (
    <label>
      {label}
      <select name={name}>
        {runs.map(({ run_id: id, started_at: at }) => (
          <option key={id} value={showLine(id, 200)} selected={id === chosen}>
            {at === '' ? showLine(id, 24) : showLine(moment(at), 60)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section id="compared" aria-labelledby="compared-title">
      <h2 id="compared-title">Two runs side by side</h2>
      <form class="compare" method="get" action="./#compared">
        {pick('before', 'Before', compared?.before ?? runs[1]?.run_id)}
        {pick('after', 'After', compared?.after ?? runs[0]?.run_id)}
        <button type="submit" class="act">
          Compare
        </button>
      </form>
      {compared === undefined ? null : (
        <>
          <p role="status">
            {plural(compared.cells.length + compared.left, 'picture')} changed, {compared.same} the same.
            {compared.left > 0 ? ` ${compared.left} are not shown.` : ''}
          </p>
          <div class="items">
            {compared.cells.map((cell) => (
              <div class="sheet item" key={`${cell.screen} ${cell.viewport}`}>
                <b>
                  <Untrusted text={cell.screen} limit={120} />
                </b>{' '}
                <span class="viewport">
                  <Untrusted text={cell.viewport} limit={60} />
                </span>
                <Sides item={{ ...cell, title: `${cell.screen} at ${cell.viewport}` }} />
              </div>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
