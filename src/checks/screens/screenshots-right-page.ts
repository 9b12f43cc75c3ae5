import { isLoopback } from '../../core/loopback.js';
import { isAppsOwnError, isStoryAddress } from '../../core/page-kind.js';
import { defineCheck, failOn } from '../define-check.js';
import { cellOf, pagePath } from '../evidence.js';

export default defineCheck({
  id: 'screenshots-right-page',
  title: 'Every picture shows the page that was asked for',
  failureTitle: 'A picture does not show the page as asked for',
  description:
    'The page answered with success and shows no error page and not more than one part that says that it failed, ended on the configured address (or only its hash or query differ) and has the width of its viewport (a window of a desktop app has its own). A redirect to a login or error page is not the screen.',
  requires: ['expected', 'cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause:
      'Another page came up than was asked for: a redirect, a log-in, an error page, or a layout wider than the screen.',
    task: 'Make the path show the screen itself, with steps[] to log in where it needs that.',
    verify: 'screen',
  },
  run({ expected, cells }) {
    let examined = 0;
    const problems = expected.flatMap((want) => {
      const shot = cellOf(cells, want)?.screenshot;
      if (!shot) return [];
      examined += 1;
      const where = { screen: want.screen, viewport: want.viewport, artifact: shot.image.path, url: shot.url };
      const found = [];
      if (shot.http_status !== undefined && shot.http_status >= 400) {
        found.push({
          ...where,
          title: `The page answered with HTTP ${shot.http_status}.`,
          fix: 'Check the path of the screen and the app behind it.',
        });
      }
      if (shot.error_page !== undefined && !mayShow(want, shot.error_page)) {
        found.push({
          ...where,
          title:
            'The page shows an error, or a page of the server itself, in place of the app, whatever its status says.',
          text: shot.error_page,
          fix: 'Fix what the page complains of.',
        });
      }
      const parts = shot.error_parts ?? [];
      if (shot.error_page === undefined && parts.length > 1 && !isStoryAddress(want.url) && !isErrorScreen(want)) {
        found.push({
          ...where,
          title: `${parts.length} parts of the page say that what belongs there could not be loaded.`,
          text: [...new Set(parts)].join('\n'),
          fix: 'Find out what the page asked for and did not get, or what its code did with the answer.',
        });
      }
      if (!samePage(want.url, shot)) {
        found.push({
          ...where,
          title: 'The page ended on another address than the configured one.',
          text: `${want.url} → ${shot.url}`,
          fix: 'If that is right, configure the address it ends on; if it is a login, give the screen steps that log in.',
        });
      }
      if (want.app !== undefined) return found;
      const [is, asked] = [shot.size.width, want.width].map((width) => Math.round(width / shot.device_scale_factor));
      if (shot.size.width > want.width) {
        found.push({
          ...where,
          title: `The page is ${is} px wide where the viewport asks for ${asked}: it overflows to the side, or has no viewport of its own.`,
          fix: 'Find what is wider than the page; a page without <meta name="viewport" content="width=device-width"> is laid out 980 px wide on a phone.',
        });
      } else if (shot.size.width < want.width) {
        found.push({
          ...where,
          title: `The picture is ${is} px wide, the viewport asks for ${asked}.`,
          fix: 'Capture again with codeloop_verify.',
        });
      }
      return found;
    });
    return failOn(problems, examined, 'There is no picture to look at.');
  },
});

/** An error that the screen is there to show: a story any, a page for errors what apps say of themselves. */
function mayShow(want: { screen: string; url: string }, said: string): boolean {
  return isStoryAddress(want.url) || (isErrorScreen(want) && isAppsOwnError(said));
}

/** A screen that is there to show that something failed: `/404.html`, `not-found`. */
function isErrorScreen({ screen, url }: { screen: string; url: string }): boolean {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return /(?:^|[^a-z0-9])(?:[45]\d\d|not[-_]?found|error|offline|maintenance|denied|forbidden|unauthori[sz]ed)(?![a-z0-9])/i.test(
    `${screen} ${path}`,
  );
}

/**
 * The picture's page is the configured one. Each process serves the app on a port of its own: of a picture that another one took, the place
 * that it asked is the app's, on the same machine.
 */
function samePage(wanted: string, { url: got, requested_url: asked }: { url: string; requested_url: string }): boolean {
  if (!URL.canParse(wanted) || !URL.canParse(got)) return wanted === got;
  const [a, b] = [new URL(wanted), new URL(got)];
  if (pagePath(a) !== pagePath(b)) return false;
  const origin =
    URL.canParse(asked) && isLoopback(a.hostname) && isLoopback(new URL(asked).hostname)
      ? new URL(asked).origin
      : a.origin;
  return origin === b.origin;
}
