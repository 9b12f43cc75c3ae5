import { renderToString } from 'preact-render-to-string';
import { sha256 } from '../core/digest.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import { buildEntries } from './entries.js';
import { Page } from './page.js';
import { script } from './script/script.js';
import { styles } from './style/style.js';
import { showLine } from './untrusted.js';

/**
 * The report as one self-contained HTML file: styles, script and bounded pictures inside, nothing fetched, fit to be opened
 * from `file://`. Its own policy allows just this script and this style sheet, by hash, and no connection at all; only
 * pictures may come from the folder beside it. Everything from the page under test is escaped. Pure: the same model gives
 * the same bytes.
 */
export function renderHtml(model: ReportModel): string {
  const title = `${showLine(model.project, 80)}: ${showLine(model.summary, 120)}`;
  const page = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy()} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={model.generated_by} />
        <title>{title}</title>
        {/* An empty icon keeps browsers from asking for one. */}
        <link rel="icon" href="data:," />
        {/* Our own constant: no word of the page under test is in it. */}
        <style dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        <Page model={model} entries={buildEntries(model)} />
        {/* Our own constant: no word of the page under test is in it. */}
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>,
  );
  return `<!doctype html>\n${page}\n`;
}

/**
 * The policy that a door sends with a stored report: a file of a run may have been written by anybody, and what stands in it is then not ours.
 * A script that is not the report's own, of this version, does not run; pictures and recordings come from the door itself.
 */
export function servedPolicy(): string {
  return [
    "default-src 'none'",
    "img-src data: 'self'",
    "media-src data: 'self'",
    // A report of another version is to be read as well; its own policy says more.
    "style-src 'unsafe-inline'",
    `script-src '${source(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function policy(): string {
  return [
    "default-src 'none'",
    // 'self' is for reports that are looked at over HTTP, as CI artefacts are.
    "img-src data: file: 'self'",
    "media-src data: file: 'self'",
    `style-src '${source(styles)}'`,
    `script-src '${source(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function source(text: string): string {
  return `sha256-${Buffer.from(sha256(text), 'hex').toString('base64')}`;
}
