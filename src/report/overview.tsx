import { Chips, calm, StatusMark } from './card.js';
import type { Entry } from './entries.js';
import { chipsOf } from './findings.js';
import { statusLabels } from './labels.js';
import { Untrusted } from './untrusted.js';

/** Map of the run: a row per screen, a column per viewport, each field leading to its entry. Screens with trouble come first. */
export function Overview({ entries }: { entries: readonly Entry[] }) {
  const screens = [...new Set(entries.map(({ screen }) => screen))];
  const viewports = [...new Set(entries.map(({ viewport }) => viewport))].sort();
  const fields = new Map<string, Entry>();
  // The first entry of a place is its worst: the list is sorted so.
  for (const entry of [...entries].reverse()) fields.set(JSON.stringify([entry.screen, entry.viewport]), entry);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="overview-title">
      <h2 id="overview-title">Overview</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="sheet overview" aria-labelledby="overview-title" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Screen</th>
              {viewports.map((viewport) => (
                <th scope="col" key={viewport}>
                  <Untrusted text={viewport} limit={60} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {screens.map((screen) => (
              <tr key={screen}>
                <th scope="row">
                  <Untrusted text={screen} limit={120} />
                </th>
                {viewports.map((viewport) => (
                  <td key={viewport}>
                    <Field entry={fields.get(JSON.stringify([screen, viewport]))} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Field({ entry }: { entry: Entry | undefined }) {
  if (entry === undefined) return <span class="none">–</span>;
  const chips = chipsOf(entry.findings);
  return (
    <a class={`field is-${entry.status}`} href={`#${entry.id}`}>
      <StatusMark status={entry.status} />
      <span class="visually-hidden">{statusLabels[entry.status]} </span>
      {chips.length === 0 ? <span class="small">{calm(entry)}</span> : <Chips chips={chips} />}
    </a>
  );
}
