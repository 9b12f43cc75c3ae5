import type { ReportModel } from '../core/vocabulary/report-model.js';
import { About, Next } from './about.js';
import { Card, StatusMark } from './card.js';
import type { Entry } from './entries.js';
import { Flows } from './flows.js';
import { Gates } from './gates.js';
import { count, duration, moment, plural, recommendationLabels, statusHeadlines } from './labels.js';
import { Layouts } from './layouts.js';
import { Overview } from './overview.js';
import { Problems } from './problems.js';
import { showLine, Untrusted } from './untrusted.js';

/** Banner of the page: whose report it is, the verdict as a headline, the score against its threshold. */
export function Header({ model }: { model: ReportModel }) {
  const headline = model.verdict ? recommendationLabels[model.verdict.recommendation] : statusHeadlines[model.status];
  return (
    <header class="top">
      <div class="bar">
        <p class="brand">
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M19.5 8.2A8.5 8.5 0 1 0 20.5 12" />
            <path d="M20.6 3.6v4.9h-4.9" />
            <path d="M8.4 12.2l2.6 2.6 4.6-5.2" />
          </svg>
          codeloop
        </p>
        <nav aria-label="Sections">
          <a href="#screens">Screens</a>
          {model.pairs_only ? null : <a href="#gates">Gates</a>}
          {model.flows === undefined || model.flows.length === 0 ? null : <a href="#flows">Flows</a>}
          {model.pairs_only ? null : <a href="#problems">Problems</a>}
          {model.pairs_only ? null : <a href="#about">About</a>}
        </nav>
        <button type="button" id="theme" class="quiet" hidden>
          Theme: auto
        </button>
      </div>
      <div class="verdict">
        <div>
          <p class="project">
            <Untrusted text={model.project} limit={200} />
          </p>
          <h1>
            <StatusMark status={model.status} />
            {headline}
          </h1>
          <p class="summary">
            <Untrusted text={model.summary} />
          </p>
          <p class="when">
            {moment(model.started_at)}
            {model.finished_at
              ? ` · took ${duration(model.started_at, model.finished_at) ?? 'an unknown time'}`
              : ' · not finished'}
          </p>
        </div>
        <Score model={model} />
      </div>
      {model.incomplete_reason === undefined ? null : (
        <p class="notice">
          <strong>This run is not complete.</strong> <Untrusted text={model.incomplete_reason} /> What it holds is
          shown; what is missing counts as not verified.
        </p>
      )}
    </header>
  );
}

function Score({ model }: { model: ReportModel }) {
  const { verdict } = model;
  if (verdict === undefined) return null;
  const score = Math.floor(verdict.confidence_score);
  return (
    <div class={`score is-${model.status}`}>
      <p>
        <b>{score}</b>
        <span> of 100, {verdict.threshold} needed</span>
      </p>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect class="fill" width={verdict.confidence_score} height="6" />
        <rect class="bar-at" x={Math.min(99.4, verdict.threshold)} width="0.6" height="6" />
      </svg>
      <p class="at-stage">Stage: {verdict.stage}</p>
    </div>
  );
}

/** Controls that narrow the list of screens. They show once the script runs: without it the whole list is there. */
function Filter({ entries }: { entries: readonly Entry[] }) {
  const failing = entries.filter(({ status }) => status !== 'pass' && status !== 'not_compared').length;
  return (
    <search>
      <form class="filter" id="filter" aria-label="Filter screens" hidden>
        <Choice name="screen" label="Screen" values={entries.map(({ screen }) => screen)} />
        <Choice name="viewport" label="Viewport" values={entries.map(({ viewport }) => viewport)} />
        <label class="check">
          <input type="checkbox" name="failing" />
          Only failing <span class="tally">{count(failing)}</span>
        </label>
        <p class="shown" role="status" id="shown">
          {plural(entries.length, 'screenshot')}
        </p>
      </form>
    </search>
  );
}

function Choice({ name, label, values }: { name: string; label: string; values: string[] }) {
  const distinct = [...new Set(values)].sort();
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        <option value="">All ({distinct.length})</option>
        {distinct.map((value) => (
          // The prefix keeps a screen whose name is empty apart from "All".
          <option key={value} value={`=${showLine(value)}`}>
            {showLine(value, 80)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Ways to look at reference and actual, in the order of their keys 1 to 4. */
const modes = [
  ['side', 'Side by side'],
  ['slider', 'Slider'],
  ['onion', 'Onion skin'],
  ['blink', 'Blink'],
] as const;

/**
 * The controls of a comparison, once for the whole page: the script copies them into an entry when it is opened, so that a
 * thousand closed entries carry none.
 */
export function Tools() {
  return (
    <template id="tools">
      <fieldset class="modes">
        <legend class="visually-hidden">View</legend>
        {modes.map(([value, label]) => (
          <label key={value}>
            <input type="radio" value={value} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label class="mix">
        <span>Reference shown</span>
        <input type="range" min="0" max="100" step="1" value="50" />
      </label>
      <span class="blinker">
        <button type="button" class="quiet pause">
          Pause
        </button>
        <button type="button" class="quiet flip">
          Flip
        </button>
        <span class="showing">Reference</span>
      </span>
      <span class="switches">
        <label class="check">
          <input type="checkbox" class="show-regions" checked />
          Regions
        </label>
        <label class="check">
          <input type="checkbox" class="zoom" />
          Actual pixels
        </label>
      </span>
      <p class="copies" role="status" hidden />
    </template>
  );
}

/** References no screenshot was found for, and screenshots without a reference: nothing is skipped in silence. */
function Unmatched({ unmatched }: { unmatched: ReportModel['unmatched'] }) {
  const { references, screenshots } = unmatched;
  if (references.length === 0 && screenshots.length === 0) return null;
  return (
    <section id="unmatched" aria-labelledby="unmatched-title">
      <h2 id="unmatched-title">Without a counterpart</h2>
      <div class="sheet columns">
        {references.length === 0 ? null : (
          <div>
            <h3>References without a screenshot</h3>
            <ul>
              {references.map((reference) => (
                <li key={reference.path}>
                  <code>
                    <Untrusted text={reference.path} limit={300} />
                  </code>
                  <span class="reason">
                    <Untrusted text={reference.reason} limit={300} />
                    {reference.nearest === undefined ? null : (
                      <>
                        {' '}
                        Nearest name: <Untrusted text={reference.nearest} limit={160} />.
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {screenshots.length === 0 ? null : (
          <div>
            <h3>Screenshots without a reference</h3>
            <ul>
              {screenshots.map(({ screen, viewport }) => (
                <li key={`${screen} ${viewport}`}>
                  <Untrusted text={screen} limit={160} />{' '}
                  <span class="viewport">
                    <Untrusted text={viewport} limit={60} />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}

/** So many of the worst entries are open when the page loads; the others open on demand. */
const openAtFirst = 3;

/** The body of the report: verdict, map and gates, then the screens worst first, then what is said about them. */
export function Page({ model, entries }: { model: ReportModel; entries: readonly Entry[] }) {
  return (
    <>
      <a class="skip" href="#screens">
        Skip to screens
      </a>
      <Header model={model} />
      <main>
        <div class="lead">
          <Overview entries={entries} />
          {model.pairs_only ? null : <Gates verdict={model.verdict} />}
        </div>
        <section id="screens" aria-labelledby="screens-title">
          <h2 id="screens-title">Screens, worst first</h2>
          {entries.length === 0 ? <p class="empty">No screen was captured or compared in this run.</p> : null}
          <Filter entries={entries} />
          <div class="cards">
            {entries.map((entry, index) => (
              <Card
                key={entry.id}
                entry={entry}
                open={index < openAtFirst && entry.status !== 'pass' && entry.status !== 'not_compared'}
              />
            ))}
          </div>
          <p class="empty" id="nothing" hidden>
            Nothing matches the filter.
          </p>
        </section>
        <Layouts layouts={model.layouts ?? []} />
        <Flows flows={model.flows ?? []} />
        {model.pairs_only ? null : <Problems verdict={model.verdict} entries={entries} />}
        <Unmatched unmatched={model.unmatched} />
        <Next next={model.next} />
      </main>
      {model.pairs_only ? null : <About model={model} />}
      <Tools />
    </>
  );
}
