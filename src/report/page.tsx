import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import { About, Next, Unmatched } from './about.js';
import { Card, StatusMark } from './card.js';
import { type Entry, viewportsOf, withoutViewports } from './entries.js';
import { type FindingKind, findingKinds } from './findings.js';
import { Flows, Recordings } from './flows.js';
import { Gates, Problems } from './gates.js';
import { count, duration, moment, plural, recommendationLabels, statusHeadlines, statusLabels } from './labels.js';
import { Layouts } from './layouts.js';
import { Overview } from './overview.js';
import { Tests } from './tests.js';
import { showLine, Untrusted } from './untrusted.js';

/** Banner of the page: whose report it is, the verdict as a headline, the score against its threshold. */
export function Header({ model, entries }: { model: ReportModel; entries: readonly Entry[] }) {
  const files = withoutViewports(entries);
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
          <a href="#screens">{files ? 'Pictures' : 'Screens'}</a>
          {model.pairs_only ? null : <a href="#gates">Gates</a>}
          {model.flows === undefined || model.flows.length === 0 ? null : <a href="#flows">Flows</a>}
          {model.recordings === undefined ? null : <a href="#recordings">Recordings</a>}
          {model.tests === undefined ? null : <a href="#tests">Tests</a>}
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
            <Untrusted text={model.project} limit={200} /> <span class="when">{times(model)}</span>
          </p>
          <h1>
            <StatusMark status={model.status} />
            {headline}
          </h1>
          <p class="summary">
            {model.verdict === undefined || model.status === 'pass' ? (
              <Untrusted text={model.summary} />
            ) : (
              verdictSentence(model.verdict, entries)
            )}
          </p>
          <Next next={model.next} />
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

/** `12 of 15 screenshots do not hold: errors on 2, differences on 11. 7 of 10 gates do not hold.` Problems are counted at their gates, once each. */
function verdictSentence({ failing_gates, passing_gates }: GateVerdict, entries: readonly Entry[]): string {
  const bad = entries.filter(({ status }) => status !== 'pass' && status !== 'not_compared');
  const counts = findingKinds.flatMap((kind) => {
    const many = bad.filter(({ findings }) => findings.some((one) => one.kind === kind)).length;
    return many === 0 ? [] : [`${kindWords[kind]} ${count(many)}`];
  });
  const what = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  const gates = `${failing_gates.length} of ${plural(failing_gates.length + passing_gates.length, 'gate')} ${failing_gates.length === 1 ? 'does' : 'do'} not hold.`;
  if (bad.length === 0) return gates;
  return `${bad.length} of ${plural(entries.length, 'screenshot')} ${bad.length === 1 ? 'does' : 'do'} not hold${what}. ${gates}`;
}

/** Kinds of findings before the number of screenshots that have them. */
const kindWords: Readonly<Record<FindingKind, string>> = {
  capture: 'not seen properly',
  error: 'errors on',
  difference: 'differences on',
  layout: 'faults of layout on',
  accessibility: 'accessibility problems on',
  other: 'problems on',
};

function times(model: ReportModel): string {
  const took = model.finished_at && `took ${duration(model.started_at, model.finished_at) ?? 'an unknown time'}`;
  return `${moment(model.started_at)} · ${took ?? 'not finished'}`;
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
  const files = withoutViewports(entries);
  const failing = entries.filter(({ status }) => status !== 'pass' && status !== 'not_compared').length;
  const findings = entries.flatMap((entry) => entry.findings);
  const sources = findings.flatMap(({ source }) =>
    source === undefined ? [] : [source.replace(/:\d+(?::\d+)?$/, '')],
  );
  const known = findings.some(({ isNew }) => isNew === false);
  return (
    <search>
      <form class="filter" id="filter" aria-label={`Filter ${files ? 'pictures' : 'screens'}`} hidden>
        <label class="find">
          <span>Search</span>
          <input type="search" name="find" placeholder="text, element, file" />
        </label>
        <Choice
          name="screen"
          label={files ? 'Picture' : 'Screen'}
          all={files ? 'pictures' : 'screens'}
          values={entries.map(({ screen }) => screen).sort()}
        />
        {files ? null : <Choice name="viewport" label="Viewport" all="viewports" values={viewportsOf(entries)} />}
        <Choice
          name="status"
          label="Status"
          all="statuses"
          values={entries.map(({ status }) => status).sort()}
          words={statusLabels}
        />
        <Choice
          name="kind"
          label="Kind"
          all="kinds"
          values={findingKinds.filter((one) => findings.some(({ kind }) => kind === one))}
          words={kindNames}
        />
        <Choice name="file" label="File" all="files" values={sources.sort()} />
        {known ? <Choice name="age" label="Age" all="ages" values={['new', 'known']} words={ages} /> : null}
        <label class="check">
          <input type="checkbox" name="failing" />
          Only failing <span class="tally">{count(failing)}</span>
        </label>
        <p class="shown" role="status" id="shown">
          {plural(entries.length, files ? 'picture' : 'screenshot')}
        </p>
      </form>
      <ol class="hits" id="hits" aria-label="Found" hidden />
    </search>
  );
}

const ages = { new: 'New', known: 'Known' };
const kindNames: Readonly<Record<FindingKind, string>> = {
  capture: 'Not seen properly',
  error: 'Errors',
  difference: 'Differences',
  layout: 'Layout',
  accessibility: 'Accessibility',
  other: 'Other',
};

function Choice({
  name,
  label,
  all,
  values,
  words = {},
}: {
  name: string;
  label: string;
  /** What there are several of: in a narrow window it is all that says what is chosen. */
  all: string;
  values: readonly string[];
  words?: Readonly<Record<string, string>>;
}) {
  const distinct = [...new Set(values)];
  // What there is only one of narrows nothing; screens and viewports are looked for all the same.
  if (distinct.length < 2 && name !== 'screen' && name !== 'viewport') return null;
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        <option value="">
          All {all} ({distinct.length})
        </option>
        {distinct.map((value) => (
          // The prefix keeps a screen whose name is empty apart from "All".
          <option key={value} value={`=${showLine(value)}`}>
            {words[value] ?? showLine(value, 80)}
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

/** So many of the worst entries are open when the page loads; the others open on demand. */
const openAtFirst = 3;

/** The body of the report: verdict, map and gates, then the screens worst first, then what is said about them. */
export function Page({ model, entries }: { model: ReportModel; entries: readonly Entry[] }) {
  return (
    <>
      <a class="skip" href="#screens">
        Skip to screens
      </a>
      <Header model={model} entries={entries} />
      <main>
        <Overview model={model} entries={entries} />
        <section id="screens" aria-labelledby="screens-title">
          <h2 id="screens-title">{withoutViewports(entries) ? 'Pictures' : 'Screens'}, worst first</h2>
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
        <Recordings recordings={model.recordings ?? []} />
        <Tests tests={model.tests ?? []} />
        {model.pairs_only ? null : <Gates verdict={model.verdict} summary={model.summary} />}
        {model.pairs_only ? null : <Problems verdict={model.verdict} entries={entries} />}
        <Unmatched unmatched={model.unmatched} />
      </main>
      {model.pairs_only ? null : <About model={model} />}
      <Tools />
    </>
  );
}
