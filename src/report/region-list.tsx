import type { Region } from '../core/vocabulary/pair.js';
import { count, dimensions, plural } from './labels.js';
import { mostOutlines } from './picture.js';
import { Untrusted } from './untrusted.js';

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

/** The regions of a pair with the numbers they carry on the pictures: kind, severity, element, properties, place. */
export function RegionList({ regions, id }: { regions: readonly Region[]; id: string }) {
  if (regions.length === 0) return null;
  const listed = regions.slice(0, mostOutlines);
  return (
    <section class="regions" aria-labelledby={`${id}-regions`}>
      <h4 id={`${id}-regions`}>{plural(regions.length, 'region')}</h4>
      <ol>
        {listed.map((region, index) => (
          <li key={index} class={`is-${region.severity}`}>
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
          {count(regions.length - listed.length)} more regions are in design_compare_summary.json, not drawn here.
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
