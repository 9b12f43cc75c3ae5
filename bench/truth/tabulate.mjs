const share = (list, test) => ({ of: list.length, hits: list.filter(test).length });

/** Figures of the visible mutations of one kind, or of all: everything as `{hits, of}`. */
function figures(rows, mode) {
  const verdicts = rows.filter((row) => row[mode] !== undefined).map((row) => ({ ...row, verdict: row[mode] }));
  const withProperty = verdicts.filter(({ verdict }) => verdict.property !== undefined);
  const withKind = verdicts.filter(({ verdict }) => verdict.kindRight !== undefined);
  return {
    found: share(verdicts, ({ verdict }) => verdict.found),
    gate: share(verdicts, ({ verdict }) => verdict.gate),
    located: share(verdicts, ({ verdict }) => verdict.located),
    rank1: share(verdicts, ({ verdict }) => verdict.rankSame === 1),
    rank3: share(verdicts, ({ verdict }) => verdict.rankSame >= 1 && verdict.rankSame <= 3),
    strict1: share(verdicts, ({ verdict }) => verdict.rank === 1),
    property: share(withProperty, ({ verdict }) => verdict.property),
    kind: share(withKind, ({ verdict }) => verdict.kindRight),
  };
}

/** Pairs by how severe their worst region is, as `critical/major/minor`; those without one are in none. */
function severities(rows, mode) {
  const worst = rows.flatMap((row) => row[mode]?.regions?.[0]?.severity ?? []);
  return ['critical', 'major', 'minor'].map((severity) => worst.filter((one) => one === severity).length).join('/');
}

function peerFigures(rows) {
  const asked = rows.filter(({ peers }) => peers !== undefined);
  const names = Object.keys(asked[0]?.peers ?? {});
  return Object.fromEntries(names.map((name) => [name, share(asked, ({ peers }) => peers[name])]));
}

const line = (name, rows) => ({
  name,
  baseline: figures(rows, 'baseline'),
  picture: figures(rows, 'picture'),
  other: figures(rows, 'other'),
  severities: { picture: severities(rows, 'picture'), other: severities(rows, 'other') },
  peers: peerFigures(rows),
});

const byKind = (rows) => {
  const groups = new Map();
  for (const row of rows) groups.set(row.kind, [...(groups.get(row.kind) ?? []), row]);
  return [...groups].map(([kind, group]) => line(kind, group));
};

/**
 * The table: visible mutations per kind and in all, those under the threshold, how many changed no pixel, and false alarms per kind of
 * noise. Pairs of which a side never settled are counted apart: the product calls those unsteady and judges nothing by them.
 */
export function tabulate(rows) {
  const steady = rows.filter(({ settled }) => settled);
  const mutations = steady.filter(({ type }) => type === 'mutation');
  const noise = steady.filter(({ type, baseline }) => type === 'noise' && baseline !== undefined);
  const correct = steady.filter(({ type, baseline }) => type === 'noise' && baseline === undefined);
  const of = (sight) => mutations.filter((row) => row.sight === sight);
  const visible = of('visible');
  return {
    mutations: mutations.length,
    noises: noise.length,
    cells: new Set(steady.map(({ cell }) => cell)).size,
    unsteady: rows.filter(({ settled }) => !settled).map(({ id }) => id),
    kinds: byKind(visible),
    total: line('all', visible),
    subThreshold: byKind(of('sub-threshold')),
    invisible: of('invisible').map(({ id }) => id),
    invisibleAlarms: of('invisible')
      .filter(({ baseline }) => baseline.found)
      .map(({ id }) => id),
    noise: byKind(noise),
    noiseTotal: line('all', noise),
    correct: byKind(correct),
    correctTotal: line('all', correct),
    correctAlarms: correct.filter(({ other }) => other.gate),
    missedBy: Object.fromEntries(
      ['picture', 'other'].map((mode) => [mode, visible.filter((row) => row[mode] && !row[mode].gate)]),
    ),
    misses: visible.filter(({ baseline }) => !baseline.found),
    falseAlarms: noise.filter(({ baseline, picture }) => baseline.found || picture.found),
    wrongElement: visible.filter(({ baseline }) => baseline.found && baseline.rankSame !== 1),
    wrongProperty: visible.filter(({ baseline }) => baseline.found && baseline.property === false),
  };
}

/** `12/13 92.3 %`, `–` for none; rounded down, so that 100 means all. */
export function percent({ hits, of }) {
  return of === 0 ? '–' : `${(Math.floor((hits / of) * 1000) / 10).toFixed(1)}`;
}
