import { renderToString } from 'preact-render-to-string';
import { sha256 } from '../core/digest.js';
import type { ReviewItem, ReviewModel } from '../core/vocabulary/report-model.js';
import { moment, plural } from './labels.js';
import { Compared, Runs, Sides } from './review-runs.js';
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
  "frame-src 'self'",
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
          {model.under_way === undefined ? null : (
            <section id="under-way" aria-labelledby="under-way-title">
              <h2 id="under-way-title">Under way</h2>
              <iframe
                class="under-way"
                src="live"
                title={`Verification ${showLine(model.under_way.run_id, 60)}, cell by cell`}
              />
            </section>
          )}
          <section id="waiting" aria-labelledby="waiting-title">
            <h2 id="waiting-title">Waits for you</h2>
            {model.unknown === undefined ? null : (
              <p class="notice mild">
                Findings and bars are not known: <Untrusted text={model.unknown} limit={400} />
              </p>
            )}
            <Waiting about="baselines" title="Proposed baselines" items={baselines} refusable />
            <Waiting about="findings" title="Findings that fail the gate" items={findings} refusable />
            <Waiting about="bars" title="Lower bars" items={bars} refusable />
            {baselines.length + findings.length + bars.length === 0 ? (
              <p class="empty">Nothing waits. Pictures are proposed with codeloop_update_baseline.</p>
            ) : null}
          </section>
          <Runs runs={model.runs} />
          <Compared compared={model.compared} runs={model.runs} />
          {model.known.length === 0 ? null : (
            <section id="known" aria-labelledby="known-title">
              <h2 id="known-title">Accepted before</h2>
              <Waiting about="known" title="Known findings and lower bars" items={model.known} acceptable={false} />
            </section>
          )}
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
  acceptable = true,
}: {
  about: string;
  title: string;
  items: readonly ReviewItem[];
  refusable?: boolean;
  /** False: it is accepted already, and can be taken back. */
  acceptable?: boolean;
}) {
  if (items.length === 0) return null;
  return (
    <form method="post" action="decide" aria-label={title}>
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
        {acceptable ? (
          <>
            <button type="submit" class="act yes" name="verdict" value="accept">
              Accept what is ticked
            </button>
            <button type="submit" class="act" name="verdict" value="accept-all">
              Accept all {items.length}
            </button>
          </>
        ) : (
          <button type="submit" class="act" name="verdict" value="refuse">
            Take back what is ticked
          </button>
        )}
        {refusable ? (
          <button type="submit" class="act" name="verdict" value="refuse">
            Refuse what is ticked
          </button>
        ) : null}
      </div>
    </form>
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
                <Untrusted text={by} limit={120} />, {showLine(moment(at), 60)}
              </span>
              {settled === undefined ? (
                <form method="post" action="undo">
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
