import type { ComponentChildren } from 'preact';
import type { GateResult, GateVerdict } from '../core/vocabulary/gate.js';
import { StatusMark, StatusWord } from './card.js';
import { plural, problemsOfGate } from './labels.js';
import { Untrusted } from './untrusted.js';

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
