import type { GateResult, GateVerdict } from '../core/vocabulary/gate.js';
import { StatusMark, StatusWord } from './card.js';
import { plural, problemsOfGate } from './labels.js';
import { Untrusted } from './untrusted.js';

/** Table of all gates of the verdict: failing first, then passing, then those that do not apply. */
export function Gates({ verdict }: { verdict: GateVerdict | undefined }) {
  return (
    <section id="gates" aria-labelledby="gates-title">
      <h2 id="gates-title">Gates</h2>
      {verdict === undefined ? (
        <p class="empty">No gate has judged this run. Run gate_check to get a verdict.</p>
      ) : (
        <div class="sheet">
          <table class="gates">
            <thead>
              <tr>
                <th scope="col">Gate</th>
                <th scope="col">Status</th>
                <th scope="col" class="number">
                  Weight
                </th>
              </tr>
            </thead>
            <tbody>
              {[...verdict.failing_gates, ...verdict.passing_gates].map((gate) => (
                <GateRow key={gate.id} gate={gate} verdict={verdict} />
              ))}
              {verdict.not_applicable.map((gate) => (
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
            </tbody>
          </table>
        </div>
      )}
    </section>
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
