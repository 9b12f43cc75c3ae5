import type { ReportModel } from '../core/vocabulary/report-model.js';
import { Untrusted } from './untrusted.js';

/** References no screenshot was found for, and screenshots without a reference: nothing is skipped in silence. */
export function Unmatched({ unmatched }: { unmatched: ReportModel['unmatched'] }) {
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
