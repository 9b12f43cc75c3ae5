import { existsSync, linkSync, readFileSync } from 'node:fs';

const signal = new AbortController().signal;
const sink = { put: async ({ name, size }) => ({ path: name, sha256: '0'.repeat(64), bytes: 0, ...size }) };

/**
 * How strictly a project that configures nothing holds a pair: a baseline by every pixel, a design by score and severity. A JPEG is never a
 * baseline: those are the PNG that codeloop itself took.
 */
export function settingsOf(product, pair, mode) {
  const config = product.Config.parse({});
  if (mode === 'baseline' && !pair.reference.file.endsWith('.jpg')) return product.baselineSettings({ config });
  const { design } = config;
  return {
    threshold: design.match_threshold,
    pixelThreshold: design.pixel_threshold,
    antialiasing: design.antialiasing,
    odiffAbovePixels: design.odiff_above_pixels,
    blockOnSeverity: design.block_on_severity,
    allowSizeDifference: false,
  };
}

/** The reference under a name beside which no boxes lie: a design, not a baseline. */
function bareReference({ file }) {
  const bare = file.replace(/(\.\w+)$/, '.bare$1');
  if (!existsSync(bare)) linkSync(file, bare);
  return bare;
}

/**
 * One pair as `verify` compares it. `mode` is `baseline` (boxes and styles lie beside both pictures) or `picture` (the reference is
 * nothing but a picture; the app's own boxes are there as always), or `other` (a picture that another renderer drew: `pair.design()` says which).
 */
export async function comparePairs(product, pair, mode) {
  const artifact = ({ file, size }) => ({ path: file, ...size });
  const { actual } = pair;
  const reference = mode === 'other' ? { ...pair.reference, ...(await pair.design()) } : pair.reference;
  return product.comparePair(
    {
      screen: pair.cell,
      viewport: 'bench',
      reference: {
        file: mode === 'picture' ? bareReference(reference) : reference.file,
        artifact: artifact(reference),
        scale: reference.scale ?? 1,
      },
      // `dom`: for judges of before, which read the file themselves.
      actual: {
        file: actual.file,
        artifact: artifact(actual),
        scale: 1,
        dom: actual.dom,
        ...(actual.dom === undefined ? {} : { boxes: async () => JSON.parse(readFileSync(actual.dom, 'utf8')) }),
      },
      masks: pair.actual.masks,
      settings: settingsOf(product, pair, mode),
      adHoc: false,
      signal,
    },
    sink,
  );
}

/**
 * What a reader of the result learns: `found` = a region that is not noise, or an outcome other than `match`; `gate` = the gate would
 * fail; and of the region list, worst first without noise: whether one lies where the change is, which place names the element,
 * whether the property is named with it, whether the kind is right.
 */
export function verdictOf(pair, result, mode) {
  const regions = result.regions.filter(({ kind }) => kind !== 'noise');
  const gate = result.outcome !== 'match';
  const found = gate || regions.length > 0 || result.shifts.length > 0;
  const common = {
    found,
    gate,
    outcome: result.outcome,
    score: result.score,
    count: regions.length,
    shifts: result.shifts,
  };
  if (pair.type === 'noise') return { ...common, regions: told(regions) };
  const { element } = pair;
  const own = (region) => region.element !== undefined && element.own.includes(region.element.selector);
  const holders = mode !== 'baseline' && pair.kind.startsWith('missing') ? holdersOf(pair) : [];
  const same = (region) =>
    own(region) ||
    (region.element !== undefined && element.same.includes(region.element.selector)) ||
    (region.element?.relation === 'container' && holders.includes(region.element.selector));
  const located = regions.filter((region) => element.rects.some((rect) => touches(region.rect, rect, pair.reach)));
  const place = (test) => regions.findIndex(test) + 1;
  const named = regions.slice(0, 3).filter(same);
  const property = named.some(
    (region) =>
      (region.properties ?? []).some((one) => pair.properties?.includes(one.property)) ||
      (pair.kind === 'text-edit' && region.kind === 'text'),
  );
  const first = located[0];
  return {
    ...common,
    located: located.length > 0,
    rank: place(own),
    rankSame: place(same),
    ...(pair.properties ? { property } : {}),
    ...(pair.regionKinds && first ? { kindRight: pair.regionKinds.includes(first.kind) } : {}),
    regions: told(regions),
  };
}

/**
 * What held an element that is gone: its parent, or one with the same box (within 1 px) around that. Where the reference is only a picture
 * nothing else of the page is left to name.
 */
function holdersOf({ reference, element }) {
  const { elements } = JSON.parse(readFileSync(reference.dom, 'utf8'));
  const gone = elements.find(({ selector }) => element.own.includes(selector));
  const above = (one) => (one?.parent === undefined ? undefined : elements[one.parent]);
  const holders = [];
  const sides = ['x', 'y', 'width', 'height'];
  const first = above(gone);
  for (let at = first; at && sides.every((side) => Math.abs(at.rect[side] - first.rect[side]) <= 1); at = above(at))
    holders.push(at.selector);
  return holders;
}

/** The worst regions, as they are kept and listed. */
function told(regions) {
  return regions.slice(0, 3).map(({ rect, kind, severity, element, properties }) => ({
    rect,
    kind,
    severity,
    selector: element?.selector,
    properties: properties?.map((one) => `${one.property}: ${one.expected} -> ${one.actual}`),
  }));
}

const touches = (a, b, reach) =>
  a.x < b.x + b.width + reach &&
  b.x - reach < a.x + a.width &&
  a.y < b.y + b.height + reach &&
  b.y - reach < a.y + a.height;
