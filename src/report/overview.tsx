import type { ComponentChildren } from 'preact';
import type { ReportModel, ReportThumb } from '../core/vocabulary/report-model.js';
import { Chips, calm, StatusMark } from './card.js';
import { type Entry, viewportsOf, type Worst, withoutViewports, worstFinding } from './entries.js';
import { type Chip, chipsOf } from './findings.js';
import { plural, statusLabels } from './labels.js';
import { embeddedSource, Move } from './picture.js';
import { Untrusted } from './untrusted.js';

/** The first screen: the worst finding large, and the map of the run with a small picture for each screen and viewport. */
export function Overview({ model, entries }: { model: ReportModel; entries: readonly Entry[] }) {
  const worst = worstFinding(entries);
  if (entries.length === 0) return null;
  return (
    <div class={worst === undefined ? 'lead calm' : 'lead'}>
      {worst === undefined ? null : <WorstFinding worst={worst} closeup={model.closeup} />}
      <Grid entries={entries} />
    </div>
  );
}

/** Address of a finding in the page: the difference or the problem itself, the fault in its list, else its entry. */
export function addressOf({ entry, finding }: Pick<Worst, 'entry' | 'finding'>): string {
  if (finding.region !== undefined) return `#${entry.id}~${finding.region + 1}`;
  if (finding.problem !== undefined) return `#${entry.id}~p${finding.problem + 1}`;
  return finding.layout === undefined ? `#${entry.id}` : `#layout-${finding.layout}`;
}

function WorstFinding({ worst, closeup }: { worst: Worst; closeup: ReportModel['closeup'] }) {
  const { entry, finding, rect } = worst;
  const region = finding.region === undefined ? undefined : entry.pair?.pair.regions[finding.region];
  const sides = [
    [entry.pair?.against === 'baseline' ? 'Accepted' : 'Reference', embeddedSource(closeup?.reference)],
    ['Actual', embeddedSource(closeup?.actual)],
  ] as const;
  // What is no difference and has no place on the page is not seen in a comparison either: one picture says where it happened.
  const shown = sides.flatMap(([title, source]) =>
    source === undefined || (rect === undefined && finding.kind !== 'difference' && title !== 'Actual')
      ? []
      : [{ title, source }],
  );
  return (
    <section class="sheet worst" aria-labelledby="worst-title">
      <h2 id="worst-title">Worst first</h2>
      <p class="what">
        <Untrusted text={finding.words} limit={300} />
      </p>
      <p class="facts-line">
        <b>
          <Untrusted text={entry.screen} limit={120} />
        </b>{' '}
        <Untrusted text={entry.viewport} limit={60} />
        {finding.element === undefined ? null : (
          <>
            {' · '}
            <code>
              <Untrusted text={finding.element} limit={160} />
            </code>
          </>
        )}
        {finding.source === undefined ? null : (
          <>
            {' · '}
            <code>
              <Untrusted text={finding.source} limit={200} />
            </code>
          </>
        )}
      </p>
      {closeup === undefined || shown.length === 0 ? null : (
        <div class={`closeups has-${shown.length}${closeup.part.width > closeup.part.height * 2.4 ? ' flat' : ''}`}>
          {shown.map(({ title, source }) => (
            <figure key={title}>
              <figcaption class="side">{title}</figcaption>
              <div class="closeup">
                <img src={source} alt={`${title} around the worst finding`} decoding="async" />
                {rect === undefined ? null : (
                  <svg
                    viewBox={`${closeup.part.x} ${closeup.part.y} ${closeup.part.width} ${closeup.part.height}`}
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <g class={`outline is-${finding.severity}`}>
                      <rect class="halo" x={rect.x} y={rect.y} width={rect.width} height={rect.height} />
                      <rect class="line" x={rect.x} y={rect.y} width={rect.width} height={rect.height} />
                    </g>
                    {region === undefined || title !== 'Actual' ? null : (
                      <Move
                        region={region}
                        canvas={{
                          width: closeup.part.x + closeup.part.width,
                          height: closeup.part.y + closeup.part.height,
                        }}
                        scale={entry.cell?.cell.screenshot?.device_scale_factor ?? 1}
                      />
                    )}
                  </svg>
                )}
              </div>
            </figure>
          ))}
        </div>
      )}
      <p>
        <a href={addressOf(worst)}>Look at it on the whole page</a>
      </p>
    </section>
  );
}

/** So many viewports stand beside each other on a phone, their names above them. */
const MOST_ABREAST = 3;

/** A table of a row for each name and a column for each viewport. `rows`: what a row is, and all of them. */
export function ViewportTable({
  rows: [what, names],
  viewports,
  of,
  field,
}: {
  rows: readonly [what: 'Screen' | 'Flow', names: readonly string[]];
  viewports: readonly string[];
  /** Class of a table that is not of screens. */
  of?: string;
  field: (name: string, viewport: string) => ComponentChildren;
}) {
  return (
    <section
      class={['sheet overview', of, viewports.length <= MOST_ABREAST ? 'few' : undefined].filter(Boolean).join(' ')}
      aria-label={`Map of ${what.toLowerCase()}s and viewports`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            {viewports.map((viewport) => (
              <th scope="col" key={viewport}>
                <Untrusted text={viewport} limit={60} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">
                <Untrusted text={name} limit={120} />
              </th>
              {viewports.map((viewport) => (
                <td key={viewport}>{field(name, viewport)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A row per screen, a column per viewport, each field leading to its entry. Screens with trouble come first. */
function Grid({ entries }: { entries: readonly Entry[] }) {
  const screens = [...new Set(entries.map(({ screen }) => screen))];
  const viewports = viewportsOf(entries);
  const fields = new Map<string, Entry>();
  // The first entry of a place is its worst: the list is sorted so.
  for (const entry of [...entries].reverse()) fields.set(JSON.stringify([entry.screen, entry.viewport]), entry);
  if (withoutViewports(entries))
    return (
      <section aria-labelledby="overview-title">
        <h2 id="overview-title">{plural(screens.length, 'picture')}</h2>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1) */}
        <section class="sheet overview tiles" aria-label="All pictures" tabIndex={0}>
          {entries.map((entry) => (
            <Field key={entry.id} entry={entry} name={entry.screen} />
          ))}
        </section>
      </section>
    );
  return (
    <section aria-labelledby="overview-title">
      <h2 id="overview-title">
        {plural(screens.length, 'screen')} at {plural(viewports.length, 'viewport')}
      </h2>
      <ViewportTable
        rows={['Screen', screens]}
        viewports={viewports}
        field={(screen, viewport) => <Field entry={fields.get(JSON.stringify([screen, viewport]))} />}
      />
    </section>
  );
}

/** `name`: what it is called, where no row and column say it. */
function Field({ entry, name }: { entry: Entry | undefined; name?: string }) {
  if (entry === undefined) return <span class="none">–</span>;
  const chips = short(chipsOf(entry.findings).slice(0, 3));
  const [first, others] = [chips.slice(0, 1), chips.slice(1)];
  return (
    <a class={`field is-${entry.status}`} href={`#${entry.id}`}>
      <Thumb thumb={entry.pair?.thumb ?? entry.cell?.thumb} entry={entry} />
      {name === undefined ? null : (
        <b>
          <Untrusted text={name} limit={120} />
        </b>
      )}
      <span class="said">
        <span class="begins">
          <StatusMark status={entry.status} />
          <span class="visually-hidden">{statusLabels[entry.status]} </span>
          {first.length === 0 ? <span class="small">{calm(entry)}</span> : <Chips chips={first} />}
        </span>
        <Chips chips={others} />
      </span>
    </a>
  );
}

/** Chips as small as they are said: a field has room for two or three words. */
function short(chips: readonly Chip[]): Chip[] {
  return chips.map((chip) => ({ ...chip, text: chip.gist ?? chip.text }));
}

/** The most marks on one thumbnail. */
const mostMarks = 12;

function Thumb({ thumb, entry }: { thumb: ReportThumb | undefined; entry: Entry }) {
  const source = embeddedSource(thumb?.data_uri);
  if (thumb === undefined || source === undefined) return null;
  const { x, y, width, height } = thumb.part;
  const marks = [
    ...(entry.pair?.pair.regions ?? []).filter(({ kind }) => kind !== 'noise'),
    ...(entry.cell?.faults ?? []),
  ];
  return (
    <span class="thumb">
      {/* Its words stand beside it. */}
      <img src={source} alt="" loading="lazy" decoding="async" />
      <svg viewBox={`${x} ${y} ${width} ${height}`} aria-hidden="true">
        {marks.slice(0, mostMarks).map(({ rect, severity }, index) => (
          <g key={index} class={`outline is-${severity}`}>
            <rect class="line" x={rect.x} y={rect.y} width={rect.width} height={rect.height} />
          </g>
        ))}
      </svg>
    </span>
  );
}
