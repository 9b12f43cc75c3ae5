import type { GateVerdict, Problem } from '../core/vocabulary/gate.js';
import { StatusMark } from './card.js';
import type { Entry } from './entries.js';
import { count, plural, problemsOfGate } from './labels.js';
import { Untrusted } from './untrusted.js';

/** Most problems listed per gate. */
const mostProblems = 200;

/** All problems the checks found, grouped by gate, gates that do not hold first. Gates with few problems are open. */
export function Problems({ verdict, entries }: { verdict: GateVerdict | undefined; entries: readonly Entry[] }) {
  const places = new Map(
    [...entries].reverse().map((entry) => [JSON.stringify([entry.screen, entry.viewport]), entry.id]),
  );
  const groups = [...(verdict?.failing_gates ?? []), ...(verdict?.passing_gates ?? [])]
    .map((gate) => ({ gate, found: problemsOfGate(gate, verdict?.checks ?? []) }))
    .filter(({ found }) => found.problems.length > 0);
  return (
    <section id="problems" aria-labelledby="problems-title">
      <h2 id="problems-title">Problems by gate</h2>
      {groups.length === 0 ? <p class="empty">The checks found no problems.</p> : null}
      {groups.map(({ gate, found }) => (
        <details
          key={gate.id}
          class="sheet group"
          id={`problems-${gate.id}`}
          open={gate.status !== 'pass' && found.total <= 12}
        >
          <summary>
            <StatusMark status={gate.status} />
            <h3>{gate.title}</h3>
            <span class="gist">
              <span class="tag">{plural(found.total, gate.status === 'pass' ? 'warning' : 'problem')}</span>
            </span>
          </summary>
          <ul>
            {found.problems.slice(0, mostProblems).map((problem, index) => (
              <ProblemLine key={index} problem={problem} places={places} />
            ))}
          </ul>
          {found.total > Math.min(mostProblems, found.problems.length) ? (
            <p class="rest">
              {count(found.total - Math.min(mostProblems, found.problems.length))} more are not listed here.
            </p>
          ) : null}
        </details>
      ))}
    </section>
  );
}

function ProblemLine({ problem, places }: { problem: Problem; places: ReadonlyMap<string, string> }) {
  const target = places.get(JSON.stringify([problem.screen, problem.viewport]));
  const place = [problem.screen, problem.viewport].filter((part) => part !== undefined).join(' · ');
  return (
    <li>
      <p>
        <b>
          <Untrusted text={problem.title} limit={300} />
        </b>{' '}
        {place === '' ? null : target === undefined ? (
          <span class="place">
            <Untrusted text={place} limit={160} />
          </span>
        ) : (
          <a href={`#${target}`}>
            <Untrusted text={place} limit={160} />
          </a>
        )}
      </p>
      {problem.text === undefined ? null : (
        <blockquote>
          <Untrusted text={problem.text} limit={1200} />
        </blockquote>
      )}
      {problem.url === undefined ? null : (
        <p class="address">
          <Untrusted text={problem.url} limit={400} />
        </p>
      )}
      {problem.fix === undefined ? null : (
        <p class="fix">
          <Untrusted text={problem.fix} limit={400} />
        </p>
      )}
    </li>
  );
}
