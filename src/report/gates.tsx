import type { ComponentChildren } from 'preact';
import { type GateResult, type GateVerdict, type Problem, screensOf } from '../core/vocabulary/gate.js';
import { StatusMark, StatusWord } from './card.js';
import type { Entry } from './entries.js';
import { count, plural, problemsOfGate } from './labels.js';
import { Fix, Untrusted } from './untrusted.js';

/** The gates of the verdict: those that do not hold; what passes or does not apply is folded. */
export function Gates({ verdict, summary }: { verdict: GateVerdict | undefined; summary: string }) {
  const passing = verdict?.passing_gates ?? [];
  const idle = verdict?.not_applicable ?? [];
  return (
    <section id="gates" aria-labelledby="gates-title">
      <h2 id="gates-title">Gates</h2>
      {verdict === undefined ? (
        <p class="empty">No gate has judged this run. Run gate_check to get a verdict.</p>
      ) : (
        <>
          {verdict.failing_gates.length === 0 ? null : (
            <>
              <p class="muted in-full">
                <Untrusted text={summary} />
              </p>
              <div class="sheet">
                <Table name="Gates that do not hold">
                  {verdict.failing_gates.map((gate) => (
                    <GateRow key={gate.id} gate={gate} verdict={verdict} />
                  ))}
                </Table>
              </div>
            </>
          )}
          {passing.length + idle.length === 0 ? null : (
            <details class="sheet folded">
              <summary>
                {plural(passing.length, 'gate')} {passing.length === 1 ? 'holds' : 'hold'}
                {idle.length === 0 ? '' : `, ${idle.length} ${idle.length === 1 ? 'does' : 'do'} not apply`}
              </summary>
              <Table name="Gates that hold or do not apply">
                {passing.map((gate) => (
                  <GateRow key={gate.id} gate={gate} verdict={verdict} />
                ))}
                {idle.map((gate) => (
                  <tr key={gate.id} class="idle">
                    <th scope="row">
                      <code>{gate.id}</code>
                      <span class="reason">
                        <Untrusted text={gate.reason} />
                      </span>
                    </th>
                    <td>
                      <span class="status is-not_compared">
                        <StatusMark status="not_compared" />
                        Does not apply
                      </span>
                    </td>
                    <td class="number">–</td>
                  </tr>
                ))}
              </Table>
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Table({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <table class="gates" aria-label={name}>
      <thead>
        <tr>
          <th scope="col">Gate</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">
            Weight
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function GateRow({ gate, verdict }: { gate: GateResult; verdict: GateVerdict }) {
  const { total } = problemsOfGate(gate, verdict.checks);
  return (
    <tr>
      <th scope="row">
        {gate.title}
        <code>{gate.id}</code>
        <span class="reason">
          <Untrusted text={gate.reason} />
          {total > 0 ? (
            <>
              {' '}
              <a href={`#problems-${gate.id}`}>{plural(total, gate.status === 'pass' ? 'warning' : 'problem')}</a>
            </>
          ) : null}
        </span>
      </th>
      <td>
        <StatusWord status={gate.status} />
      </td>
      <td class="number">{gate.weight === 'blocks' ? 'must hold' : gate.weight}</td>
    </tr>
  );
}

/** Most problems listed per gate. */
const mostProblems = 200;

/** All problems the checks found, grouped by gate, gates that do not hold first. Gates with few problems are open. */
export function Problems({ verdict, entries }: { verdict: GateVerdict | undefined; entries: readonly Entry[] }) {
  const places = placesOf(entries);
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

function ProblemLine({ problem, places }: { problem: Problem; places: Places }) {
  return (
    <li>
      <p>
        <b>
          <Untrusted text={problem.title} limit={300} />
        </b>{' '}
        {screensOf(problem).map(({ screen, viewport }, index) => (
          <Place key={screen} screen={screen} viewport={viewport} places={places} first={index === 0} />
        ))}
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
          <Fix text={problem.fix} />
        </p>
      )}
    </li>
  );
}

/** The entry of each viewport of each screen, the worst where there are two; under no viewport the first of the screen. */
type Places = ReadonlyMap<string, string>;

function placesOf(entries: readonly Entry[]): Places {
  return new Map(
    [...entries].reverse().flatMap(({ screen, viewport, id }): [string, string][] => [
      [JSON.stringify([screen, viewport]), id],
      [JSON.stringify([screen]), id],
    ]),
  );
}

/** A screen that a problem is about, and the viewports that it names (`mobile, tablet`), each leading to its entry where there is one. */
function Place({
  screen,
  viewport,
  places,
  first,
}: {
  screen: string;
  viewport: string | undefined;
  places: Places;
  first: boolean;
}) {
  const at = (named?: string) => places.get(JSON.stringify(named === undefined ? [screen] : [screen, named]));
  const names = viewport === undefined || at(viewport) ? [viewport] : viewport.split(', ');
  return (
    <>
      {first ? null : '; '}
      {names.map((named, index) => {
        const target = at(named);
        const said = (
          <Untrusted text={index > 0 ? (named ?? '') : named ? `${screen} · ${named}` : screen} limit={160} />
        );
        return (
          <>
            {index === 0 ? null : ', '}
            {target === undefined ? <span class="place">{said}</span> : <a href={`#${target}`}>{said}</a>}
          </>
        );
      })}
    </>
  );
}
