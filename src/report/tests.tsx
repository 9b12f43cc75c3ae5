import type { ReportTest } from '../core/vocabulary/report-model.js';
import { StatusMark } from './card.js';
import { plural } from './labels.js';
import { pictureSource } from './picture.js';
import { Untrusted } from './untrusted.js';

/** What tests of a runner saw of pages that they drove, those that do not hold first. Nothing where there is none. */
export function Tests({ tests }: { tests: readonly ReportTest[] }) {
  if (tests.length === 0) return null;
  const failed = tests.filter(({ status }) => status !== 'pass').length;
  return (
    <section id="tests" aria-labelledby="tests-title">
      <h2 id="tests-title">Seen by tests</h2>
      <p class="muted">
        {plural(tests.length, 'assertion')}, {failed === 0 ? 'all hold' : `${failed} of them do not hold`}. A test's
        page is in a state that the test made: these pictures count for no gate, the test itself does where the
        project's tests are run by codeloop verify.
      </p>
      {tests.map((test, index) => (
        <Seen key={index} test={test} />
      ))}
    </section>
  );
}

const SIDES = { reference: 'Expected', actual: 'Received', diff: 'Difference' } as const;

function Seen({ test }: { test: ReportTest }) {
  const { look, screen, viewport, status } = test;
  const sides = (Object.keys(SIDES) as (keyof typeof SIDES)[]).flatMap((side) => {
    const picture = test[side];
    const source = picture && pictureSource(picture);
    return source === undefined ? [] : [{ side, source }];
  });
  return (
    <article class="sheet test-look">
      <h3>
        <StatusMark status={status} /> <Untrusted text={screen} limit={60} />{' '}
        <span class="viewport">
          <Untrusted text={viewport} limit={60} />
        </span>{' '}
        <code>
          {look.negated ? 'not.' : ''}
          {look.asserted}
        </code>
      </h3>
      <p>
        <Untrusted text={look.title} limit={200} />{' '}
        <span class="muted">
          <Untrusted text={look.place} limit={200} />
        </span>
      </p>
      {status === 'pass' ? null : (
        <ul>
          {look.found.map((line, index) => (
            <li key={index}>
              <Untrusted text={line.trim()} limit={400} />
            </li>
          ))}
        </ul>
      )}
      {sides.length === 0 ? null : (
        <div class="sides">
          {sides.map(({ side, source }) => (
            <figure key={side}>
              <figcaption>{SIDES[side]}</figcaption>
              <img src={source} alt={`${SIDES[side]}: ${look.asserted}`} loading="lazy" />
            </figure>
          ))}
        </div>
      )}
    </article>
  );
}
