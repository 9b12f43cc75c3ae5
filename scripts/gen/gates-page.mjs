import { code, generatedNote, table } from './markdown.mjs';

/** docs/gates.md: the gates, their weights, and the checks they rest on. Throws when a gate names a check that is not there. */
export function gatesPage({ gates, checks }) {
  const known = new Set(checks.map(({ id }) => id));
  for (const gate of gates) {
    const unknown = gate.checks.find(({ id }) => !known.has(id));
    if (unknown !== undefined) throw new Error(`gate ${gate.id} names the check ${unknown.id}, which is not there`);
  }
  const gateRows = gates.map((gate) => [
    code(gate.id),
    gate.title,
    gate.description,
    gate.weight === 'blocks' ? 'must hold' : String(gate.weight),
    gate.stages.join(', '),
    gate.checks.map(checkCell).join(', '),
  ]);
  const checkRows = checks.map((check) => [
    code(check.id),
    check.title,
    check.failureTitle,
    check.requires.map(code).join(', '),
    check.description,
  ]);
  return `${[
    generatedNote,
    '# Gates and checks',
    'A gate passes when all its checks hold. The score is 100 times the weight of the passing gates over the weight of the applicable ones, never rounded up.',
    table(['Gate', 'Passes when', 'About', 'Weight', 'Stages', 'Checks'], gateRows),
    '## Checks',
    'A check is a pure function over stored evidence. Evidence that is missing or broken gives `could_not_run`, never a pass.',
    table(['Check', 'Holds', 'Fails', 'Evidence', 'About'], checkRows),
  ].join('\n\n')}\n`;
}

/** A check of a gate: blocking where nothing is said. */
function checkCell({ id, severity, stages }) {
  const notes = [...(severity === 'warn' ? ['warns'] : []), ...(stages ? [`at ${stages.join(', ')}`] : [])];
  return notes.length > 0 ? `${code(id)} (${notes.join(' ')})` : code(id);
}
