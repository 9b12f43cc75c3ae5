import type { Size } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import type { ReportFault, ReportPair, ReportPicture, ReportSpot } from '../core/vocabulary/report-model.js';
import { differenceWords } from './findings.js';
import { count, dimensions, percent, plural, shiftSentence, shortPercent } from './labels.js';
import { mostOutlines, Picture, type PictureRole } from './picture.js';
import { showLine, Untrusted } from './untrusted.js';

const kindWords: Readonly<Record<Region['kind'], string>> = {
  added: 'Added',
  missing: 'Missing',
  moved: 'Moved',
  resized: 'Resized',
  recolored: 'Recolored',
  text: 'Text differs',
  noise: 'Noise',
  unknown: 'Differs',
};

/** The relation of the element to the place. */
const relationWords: Readonly<Record<NonNullable<NonNullable<Region['element']>['relation']>, string>> = {
  self: '',
  container: 'inside ',
  cause: 'because of ',
};

/** The regions of a pair with the numbers they carry on the pictures: kind, severity, element, properties, place. `file`: names them all. */
function RegionList({ regions, id, file }: { regions: readonly Region[]; id: string; file: string }) {
  if (regions.length === 0) return null;
  const noise = regions.filter(({ kind }) => kind === 'noise').length;
  const listed = regions.slice(0, mostOutlines);
  return (
    <section class="regions" aria-labelledby={`${id}-regions`}>
      {/* As the chips and the verdict count: noise is listed, and is no difference. */}
      <h4 id={`${id}-regions`}>
        {plural(regions.length - noise, 'difference')}
        {noise === 0 ? '' : `, and ${count(noise)} of noise`}
      </h4>
      <ol>
        {listed.map((region, index) => (
          <li key={index} id={`${id}~${index + 1}`} class={`is-${region.severity}`}>
            <button type="button" class="locate" data-region={index}>
              <span class="visually-hidden">Show region </span>
              {index + 1}
              <span class="visually-hidden"> on the pictures</span>
            </button>
            <div>
              <p class="what">
                <b>{kindWords[region.kind]}</b> <span class="severity">{region.severity}</span>
                <ElementName element={region.element} />
              </p>
              <p class="says">
                <Untrusted text={differenceWords(region)} limit={300} />
              </p>
              <Properties properties={region.properties} />
              <p class="where">
                x {Math.round(region.rect.x)}, y {Math.round(region.rect.y)}, {dimensions(roundSize(region.rect))} px,{' '}
                {plural(region.area, 'pixel')} differ
              </p>
            </div>
          </li>
        ))}
      </ol>
      {regions.length > listed.length ? (
        <p class="rest">
          {count(regions.length - listed.length)} more are in {file}, not drawn here.
        </p>
      ) : null}
    </section>
  );
}

function ElementName({ element }: { element: Region['element'] }) {
  if (element === undefined) return null;
  return (
    <span class="element">
      {element.relation === undefined ? '' : relationWords[element.relation]}
      {element.role === undefined ? null : <Untrusted text={element.role} limit={40} />}{' '}
      {element.name === undefined ? null : (
        <q>
          <Untrusted text={element.name} limit={120} />
        </q>
      )}{' '}
      <code>
        <Untrusted text={element.selector} limit={200} />
      </code>
    </span>
  );
}

function Properties({ properties }: { properties: Region['properties'] }) {
  if (properties === undefined || properties.length === 0) return null;
  return (
    <ul class="properties">
      {properties.map(({ property, expected, actual, source }) => (
        <li key={property}>
          <code>
            <Untrusted text={property} limit={80} />
          </code>{' '}
          <del>
            <span class="visually-hidden">expected </span>
            <Untrusted text={expected} limit={160} />
          </del>{' '}
          <span aria-hidden="true">→</span>{' '}
          <ins>
            <span class="visually-hidden">is </span>
            <Untrusted text={actual} limit={160} />
          </ins>
          {source === 'measured' ? <span class="measured"> measured</span> : null}
        </li>
      ))}
    </ul>
  );
}

function roundSize(rect: Region['rect']): { width: number; height: number } {
  return { width: Math.round(rect.width), height: Math.round(rect.height) };
}

/** Reference, actual and difference of a pair, with the regions on the pictures and in a list. */
export function Comparison({
  entry,
  id,
  scale,
  faults,
  spots,
}: {
  entry: ReportPair;
  id: string;
  /** Device px per CSS px of the actual picture. */
  scale: number;
  faults?: readonly ReportFault[] | undefined;
  spots?: readonly ReportSpot[] | undefined;
}) {
  const { pair } = entry;
  const place = showLine(pair.viewport === '' ? pair.screen : `${pair.screen} at ${pair.viewport}`, 200);
  const roles: PictureRole[] = [
    entry.against === 'baseline'
      ? { side: 'reference', title: 'Accepted', alt: `Accepted picture of ${place}` }
      : { side: 'reference', title: 'Reference', alt: `Reference of ${place}` },
    { side: 'actual', title: 'Actual', alt: `Actual picture of ${place}` },
    { side: 'diff', title: 'Difference', alt: `Difference of ${place}` },
  ];
  const shots = roles.flatMap((role) => {
    const picture = entry[role.side];
    return picture === undefined ? [] : [{ role, picture }];
  });
  const canvas = boundingBox(shots.map(({ picture }) => picture));
  const from = entry.shown_from;
  const drawn = from === undefined ? pair.regions : pair.regions.map((region) => movedBy(region, from));
  const both = entry.reference !== undefined && entry.actual !== undefined;
  return (
    <div class={`comparison ${shapeOf(canvas)}`} data-mode="side" data-both={both ? '' : undefined}>
      {both ? <div class="tools" data-name={place} /> : null}
      {shots.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1)
        <section class={`pictures has-${shots.length}`} aria-label={`Pictures of ${place}`} tabIndex={0}>
          {shots.map(({ role, picture }) => (
            <Picture
              key={role.side}
              picture={picture}
              role={role}
              canvas={canvas}
              regions={role.side === 'diff' && (from !== undefined || pair.regions.length > 12) ? [] : drawn}
              scale={role.side === 'actual' ? scale : undefined}
              faults={role.side === 'actual' ? faults : undefined}
              spots={role.side === 'actual' ? spots : undefined}
            />
          ))}
        </section>
      )}
      <Remarks entry={entry} />
      <RegionList
        regions={pair.regions}
        id={id}
        file={entry.against === 'baseline' ? 'visual_regression.json' : 'design_compare_summary.json'}
      />
    </div>
  );
}

function movedBy(region: Region, { x, y }: { x: number; y: number }): Region {
  return { ...region, rect: { ...region.rect, x: region.rect.x - x, y: region.rect.y - y } };
}

function Remarks({ entry: { pair } }: { entry: ReportPair }) {
  const needs = pair.threshold === undefined ? '' : ` (needs ${shortPercent(pair.threshold)})`;
  const remarks = [
    ...(pair.score === undefined || pair.score === 1
      ? []
      : [`${percent(pair.score)} of the pixels are equal${needs}.`]),
    ...(pair.note === undefined ? [] : [<Untrusted key="note" text={pair.note} />]),
    ...pair.shifts.map((shift) => shiftSentence(shift)),
    ...(pair.masked_ratio !== undefined && pair.masked_ratio > 0
      ? [`${(pair.masked_ratio * 100).toFixed(1)} % of the picture is masked and was not compared.`]
      : []),
  ];
  if (remarks.length === 0) return null;
  return (
    <ul class="remarks">
      {remarks.map((remark, index) => (
        <li key={index}>{remark}</li>
      ))}
    </ul>
  );
}

function boundingBox(pictures: readonly ReportPicture[]): Size {
  return {
    width: Math.max(1, ...pictures.map(({ size }) => size.width)),
    height: Math.max(1, ...pictures.map(({ size }) => size.height)),
  };
}

/** Wide pictures fill their column, portrait ones stay narrow enough to be seen whole, tall ones scroll. */
export function shapeOf({ width, height }: Size): 'wide' | 'portrait' | 'tall' {
  const ratio = height / width;
  return ratio <= 1.2 ? 'wide' : ratio <= 2.6 ? 'portrait' : 'tall';
}
