import type { ReportModel } from '../core/vocabulary/report-model.js';
import { moment, nextCommand } from './labels.js';
import { Untrusted } from './untrusted.js';

/** The suggested next calls, to copy: the first at once, the others on demand. */
export function Next({ next }: { next: ReportModel['next'] }) {
  const [first, ...others] = next;
  if (first === undefined) return null;
  return (
    <div class="next" id="next">
      <Call call={first} />
      {others.length === 0 ? null : (
        <details>
          <summary>Then</summary>
          {others.map((call) => (
            <Call key={nextCommand(call)} call={call} />
          ))}
        </details>
      )}
    </div>
  );
}

function Call({ call }: { call: ReportModel['next'][number] }) {
  return (
    <p class="call">
      <code>
        <Untrusted text={nextCommand(call)} limit={1000} />
      </code>
      <button type="button" class="quiet copy" hidden>
        Copy
      </button>
      {call.why === undefined ? null : (
        <span class="reason">
          <Untrusted text={call.why} limit={400} />
        </span>
      )}
    </p>
  );
}

/** The evidence of the verdict, and the page's keyboard commands. */
export function About({ model }: { model: ReportModel }) {
  const { code_state: code } = model;
  const facts: [string, string | undefined][] = [
    ['Run', model.run_id],
    ['Started', moment(model.started_at)],
    ['Finished', model.finished_at === undefined ? 'no' : moment(model.finished_at)],
    [
      'Commit',
      code.commit === undefined ? 'none' : `${code.commit}${code.branch === undefined ? '' : ` on ${code.branch}`}`,
    ],
    ['Working tree', `${code.tree}${code.dirty ? ', with changes that are not committed' : ', clean'}`],
    ['Environment', model.environment],
    ['Pictures', model.pictures_note],
    ['Made by', model.generated_by],
  ];
  return (
    <footer id="about">
      <h2>About this run</h2>
      <div class="sheet columns">
        <dl class="facts">
          {facts.map(([name, value]) =>
            value === undefined ? null : (
              <>
                <dt>{name}</dt>
                <dd>
                  <Untrusted text={value} limit={300} />
                </dd>
              </>
            ),
          )}
        </dl>
        <div class="keys">
          <h3>Keyboard</h3>
          <p>
            <kbd>j</kbd> next difference, <kbd>k</kbd> previous, <kbd>n</kbd> next screen, <kbd>p</kbd> previous,{' '}
            <kbd>o</kbd> open or close, <kbd>f</kbd> only failing, <kbd>/</kbd> search, <kbd>1</kbd> side by side,{' '}
            <kbd>2</kbd> slider, <kbd>3</kbd> onion skin, <kbd>4</kbd> blink, <kbd>r</kbd> regions, <kbd>z</kbd> actual
            pixels
          </p>
          <label class="check">
            <input type="checkbox" id="shortcuts" checked />
            Single-key shortcuts
          </label>
        </div>
      </div>
    </footer>
  );
}

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
