import type { Size } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import type { ReportFault, ReportPicture, ReportSpot } from '../core/vocabulary/report-model.js';
import { byOf, dimensions } from './labels.js';
import { wellFormed } from './untrusted.js';

/** Raster formats only: an SVG can carry a script. */
const embedded = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Address of a picture for `src`: the embedded copy, else the file beside the report; nothing when there is neither. */
export function pictureSource(picture: ReportPicture): string | undefined {
  if (picture.data_uri !== undefined && embedded.test(picture.data_uri)) return picture.data_uri;
  return picture.path === undefined ? undefined : fileAddress(picture.path);
}

/** A data address of a picture, or nothing when it is anything else. */
export function embeddedSource(address: string | undefined): string | undefined {
  return address !== undefined && embedded.test(address) ? address : undefined;
}

/**
 * A relative file path as an address for `href` and `src`. Every segment is percent-encoded and the result starts with `./`
 * or `../`, so that no path can name a scheme (`javascript:`), a host (`//host`) or the root.
 */
export function fileAddress(path: string): string {
  const segments = wellFormed(path)
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .map(encodeURIComponent);
  return segments[0] === '..' ? segments.join('/') : `./${segments.join('/')}`;
}

/** More outlines than this on one picture hide it; the list below names the rest. */
export const mostOutlines = 100;

/** The role of a picture, for its caption and its alternative text. */
export interface PictureRole {
  side: 'reference' | 'actual' | 'diff';
  title: string;
  /** Alternative text. */
  alt: string;
}

/**
 * A picture in a frame of `canvas` device pixels (the bounding box of a pair), with the regions drawn in the same
 * coordinates: frame, picture and outlines scale as one, and the frame has its size before the picture is there.
 * Positions are SVG attributes and percentages, so that the page's policy can forbid inline styles.
 */
export function Picture(props: {
  picture: ReportPicture;
  role: PictureRole;
  canvas: Size;
  regions: readonly Region[];
  /** Device px per CSS px, where arrows say how far something moved; without it there are none. */
  scale?: number | undefined;
  /** Faults of the layout, with their numbers in the list of layouts. */
  faults?: readonly ReportFault[] | undefined;
  /** Elements that problems and log entries are about. */
  spots?: readonly ReportSpot[] | undefined;
}) {
  const { picture, role, canvas, regions, scale, faults = [], spots = [] } = props;
  const source = pictureSource(picture);
  const full = picture.path === undefined ? undefined : fileAddress(picture.path);
  const drawn: Drawn[] = [
    ...regions.slice(0, mostOutlines).map((region, index) => ({ ...region, label: `${index + 1}`, index })),
    ...spots.map((spot): Drawn => {
      const label = labelOf(spot, spots);
      return { rect: spot.rect, severity: 'url' in spot ? 'critical' : 'major', label, index: label };
    }),
    ...faults.slice(0, mostOutlines).map(({ rect, severity, number }) => ({ rect, severity, label: `L${number}` })),
  ];
  return (
    <figure class={`shot ${role.side}`}>
      <figcaption>
        <span class="side">{role.title}</span>
        <span class="size">{dimensions(picture.file_size ?? picture.size)}</span>
        {full === undefined ? null : (
          <a class="full" href={full} target="_blank" rel="noopener noreferrer">
            Full size<span class="visually-hidden">, {role.alt}</span>
          </a>
        )}
      </figcaption>
      <div class="frame">
        {source === undefined ? (
          <p class="absent">No picture was stored.</p>
        ) : (
          <img
            src={source}
            alt={role.alt}
            loading="lazy"
            decoding="async"
            draggable={false}
            data-width={(picture.file_size ?? picture.size).width}
            width={share(picture.size.width, canvas.width)}
            height={share(picture.size.height, canvas.height)}
            {...(full === undefined ? {} : { 'data-full': full })}
          />
        )}
        <svg
          class="regions-on-top"
          viewBox={`0 0 ${canvas.width} ${canvas.height}`}
          width={canvas.width}
          height={canvas.height}
          aria-hidden="true"
        >
          {(picture.bands ?? [])
            .filter((band) => embedded.test(band.data_uri))
            .map((band) => (
              <image
                key={band.y}
                href={band.data_uri}
                y={band.y}
                width={picture.size.width}
                height={band.height}
                preserveAspectRatio="none"
              />
            ))}
          {drawn.map((one) => (
            <Outline key={one.label} one={one} />
          ))}
          {scale === undefined
            ? null
            : regions
                .slice(0, mostOutlines)
                .map((region, index) => (
                  <Move key={`M${index}`} region={region} index={index} canvas={canvas} scale={scale} />
                ))}
          {/* After all lines: none goes through a sign. */}
          {drawn.map((one) => (
            <Sign key={one.label} one={one} canvasWidth={canvas.width} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

/** What a spot is called on the picture and in the lists: `A1` by its rule of accessibility, `E1` by what it asked for. */
export function labelOf(spot: ReportSpot, spots: readonly ReportSpot[]): string {
  const asked = 'url' in spot;
  return `${asked ? 'E' : 'A'}${spots.filter((one) => 'url' in one === asked).indexOf(spot) + 1}`;
}

/** The button of a problem or a log entry that lights its element on the picture. Nothing where the element is not known. */
export function SpotButton({ spot, spots }: { spot: ReportSpot | undefined; spots: readonly ReportSpot[] }) {
  if (spot === undefined) return null;
  const label = labelOf(spot, spots);
  return (
    <button type="button" class={`locate spot is-${'url' in spot ? 'critical' : 'major'}`} data-region={label}>
      <span class="visually-hidden">Show </span>
      {label}
      <span class="visually-hidden"> on the picture</span>
    </button>
  );
}

/** Share of a picture's width that a number needs beside its region: 16 CSS px of the narrowest frame, 260 of them. */
const EDGE = 16 / 260;

/** What is outlined. `index`: its place in the list of regions, or the name of a spot, which lights it up; a fault of a layout has its list elsewhere. */
interface Drawn extends Pick<Region, 'rect' | 'severity'> {
  label: string;
  index?: number | string;
}

function Outline({ one: { rect, severity, index } }: { one: Drawn }) {
  const { x, y, width, height } = rect;
  return (
    <g class={`outline is-${severity}`} {...(index === undefined ? {} : { 'data-region': index })}>
      <rect class="halo" x={x} y={y} width={width} height={height} />
      <rect class="line" x={x} y={y} width={width} height={height} />
    </g>
  );
}

/** The number or name of an outline. The script lays those apart that would lie on each other. */
function Sign({ one: { rect, severity, label, index }, canvasWidth }: { one: Drawn; canvasWidth: number }) {
  const { x, y, width } = rect;
  // At an edge of the picture the number lies inside its region: outside it would lie over the caption, or be cut off.
  const [pinX, pinY] = [x, y].map((at) => (at < canvasWidth * EDGE ? 11 : -6));
  // A spot has its sign at the other end: what is about the same element stands there together.
  const end = typeof index === 'string' ? Math.min(x + width, canvasWidth) : undefined;
  const across = end === undefined ? pinX : end > canvasWidth * (1 - EDGE) ? -11 : 6;
  return (
    <g class={`sign is-${severity}`} {...(index === undefined ? {} : { 'data-region': index })}>
      <g transform={`translate(${end ?? x} ${y})`}>
        <g class="pin">
          <circle cx={across} cy={pinY} r="9" />
          <text x={across} y={pinY} text-anchor="middle" dy="0.35em">
            {label}
          </text>
        </g>
      </g>
    </g>
  );
}

/** Room that an arrow with its number needs beyond an element, as a share of the picture: 46 CSS px of the narrowest frame. */
const BEYOND = 46 / 260;

/** Where something was that moved, and an arrow that says whereto and how far. It stands beside the element, and on it where there is no room. */
export function Move({
  region: { kind, rect, properties = [] },
  index,
  canvas,
  scale,
}: {
  region: Pick<Region, 'kind' | 'rect' | 'properties'>;
  index?: number;
  canvas: Size;
  scale: number;
}) {
  const [x = 0, y = 0] = ['x', 'y'].map((axis) => {
    const one = properties.find(({ property }) => property === axis);
    return one === undefined ? 0 : byOf(one);
  });
  if (kind !== 'moved' || (x === 0 && y === 0)) return null;
  const sideways = Math.abs(x) >= Math.abs(y);
  const [right, bottom] = [rect.x + rect.width, rect.y + rect.height];
  const inside = sideways ? right > canvas.width * (1 - BEYOND) : bottom > canvas.height - canvas.width * BEYOND;
  const [at, turned] = sideways
    ? [`${right} ${rect.y + rect.height / 2}`, x > 0 ? 0 : 180]
    : [`${rect.x + rect.width / 2} ${bottom}`, y > 0 ? 90 : 270];
  const far = Math.round(Math.hypot(x, y) * 10) / 10;
  // The middle of the arrow, in CSS px from the edge of the element.
  const middle = inside ? -17 : 17;
  return (
    <g class="outline move" {...(index === undefined ? {} : { 'data-region': index })}>
      <rect class="was" x={rect.x - x * scale} y={rect.y - y * scale} width={rect.width} height={rect.height} />
      <g transform={`translate(${at})`}>
        <g class="pin">
          <g transform={`translate(${sideways ? `${middle} 0` : `0 ${middle}`}) rotate(${turned})`}>
            <path class="halo" d="M-12 0H11M5-6l6 6-6 6" />
            <path class="line" d="M-12 0H11M5-6l6 6-6 6" />
          </g>
          <text
            x={sideways ? middle : 10}
            y={sideways ? -11 : middle}
            text-anchor={sideways ? 'middle' : 'start'}
            dy="0.35em"
          >
            {far} px
          </text>
        </g>
      </g>
    </g>
  );
}

/** Share of the frame as the percentage that `img` takes in its width and height attributes. */
function share(part: number, whole: number): string {
  return whole === 0 ? '100%' : `${Math.round((part / whole) * 1_000_000) / 10_000}%`;
}
