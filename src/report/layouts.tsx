import { CONDITION_WORDS, type LayoutFinding } from '../core/vocabulary/layout.js';
import type { ReportLayout } from '../core/vocabulary/report-model.js';
import { StatusMark } from './card.js';
import { plural } from './labels.js';
import { pictureSource } from './picture.js';
import { Untrusted } from './untrusted.js';

/** Findings shown with their pictures; all are in the run's `layout.json`. */
const mostShown = 20;

/** Faults of layouts, worst first: what it is, at which element, in which widths, and its picture. Nothing where there is none. */
export function Layouts({ layouts }: { layouts: readonly ReportLayout[] }) {
  if (layouts.length === 0) return null;
  const widest = Math.max(...layouts.map(({ widest: one }) => one));
  const rest = layouts.length - mostShown;
  return (
    <section id="layouts" aria-labelledby="layouts-title">
      <h2 id="layouts-title">Layouts</h2>
      {layouts.slice(0, mostShown).map((layout, index) => (
        <Fault key={index} layout={layout} number={index + 1} widest={widest} />
      ))}
      {rest > 0 ? <p class="muted">{plural(rest, 'more finding')} in layout.json.</p> : null}
    </section>
  );
}

function Fault({
  layout: { finding, picture },
  number,
  widest,
}: {
  layout: ReportLayout;
  number: number;
  widest: number;
}) {
  const { screen, kind, certainty, condition, element, what, repair, siblings } = finding;
  const source = picture && pictureSource(picture);
  return (
    <article class="sheet layout-fault" id={`layout-${number}`}>
      <h3>
        <StatusMark
          status={certainty === 'certain' ? 'fail' : certainty === 'likely' ? 'needs_human' : 'not_compared'}
        />{' '}
        <Untrusted text={screen} limit={60} /> L{number} <code>{kind}</code> <span class="viewport">{certainty}</span>
        {condition === undefined ? null : (
          <>
            {' '}
            <span class="viewport">{CONDITION_WORDS[condition]}</span>
          </>
        )}
      </h3>
      <p>
        <Untrusted text={`${element.selector} ${what}`} limit={300} />
        {element.source === undefined ? null : (
          <>
            {' '}
            <Untrusted text={element.source} limit={200} />
          </>
        )}
        {siblings.length > 0 ? ` and ${plural(siblings.length, 'element')} alike` : ''}
        {finding.new ? '' : ', as in the last green run'}
      </p>
      <Strip finding={finding} widest={widest} />
      {source === undefined ? null : (
        <img class="tile" src={source} alt="The fault, with what lies around it" loading="lazy" />
      )}
      <p class="muted">{repair}</p>
    </article>
  );
}

/** The widths of the window from nothing to the widest, with those in which the fault holds. */
function Strip({ finding: { from_width: from, to_width: to }, widest }: { finding: LayoutFinding; widest: number }) {
  // A single width is still to be seen.
  const length = Math.max(to - from, widest / 100);
  return (
    <p class="widths">
      <svg viewBox={`0 0 ${widest} 12`} width="320" height="12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="all" width={widest} height="12" />
        <rect class="held" x={from} width={length} height="12" />
      </svg>{' '}
      {from === to ? `${from} px` : `${from} to ${to} px`}
    </p>
  );
}
