/** Kinds of the study, and what codeloop calls the same thing. */
const SAME = {
  'viewport-protrusion': ['outside_viewport'],
  'element-protrusion': ['protrudes', 'clipped', 'unreachable', 'covered', 'text_overlap'],
  'element-collision': ['text_overlap', 'covered'],
  'small-range': ['small_range'],
  wrapping: ['wrapped'],
};

/** Failures that today's browser does not draw as people saw them, by number, with what it draws. */
const DRAWN_OTHERWISE = {
  7: 'the picture behind the page came from another host: all of its text is white on white',
};

const fits = (report, finding) =>
  SAME[report.kind].includes(finding.kind) && finding.from_width <= report.to && report.from <= finding.to_width;

/** Widths at which people look: the viewports, and both sides of each breakpoint. */
const isLookedAt = (report, widths) => widths.some((width) => width >= report.from && width <= report.to);

/**
 * Holds the findings of each page against what people said of the study's reports. `pages`: page → `{findings, looked}`, `looked` the
 * widths of viewports and breakpoints.
 */
export function againstTruth(truth, pages) {
  const distinct = new Map();
  for (const report of truth.filter((one) => one.class === 'TP')) {
    const known = distinct.get(report.distinct) ?? { number: report.distinct, page: report.page, reports: [] };
    known.reports.push(report);
    distinct.set(report.distinct, known);
  }
  const failures = [...distinct.values()].map(({ number, page, reports }) => {
    const { findings = [], looked = [] } = pages.get(page) ?? {};
    const found = findings.filter((finding) => reports.some((report) => fits(report, finding)));
    return {
      ...{ number, page, kinds: [...new Set(reports.map(({ kind }) => kind))] },
      from: Math.min(...reports.map((one) => one.from)),
      to: Math.max(...reports.map((one) => one.to)),
      otherwise: DRAWN_OTHERWISE[number],
      observable: reports.some((report) => isLookedAt(report, looked)),
      found: found.sort((a, b) => (a.certainty < b.certainty ? -1 : 1))[0],
    };
  });
  const traps = truth
    .filter((one) => one.class !== 'TP')
    .map((report) => {
      const { findings = [] } = pages.get(report.page) ?? {};
      const real = truth.filter((one) => one.class === 'TP' && one.page === report.page);
      // What is a real failure as well is no false alarm on its neighbour.
      const alarms = findings.filter((one) => fits(report, one) && !real.some((failure) => fits(failure, one)));
      return {
        ...report,
        certain: alarms.find(({ certainty }) => certainty === 'certain'),
        likely: alarms.find(({ certainty }) => certainty === 'likely'),
      };
    });
  return { failures, traps };
}

/** Figures of a comparison. */
export function figures({ failures, traps }) {
  const drawn = failures.filter(({ otherwise }) => otherwise === undefined);
  const seen = drawn.filter(({ observable }) => observable);
  const count = (list) => list.filter(({ found }) => found).length;
  return {
    distinct: drawn.length,
    distinct_found: count(drawn),
    observable: seen.length,
    observable_found: count(seen),
    traps: traps.length,
    traps_certain: traps.filter(({ certain }) => certain).length,
    traps_likely: traps.filter(({ certain, likely }) => !certain && likely).length,
  };
}
