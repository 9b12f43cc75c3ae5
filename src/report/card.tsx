import { regionTitle } from '../core/vocabulary/pair.js';
import { Capture } from './capture.js';
import { Comparison } from './comparison.js';
import { type Entry, spotOf } from './entries.js';
import { type Chip, chipsOf, type EntryProblem } from './findings.js';
import { type EntryStatus, plural, statusLabels } from './labels.js';
import { SpotButton } from './picture.js';
import { Fix, showLine, Untrusted } from './untrusted.js';

const shapes: Readonly<Record<EntryStatus, string>> = {
  pass: 'M4 8.5l2.6 2.6L12 5.4',
  fail: 'M5 5l6 6M11 5l-6 6',
  needs_human: 'M8 8.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM4.4 12.4c.5-2 1.9-3 3.6-3s3.1 1 3.6 3',
  could_not_run: 'M8 4.2v4.6M8 11.6v.2',
  not_compared: 'M4.8 8h6.4',
};

/** The sign of a status: shape and colour, so that neither alone has to be seen. Decorative; say the status in words beside it. */
export function StatusMark({ status }: { status: EntryStatus }) {
  return (
    <svg class={`mark is-${status}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="8" />
      <path d={shapes[status]} />
    </svg>
  );
}

/** The sign with its words. */
export function StatusWord({ status }: { status: EntryStatus }) {
  return (
    <span class={`status is-${status}`}>
      <StatusMark status={status} />
      {statusLabels[status]}
    </span>
  );
}

/**
 * One entry: a line that says how it stands, and on demand its pictures, regions, problems and logs. Those of a closed entry lie in a
 * `noscript`: to a browser that runs scripts they are one text until somebody looks, to any other they are there.
 */
export function Card({ entry, open }: { entry: Entry; open: boolean }) {
  const inside = (
    <>
      <Problems entry={entry} />
      {entry.pair === undefined ? null : (
        <Comparison
          entry={entry.pair}
          id={entry.id}
          scale={entry.cell?.cell.screenshot?.device_scale_factor ?? 1}
          faults={entry.cell?.faults}
          spots={entry.cell?.spots}
        />
      )}
      {entry.cell === undefined ? null : <Capture entry={entry.cell} alone={entry.pair === undefined} />}
    </>
  );
  return (
    <article
      class={`card is-${entry.status}`}
      id={entry.id}
      data-status={entry.status}
      data-screen={`=${showLine(entry.screen)}`}
      data-viewport={`=${showLine(entry.viewport)}`}
      data-kinds={[...new Set(entry.findings.map(({ kind }) => `=${kind}`))].join(' ')}
      data-files={[
        ...new Set(
          entry.findings.flatMap(({ source }) =>
            source === undefined ? [] : [`=${showLine(source.replace(/:\d+(?::\d+)?$/, ''))}`],
          ),
        ),
      ].join('\n')}
      data-age={
        entry.findings.length === 0 ? '' : entry.findings.every(({ isNew }) => isNew === false) ? '=known' : '=new'
      }
    >
      <details open={open}>
        <summary>
          <StatusMark status={entry.status} />
          <h3>
            <span class="visually-hidden">{statusLabels[entry.status]}: </span>
            <Untrusted text={entry.screen} limit={120} />
            {entry.viewport === '' ? null : (
              <span class="viewport">
                <Untrusted text={entry.viewport} limit={60} />
              </span>
            )}
          </h3>
          <Gist entry={entry} />
        </summary>
        <div class="body">{open ? inside : <noscript>{inside}</noscript>}</div>
      </details>
    </article>
  );
}

/** The chips of an entry: what is wrong, in words. */
export function Chips({ chips }: { chips: readonly Chip[] }) {
  return (
    <>
      {chips.map(({ severity, text }) => (
        <span class={`tag is-${severity}`} key={text}>
          <Untrusted text={text} limit={80} />
        </span>
      ))}
    </>
  );
}

function Gist({ entry }: { entry: Entry }) {
  const shot = entry.cell?.cell.screenshot;
  const remarks = [
    entry.pair?.against === 'baseline' ? 'baseline' : '',
    shot !== undefined && !shot.steady.settled ? 'unsteady' : '',
    entry.pair?.pair.ad_hoc || entry.cell?.cell.ad_hoc ? 'ad hoc' : '',
  ].filter((tag) => tag !== '');
  const chips = chipsOf(entry.findings);
  return (
    <span class="gist">
      <Chips chips={chips} />
      {chips.length === 0 ? <span class="tag">{calm(entry)}</span> : null}
      {remarks.map((tag) => (
        <span class="tag" key={tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}

/** What is said of an entry without a finding. */
export function calm({ status, pair }: Entry): string {
  if (status === 'not_compared') return 'no reference';
  if (status !== 'pass') return statusLabels[status].toLowerCase();
  return pair?.pair.score === 1 ? 'same' : 'as it should be';
}

/** A problem with its place among those of its entry. */
type Told = EntryProblem & { index: number };

/** Of problems that say the same of many elements so many are shown, where there are more than the others that fit beside them. */
const ALIKE = { shown: 3, most: 5 };

/**
 * What the checks say of this place; regions and what only repeats the rest have their own lists. What keeps a gate from passing comes first, and
 * what is said of many elements is said once: an entry must not hide its pictures under its list.
 */
function Problems({ entry }: { entry: Entry }) {
  const regions = entry.pair?.pair.regions ?? [];
  const told = new Set(regions.map(regionTitle));
  const problems = entry.problems
    .map((one, index) => ({ ...one, index }))
    .filter(
      ({ gate, problem }) => gate !== 'zero_critical_issues' && !(toldByRegions.has(gate) && told.has(problem.title)),
    )
    .sort((a, b) => Number(b.blocks) - Number(a.blocks));
  if (problems.length === 0) return null;
  const line = (one: Told, first?: Told) => (
    <ProblemOf
      key={one.index}
      told={one}
      first={first}
      entry={entry}
      ofPair={toldByRegions.has(one.gate) && regions.length > 0}
    />
  );
  return (
    <ul class="findings">
      {alike(problems).map(([first, ...same]) => {
        const shown = same.length < ALIKE.most ? same : same.slice(0, ALIKE.shown - 1);
        const folded = same.slice(shown.length);
        return [
          line(first),
          ...shown.map((one) => line(one, first)),
          folded.length === 0 ? null : (
            <li class="more" key={`more ${first.index}`}>
              <details>
                <summary>{plural(folded.length, 'more element')}</summary>
                <ul class="findings">{folded.map((one) => line(one, first))}</ul>
              </details>
            </li>
          ),
        ];
      })}
    </ul>
  );
}

/** Problems that one gate tells in the same words, together; in the order of the first of each. */
function alike(problems: readonly Told[]): [Told, ...Told[]][] {
  const groups = new Map<string, [Told, ...Told[]]>();
  for (const one of problems) {
    const key = JSON.stringify([one.gate, one.blocks, one.problem.title]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** `first`: the one above, which says the same: only what differs is said again to the eye. */
function ProblemOf({
  told: { problem, gate, blocks, index },
  first,
  entry,
  ofPair,
}: {
  told: Told;
  first?: Told | undefined;
  entry: Entry;
  ofPair: boolean;
}) {
  const others = Object.keys(problem.also ?? {}).filter((name) => name !== entry.screen);
  const spots = entry.cell?.spots ?? [];
  const spot = spotOf(problem, spots);
  return (
    <li
      id={`${entry.id}~p${index + 1}`}
      class={`${blocks ? 'blocks' : 'warns'}${ofPair ? ' of-pair' : ''}${first === undefined ? '' : ' same'}`}
    >
      <b class={first === undefined ? undefined : 'visually-hidden'}>
        <Untrusted text={problem.title} limit={300} />
      </b>{' '}
      {first === undefined ? <a href={`#problems-${gate}`}>{gate}</a> : null}
      <SpotButton spot={spot} spots={spots} />
      {problem.text === undefined ? null : (
        <code class="quoted">
          <Untrusted text={problem.text.split('\n')[0] ?? ''} limit={300} />
        </code>
      )}
      {problem.file === undefined ? null : (
        <code class="quoted">
          <Untrusted text={problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`} limit={200} />
        </code>
      )}
      {others.length === 0 ? null : (
        <span class="quietly">
          {'also on '}
          <Untrusted text={others.join(', ')} limit={200} />
        </span>
      )}
      {problem.fix === undefined || problem.fix === first?.problem.fix ? null : (
        <span class="fix">
          <Fix text={problem.fix} />
        </span>
      )}
    </li>
  );
}

/** Gates whose problems the regions of the pair tell; what such a gate says of the pair as a whole is no difference to go to where there are regions. */
const toldByRegions: ReadonlySet<string> = new Set(['design_compare_evidence', 'visual_regression']);
