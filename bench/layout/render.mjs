/** Share of a count, as text. */
const share = (part, whole) => `${part} of ${whole}${whole > 0 ? ` (${((100 * part) / whole).toFixed(1)} %)` : ''}`;

/** `docs/layout-truth.md`: what was measured, with misses and false alarms. Figures and selectors only: nothing of the pages. */
export function renderLayoutTruth(parts) {
  const sections = { study, mutations: broken, designs: untouched, fresh: mended, cost: spent };
  const kept = Object.entries(sections).filter(([name]) => parts[name]);
  const lines = [
    '# How often a layout is judged rightly',
    '',
    'Written by `npm run bench:layout -- --pages DIR --more DIR --write`; do not edit. Each part can be measured again by itself (`--cost --write`).',
    'No design is compared with: what is judged is how the page lies, at its viewports and at the widths between them.',
    `Measured at: ${kept.map(([name]) => `${name} ${parts[name].measured}`).join(', ')}.`,
    '',
    ...kept.flatMap(([name, section]) => section(parts[name])),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function study({ figures, failures, traps }) {
  const { distinct, distinct_found, observable, observable_found, traps_certain, traps_likely } = figures;
  return [
    '## Pages of a public study',
    '',
    'Saved pages whose failures people had classified (ISSTA 2017). A failure counts as found when a finding of the same kind holds in an',
    'overlapping range of widths.',
    '',
    '| what | found |',
    '|---|---|',
    `| distinct failures at a viewport or beside a breakpoint | ${share(observable_found, observable)} |`,
    `| all distinct failures | ${share(distinct_found, distinct)} |`,
    `| reports that people called wrong or not observable, told as \`certain\` | ${share(traps_certain, traps.length)} |`,
    `| the same, told as \`likely\` | ${share(traps_likely, traps.length)} |`,
    '',
    '| no. | page | kind | widths | finding | its widths |',
    '|---|---|---|---|---|---|',
    ...failures.map(
      ({ number, page, kinds, from, to, found, otherwise }) =>
        `| ${number} | ${page} | ${kinds.join(', ')} | ${from}-${to} | ${found ? `${found.certainty} \`${found.kind}\`` : otherwise ? `left out: ${otherwise}` : '**missed**'} | ${found ? `${found.from_width}-${found.to_width}` : ''} |`,
    ),
    '',
    ...alarms(traps),
  ];
}

function alarms(traps) {
  const told = traps.filter(({ certain }) => certain);
  if (told.length === 0) return ['No trap is told as `certain`.', ''];
  return [
    'Traps that are told as `certain`:',
    '',
    ...told.map(
      ({ page, class: kind, from, to, certain }) =>
        `- ${page}, ${kind} ${from}-${to}: \`${certain.kind}\` at ${certain.from_width}-${certain.to_width}`,
    ),
    '',
  ];
}

function broken({ figures, rows }) {
  const missed = rows.filter(({ named }) => !named);
  return [
    '## Layouts broken on purpose',
    '',
    'Untouched pages, broken in one known way at a time (an element moved over the next, wider than the window, its text cut, a picture squeezed)',
    'and judged at that viewport without their reference. A change by which no text lies over another and none is cut breaks nothing that can',
    'be seen without the reference: it is left out, as is a row whose changed direction leaves everything in its place (a breakpoint that is passed).',
    '',
    `Named: ${share(figures.named, figures.broken)}; the element first: ${share(figures.element_first, figures.broken)}.`,
    '',
    ...(missed.length === 0
      ? []
      : [
          'Missed:',
          '',
          ...missed.map(({ page, viewport, kind, selector }) => `- ${page} at ${viewport}, ${kind}: \`${selector}\``),
          '',
        ]),
  ];
}

function untouched({ figures, pages }) {
  return [
    '## Pages that professionals made, untouched',
    '',
    `${figures.pages} pages of ${figures.packages} packages from npm, at three viewports and the widths between. Silent: ${share(figures.silent, figures.pages)};`,
    `pages with a certain finding that a designer would call wrong: ${share(figures.wrong, figures.pages)}. Every certain finding was looked at:`,
    '',
    '| page | finding | widths | decided |',
    '|---|---|---|---|',
    ...pages.flatMap(({ page, certain }) =>
      certain.map(
        ({ kind, selector, from, to, siblings, decided }) =>
          `| ${page} | \`${kind}\` \`${selector}\`${siblings > 0 ? ` and ${siblings} alike` : ''} | ${from}-${to} | ${decided ? `${decided.verdict}: ${decided.why}` : 'not yet'} |`,
      ),
    ),
    '',
  ];
}

function spent({ figures: { checks_share, widths_per_page, sweep_by_photographs }, load }) {
  return [
    '## What it costs',
    '',
    'Processor seconds of whole verifications of six pages of professionals at three viewports, browser and all, alternating; the least of each kind.',
    '',
    '| what | figure |',
    '|---|---|',
    `| the checks, of a verification without them | ${(100 * checks_share).toFixed(1)} % |`,
    `| windows laid out for a page, on average | ${widths_per_page.toFixed(1)} |`,
    `| a sweep of 16 widths, of photographing the page twice | ${(100 * sweep_by_photographs).toFixed(0)} % |`,
    '',
    `Load of the machine meanwhile: ${load.join(', ')} (1, 5 and 15 minutes, 2 cores).`,
    '',
  ];
}

function mended({ red, places, green }) {
  return [
    '## A fresh project, mended by what the reply says',
    '',
    'Vite with React from its starter, three faults planted, no design: `init`, `verify`, each fault mended as its own reply says, `verify`.',
    '',
    `- before: ${red}`,
    ...places.map(([kind, selector, file, line]) => `- \`${kind}\` \`${selector}\` at ${file}:${line}`),
    `- after: ${green}`,
    '',
  ];
}
