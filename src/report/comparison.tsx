import type { Size } from '../core/vocabulary/geometry.js';
import type { ReportPair, ReportPicture } from '../core/vocabulary/report-model.js';
import { shiftSentence } from './labels.js';
import { Picture, type PictureRole } from './picture.js';
import { RegionList } from './region-list.js';
import { Untrusted } from './untrusted.js';
import { showLine } from './untrusted-text.js';

/** Reference, actual and difference of a pair, with the regions on the pictures and in a list. */
export function Comparison({ entry, id }: { entry: ReportPair; id: string }) {
  const { pair } = entry;
  const place = showLine(`${pair.screen} at ${pair.viewport}`, 200);
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
              regions={role.side === 'diff' && pair.regions.length > 12 ? [] : pair.regions}
            />
          ))}
        </section>
      )}
      <Remarks entry={entry} />
      <RegionList regions={pair.regions} id={id} />
    </div>
  );
}

function Remarks({ entry: { pair } }: { entry: ReportPair }) {
  const remarks = [
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
