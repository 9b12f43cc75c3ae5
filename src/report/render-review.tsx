import { renderToString } from 'preact-render-to-string';
import { sha256 } from '../core/digest.js';
import type { ReviewItem, ReviewModel, ReviewRun } from '../core/vocabulary/report-model.js';
import { StatusMark } from './card.js';
import { moment, plural, statusLabels } from './labels.js';
import { embeddedSource } from './picture.js';
import { reviewStyles, styles } from './style/style.js';
import { showLine, Untrusted } from './untrusted.js';

const pageStyles = `${styles}\n${reviewStyles}`;

/** The policy of the review page: its own styles, embedded pictures, its own forms; no script at all. */
export const reviewPolicy: string = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${Buffer.from(sha256(pageStyles), 'hex').toString('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The page where a person decides: what waits, the runs with their trend, two runs beside each other, and what was decided. Plain forms and
 * no script, so that it works by keyboard and in any browser. Pure.
 */
export function renderReview(model: ReviewModel): string {
  const { baselines, findings, bars } = model.waiting;
  const page = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="same-origin" />
        <meta name="color-scheme" content="light dark" />
        <title>{`Review: ${showLine(model.project, 80)}`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: pageStyles }} />
      </head>
      <body>
        <a class="skip" href="#waiting">
          Skip to what waits
        </a>
        <header class="top">
          <div class="bar">
            <p class="brand">codeloop review</p>
            <nav aria-label="Sections">
              <a href="#waiting">Waiting</a>
              <a href="#runs">Runs</a>
              <a href="#decisions">Decided</a>
            </nav>
          </div>
          <div class="verdict">
            <div>
              <p class="project">
                <Untrusted text={model.project} limit={200} />
              </p>
              <h1>{headline(baselines.length, findings.length, bars.length)}</h1>
              {model.message === undefined ? null : (
                <p class={model.message.bad ? 'notice' : 'notice mild'} role="status">
                  <Untrusted text={model.message.text} limit={600} />
                </p>
              )}
            </div>
          </div>
        </header>
        <main>
          <section id="waiting" aria-labelledby="waiting-title">
            <h2 id="waiting-title">Waits for you</h2>
            {model.unknown === undefined ? null : (
              <p class="notice mild">
                Findings and bars are not known: <Untrusted text={model.unknown} limit={400} />
              </p>
            )}
            <Waiting about="baselines" title="Proposed baselines" items={baselines} refusable />
            <Waiting about="findings" title="Findings that fail the gate" items={findings} />
            <Waiting about="bars" title="Lower bars" items={bars} />
            {baselines.length + findings.length + bars.length === 0 ? (
              <p class="empty">Nothing waits. Pictures are proposed with codeloop_update_baseline.</p>
            ) : null}
          </section>
          <Runs runs={model.runs} />
          <Compared compared={model.compared} runs={model.runs} />
          <Decided decisions={model.decisions} />
        </main>
      </body>
    </html>,
  );
  return `<!doctype html>\n${page}\n`;
}

function headline(baselines: number, findings: number, bars: number): string {
  const parts = [
    baselines > 0 ? plural(baselines, 'picture') : '',
    findings > 0 ? plural(findings, 'finding') : '',
    bars > 0 ? plural(bars, 'lower bar') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Nothing waits for you' : `${parts.join(', ')} to decide`;
}

/** A longer list is closed at first. */
const mostOpen = 12;

function Waiting({
  about,
  title,
  items,
  refusable = false,
}: {
  about: string;
  title: string;
  items: readonly ReviewItem[];
  refusable?: boolean;
}) {
  if (items.length === 0) return null;
  return (
    <form method="post" action="/decide" aria-label={title}>
      <h3>{title}</h3>
      <input type="hidden" name="about" value={about} />
      <details class="list" open={items.length <= mostOpen}>
        <summary>{plural(items.length, 'entry', 'entries')}</summary>
        <div class="items">
          {items.map((item) => (
            <div class="sheet item" key={item.key}>
              <label>
                <input type="checkbox" name="item" value={item.key} />
                <b>
                  <Untrusted text={item.title} limit={200} />
                </b>
              </label>
              <span class="reason">
                <Untrusted text={item.detail} limit={400} />
              </span>
              <Sides item={item} />
              <input type="hidden" name="every" value={item.key} />
            </div>
          ))}
        </div>
      </details>
      <div class="decide">
        <label>
          Reason
          <input type="text" name="reason" required maxLength={500} autocomplete="off" />
        </label>
        <button type="submit" class="act yes" name="verdict" value="accept">
          Accept what is ticked
        </button>
        <button type="submit" class="act" name="verdict" value="accept-all">
          Accept all {items.length}
        </button>
        {refusable ? (
          <button type="submit" class="act" name="verdict" value="refuse">
            Refuse what is ticked
          </button>
        ) : null}
      </div>
    </form>
  );
}

function Sides({ item: { before, after, title } }: { item: Pick<ReviewItem, 'before' | 'after' | 'title'> }) {
  const [old, now] = [embeddedSource(before), embeddedSource(after)];
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
function Runs({ runs }: { runs: readonly ReviewRun[] }) {
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
                  {shown.map(({ run_id: id, screens: of }) => (
                    <td key={id} class={(of[screen]?.problems ?? 0) > 0 ? 'is-fail' : 'is-pass'}>
                      {of[screen] === undefined
                        ? '–'
                        : of[screen].problems === 0
                          ? 'none'
                          : plural(of[screen].problems, 'problem')}
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

function Verdict({ run: { status, score, started_at, run_id } }: { run: ReviewRun }) {
  if (status === 'not_judged' || status === 'broken') return <>{status.replace('_', ' ')}</>;
  return (
    <a href={`/report?run=${encodeURIComponent(run_id)}`} title={moment(started_at)}>
      <StatusMark status={status} /> {statusLabels[status]}
      {score === undefined ? '' : ` ${Math.floor(score)}`}
    </a>
  );
}

function Compared({ compared, runs }: { compared: ReviewModel['compared']; runs: readonly ReviewRun[] }) {
  if (runs.length < 2) return null;
  const pick = (name: string, label: string, chosen: string | undefined) => (
    <label>
      {label}
      <select name={name}>
        {runs.map(({ run_id: id, started_at: at }) => (
          <option key={id} value={id} selected={id === chosen}>
            {moment(at)} {showLine(id, 60)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section id="compared" aria-labelledby="compared-title">
      <h2 id="compared-title">Two runs side by side</h2>
      <form class="compare" method="get" action="/">
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

function Decided({ decisions }: { decisions: ReviewModel['decisions'] }) {
  return (
    <section id="decisions" aria-labelledby="decisions-title">
      <h2 id="decisions-title">Decided</h2>
      {decisions.length === 0 ? (
        <p class="empty">Nothing was decided here since the last commit.</p>
      ) : (
        <ul class="sheet done">
          {decisions.map(({ id, verdict, items, reason, by, at, settled }) => (
            <li key={id}>
              <span>
                <b>{verdict === 'accept' ? 'Accepted' : 'Refused'}</b> <Untrusted text={items.join(', ')} limit={300} />
                : <Untrusted text={reason} limit={300} />
              </span>
              <span class="quietly">
                <Untrusted text={by} limit={120} />, {moment(at)}
              </span>
              {settled === undefined ? (
                <form method="post" action="/undo">
                  <input type="hidden" name="id" value={id} />
                  <button type="submit" class="act">
                    Undo<span class="visually-hidden"> {showLine(items.join(', '), 120)}</span>
                  </button>
                </form>
              ) : (
                <span class="quietly">
                  <Untrusted text={settled} limit={200} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
