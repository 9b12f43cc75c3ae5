import { percent } from './tabulate.mjs';

const COLUMNS = [
  'kind',
  'n',
  'found',
  'gate',
  'located',
  '1st',
  '1st*',
  'in 3',
  'prop',
  'kind',
  'pic found',
  'pic gate',
  'pic 1st',
  'pic prop',
  'oth gate',
  'oth 1st',
  'oth prop',
];

/** The table for a terminal: shares in percent. */
export function renderText(table, about) {
  const peers = Object.keys({ ...table.total.peers, ...table.noiseTotal.peers });
  const head = [...COLUMNS, ...peers];
  const row = ({ name, baseline: b, picture, other, peers: said }) => [
    name,
    String(b.found.of),
    ...[
      b.found,
      b.gate,
      b.located,
      b.rank1,
      b.strict1,
      b.rank3,
      b.property,
      b.kind,
      picture.found,
      picture.gate,
      picture.rank1,
      picture.property,
      other.gate,
      other.rank1,
      other.property,
    ].map(percent),
    ...peers.map((peer) => percent(said[peer] ?? { hits: 0, of: 0 })),
  ];
  const noiseRow = ({ name, baseline, picture, peers: said }) => [
    name,
    String(baseline.found.of),
    String(baseline.found.hits),
    String(baseline.gate.hits),
    String(picture.found.hits),
    ...peers.map((peer) => String(said[peer]?.hits ?? '–')),
  ];
  return [
    `${table.mutations} mutations and ${table.noises} pairs of noise on ${table.cells} cells; commit ${about.commit}${about.changed ? ` with ${about.changed} changed files in src` : ''}`,
    `captured in ${about.captureS.toFixed(0)} s, judged in ${about.judgeS.toFixed(0)} s`,
    '',
    ...grid([head, ...table.kinds.map(row), row(table.total)]),
    '(1st: the element or one with the same box, named by the worst region; 1st*: the element itself)',
    '',
    'under the threshold, counted nowhere:',
    ...grid([head, ...table.subThreshold.map(row)]),
    `${table.invisible.length} changed no pixel (of which ${table.invisibleAlarms.length} reported); ${table.unsteady.length} unsteady`,
    '',
    'false alarms:',
    ...grid([
      ['noise', 'n', 'found', 'gate', 'picture', ...peers],
      ...table.noise.map(noiseRow),
      noiseRow(table.noiseTotal),
    ]),
    '',
    `correct pages, other renderer: ${table.correctTotal.other.gate.hits} of ${table.correctTotal.other.gate.of} raise an alarm`,
    ...list('false alarms, other renderer', table.correctAlarms, 'other'),
    ...list('gate passes, picture only', table.missedBy.picture, 'picture'),
    ...list('gate passes, other renderer', table.missedBy.other, 'other'),
    ...list('misses', table.misses),
    ...list('false alarms', table.falseAlarms),
    ...list('another element first', table.wrongElement),
    ...list('property not named', table.wrongProperty),
    ...about.failures.map(({ cell, reason }) => `NOT MEASURED ${cell}: ${reason}`),
  ].join('\n');
}

const list = (title, rows, mode) =>
  rows.length === 0 ? [] : [`${title}: ${rows.length}`, ...rows.map((one) => `  ${pairLine(one, mode)}`), ''];

/** One pair in a line: what was changed and what was said. */
export function pairLine({ id, element, change, ...verdicts }, mode = 'baseline') {
  const verdict = verdicts[mode];
  const said = (verdict.regions ?? [])
    .slice(0, 2)
    .map(
      ({ kind, severity, rect, selector, properties }) =>
        `${severity} ${kind} ${rect.x},${rect.y} ${rect.width}x${rect.height} ${selector ?? '-'}${properties?.length ? ` {${properties.slice(0, 3).join('; ')}}` : ''}`,
    );
  const what = change ? JSON.stringify(change.style ?? change.text ?? Object.keys(change)) : '';
  const where = element ? ` ${element.own[0] ?? element.tag}` : '';
  return `${id}${where} ${what.slice(0, 90)} => ${verdict.outcome} ${verdict.count} regions${said.length ? `: ${said.join(' | ')}` : ''}`;
}

function grid(lines) {
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '),
  );
}
