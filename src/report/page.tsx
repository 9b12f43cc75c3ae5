import type { ReportModel } from '../core/vocabulary/report-model.js';
import { About, Next } from './about.js';
import { Card } from './card.js';
import type { Entry } from './entries.js';
import { Filter } from './filter.js';
import { Flows } from './flows.js';
import { Gates } from './gates.js';
import { Header } from './header.js';
import { Overview } from './overview.js';
import { Problems } from './problems.js';
import { Tools } from './tools.js';
import { Unmatched } from './unmatched.js';

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
          <Gates verdict={model.verdict} />
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
        <Flows flows={model.flows ?? []} />
        <Problems verdict={model.verdict} entries={entries} />
        <Unmatched unmatched={model.unmatched} />
        <Next next={model.next} />
      </main>
      <About model={model} />
      <Tools />
    </>
  );
}
