import { renderToString } from 'preact-render-to-string';
import { sha256 } from '../core/digest.js';
import { StatusMark } from './card.js';
import { count } from './labels.js';
import { embeddedSource } from './picture.js';
import { liveStyles, styles } from './style/style.js';
import { showLine, Untrusted, wellFormed } from './untrusted.js';

const pageStyles = `${styles}\n${liveStyles}`;

/** The policy of the page: its own style and embedded pictures; no script. In which frames it may stand is for its door to say. */
const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${Buffer.from(sha256(pageStyles), 'hex').toString('base64')}'`,
].join('; ');

/**
 * The head of a page that stays open: parts are added to it while a verification goes on, so that it needs no script and is never loaded
 * again. Of the lines that say how far it is the last one shows.
 */
export function liveStart(): string {
  const head = renderToString(
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Verification under way</title>
      <link rel="icon" href="data:," />
      <style dangerouslySetInnerHTML={{ __html: pageStyles }} />
    </head>,
  );
  // Left open: what follows is added.
  return `<!doctype html>\n<html lang="en">${head}<body class="live"><main aria-label="Cells as they come">\n`;
}

/** A cell that is there. Names and words come from the page: untrusted. */
export function liveCell({
  screen,
  viewport,
  picture,
  bad,
}: {
  screen: string;
  viewport: string;
  picture?: string | undefined;
  bad?: string | undefined;
}): string {
  const source = embeddedSource(picture);
  const name = showLine(`${screen} at ${viewport}`, 160);
  return renderToString(
    <figure class={bad === undefined ? 'seen' : 'seen is-fail'}>
      {source === undefined ? <p class="absent">No picture</p> : <img src={source} alt={name} />}
      <figcaption>
        <StatusMark status={bad === undefined ? 'not_compared' : 'fail'} /> <Untrusted text={screen} limit={80} />{' '}
        <span class="viewport">
          <Untrusted text={viewport} limit={40} />
        </span>
        {bad === undefined ? null : (
          <span class="reason">
            <Untrusted text={bad} limit={160} />
          </span>
        )}
      </figcaption>
    </figure>,
  );
}

/** How far it is: cells that are there, of how many where that is known, and the seconds since it began. */
export function liveNow({
  done,
  total,
  seconds,
}: {
  done: number;
  total: number | undefined;
  seconds: number;
}): string {
  const of = total === undefined ? '' : ` of ${count(Math.max(total, done))}`;
  const after = total !== undefined && done >= total ? '; comparing and judging' : '';
  return renderToString(
    <p class="now" role="status">
      {count(done)}
      {of} cells photographed{after}, {seconds} s
    </p>,
  );
}

/** The last part. `runId`: the run that ended; without one nothing was under way. */
export function liveEnd(runId: string | undefined): string {
  const said = renderToString(
    runId === undefined ? (
      <p class="now">Nothing is being verified now.</p>
    ) : (
      <p class="now" role="status">
        It has ended.{' '}
        <a href={`report?run=${encodeURIComponent(wellFormed(runId))}`} target="_top">
          Its report
        </a>{' '}
        <a href="./" target="_top">
          Decide
        </a>
      </p>
    ),
  );
  return `${said}\n</main></body></html>\n`;
}
