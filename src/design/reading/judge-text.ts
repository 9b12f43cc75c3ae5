import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { luma } from '../../image/pixels.js';
import { lengthOf } from '../css-values.js';
import type { ElementNode } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import type { Pictured } from './cells.js';
import { type Edges, extraFinding, type Finding, measured, type Offset } from './finding.js';
import { isUnchanged, readGlyphs, readWordWidths } from './letters.js';
import { around } from './parts.js';
import { readRedrawn } from './read-text.js';
import { redrawnProperties, rewrapped } from './redrawn-text.js';
import { hueApart, inkColors, isUnderlined, type LineRead, OTHER_COLOR, type Renderer } from './renderer.js';

/** What is known of an element's own text in the reference. */
export interface TextRead {
  finding: Finding | undefined;
  edges: Edges;
  /** Where it is in the reference, device px; nothing when it is not there. */
  places: Rect[];
}

/** Natural logarithm of how much more ink another weight has; in the same renderer any. `line`: times as much above a line under the text. */
const HEAVIER = { same: 0.06, other: 0.2, small: 0.28, line: 1.7 };
/** Device px of an em below which single pixels are much of a letter, and below which compression blurs its colour. */
const SMALL = 14;
const TINY = 11;
const THIN = 28;
/** How much further apart colours on a picture may be. */
const ON_PICTURE = 3;
/** CIEDE2000 from which even a blurred colour is another one. */
const ANOTHER_ALTOGETHER = 35;
/** How much less alike underlined words may be. */
const UNDERLINE = 0.15;
/** Part of a pixel from which a text lies between two; correlation of its words and letters, which are the same. */
const BETWEEN = 0.06;
const BETWEEN_PIXELS = { word: 0.82, letter: 0.74 };
/** CIEDE2000 from which a ground is another one. */
const OTHER_GROUND = 2;

/** Judges an element's own text by its lines. `expected`: where it would stand; `taken`: places in the reference that are other parts'. */
export function judgeText(
  lines: readonly LineRead[],
  renderer: Renderer,
  pictured: Pictured,
  expected: Offset,
  taken: readonly Rect[],
): TextRead {
  const node = lines[0]?.placed.part.node;
  const rect = around(lines.map(({ placed }) => placed.part.rect));
  if (!node || !rect) return { finding: undefined, edges: {}, places: [] };
  const good = lines.filter((line) => isSame(line, renderer));
  const places = lines.flatMap(({ placed: { part, place } }) =>
    place ? [{ ...part.rect, x: part.rect.x + Math.round(place.dx), y: part.rect.y + Math.round(place.dy) }] : [],
  );
  if (good.length === lines.length) {
    const aligned = alignedOtherwise(lines, pictured.scale);
    if (aligned)
      return {
        finding: { node, relation: 'self', kind: 'moved', severity: 'major', properties: [aligned], rect },
        // Its box stands where it should.
        edges: { ...edgesOf(lines), left: 0, right: 0 },
        places,
      };
    const properties = inkProperties(lines, renderer);
    const finding: Finding | undefined =
      properties.length === 0
        ? undefined
        : {
            node,
            relation: 'self',
            kind: properties[0]?.property === 'color' ? 'recolored' : 'text',
            severity: 'major',
            properties,
            rect,
          };
    return { finding, edges: edgesOf(lines), places };
  }
  const parts = lines.map(({ placed }) => placed.part);
  const own = taken.filter((one) => !places.includes(one));
  const redrawn = readRedrawn(parts, expected, pictured.views, pictured.planes, own, pictured.scale);
  // What would stand below the end of the reference is not to be seen there.
  const end = rect.y + rect.height + expected.dy;
  if (end > pictured.views.reference.height && (!redrawn || good.length > 0))
    return { finding: undefined, edges: good.length > 0 ? edgesOf(good) : {}, places };
  if (!redrawn)
    return {
      finding: extraFinding(node, rect),
      edges: {},
      places: [],
    };
  const [part] = parts;
  const place = lines[0]?.placed.place;
  const { actual, reference } = pictured.planes;
  const glyphs = part && readGlyphs(part, expected, actual.plane, reference.plane);
  // On a picture the words look different for what is below them.
  const stand = (line: LineRead) => {
    if (good.includes(line)) return true;
    const letters = line === lines[0] ? glyphs : readGlyphs(line.placed.part, expected, actual.plane, reference.plane);
    return letters !== undefined && isUnchanged(letters);
  };
  if ((lines.length === 1 || pictureBelow(part?.node ?? node)?.includes('url(')) && lines.every(stand))
    return {
      finding: undefined,
      edges: place ? edgesOf(lines) : {},
      places: places.length > 0 ? places : [redrawn.rect],
    };
  const widths =
    part &&
    readWordWidths(
      part,
      parts.flatMap(({ words }) => words),
      redrawn.rects,
      redrawn.ink,
      renderer,
    );
  const { properties, wrong } =
    widths && widths.properties.length > 0
      ? { properties: widths.properties, wrong: false }
      : widths?.rewrapped
        ? { properties: rewrapped(node, redrawn.rect, pictured.scale), wrong: false }
        : redrawnProperties(lines, redrawn, glyphs, renderer);
  const finding: Finding = {
    node,
    relation: 'self',
    kind: 'text',
    severity: wrong ? 'critical' : 'major',
    properties,
    rect,
    grew: { x: redrawn.rect.width - rect.width, y: redrawn.rect.height - rect.height },
    ...(widths?.rewrapped ? { follows: true } : {}),
  };
  const edges = {
    left: redrawn.rect.x - rect.x,
    top: redrawn.rect.y - rect.y,
    right: redrawn.rect.x + redrawn.rect.width - rect.x - rect.width,
    bottom: redrawn.rect.y + redrawn.rect.height - rect.y - rect.height,
  };
  return { finding: properties.length === 0 ? undefined : finding, edges, places: [redrawn.rect] };
}

/** Words too small to be read are as their line is. */
function isSame({ placed, words }: LineRead, renderer: Renderer): boolean {
  if (!placed.place) return false;
  if (words.length === 0) return true;
  // A line under the letters stands elsewhere, and is of another thickness, with each renderer.
  const underlined = placed.part.node.element.styles['text-decoration-line'] !== undefined && !renderer.same;
  const allowed = underlined ? UNDERLINE : 0;
  // Between two pixels the same renderer draws the same letters differently.
  const between = renderer.same && Math.abs(placed.place.dx - Math.round(placed.place.dx)) > BETWEEN;
  const [word, letter] = between ? [BETWEEN_PIXELS.word, BETWEEN_PIXELS.letter] : [renderer.word, renderer.letter];
  const wrong = words.filter(({ alike, least }) => alike < word - allowed || least < letter - allowed);
  return wrong.length === 0;
}

/** Where lines stand in their room, as a share of what they leave of it; share of an em to which they do; CSS px of the room in which that is seen. */
const ALIGNED = [
  ['left', 0],
  ['center', 0.5],
  ['right', 1],
] as const;
const ALIGNED_TO = 0.16;
const LEAST_ROOM = 12;

/** The alignment of a text of which each line stands at another end, or in the middle, of its own box in the reference. */
function alignedOtherwise(lines: readonly LineRead[], scale: number): RegionProperty | undefined {
  const [first] = lines;
  const element = first?.placed.part.node.element;
  const { styles } = element ?? { styles: {} as Record<string, string> };
  if (!element || styles.display?.includes('flex') || styles.display?.includes('grid')) return undefined;
  const inner = (side: string) =>
    (lengthOf(styles[`padding-${side}`] ?? '0px') ?? 0) + (lengthOf(styles[`border-${side}-width`] ?? '0px') ?? 0);
  const from = element.rect.x + inner('left');
  const room = element.rect.width - inner('left') - inner('right');
  const rest = lines.flatMap(({ placed: { part, place } }) => {
    const width = part.rect.width / scale;
    return place && room - width >= LEAST_ROOM
      ? [{ free: room - width, now: part.rect.x / scale - from, by: place.dx / scale }]
      : [];
  });
  const at = (of: (line: (typeof rest)[number]) => number) =>
    ALIGNED.find(([, share]) =>
      rest.every((line) => Math.abs(of(line) - share * line.free) <= (ALIGNED_TO * first.placed.part.em) / scale),
    )?.[0];
  if (rest.length === 0 || rest.some(({ by }) => Math.abs(by) < LEAST_ROOM / 2)) return undefined;
  const [now, then] = [at((line) => line.now), at((line) => line.now + line.by)];
  return now && then && now !== then ? measured('text-align', then, styles['text-align'] ?? now) : undefined;
}

function edgesOf(lines: readonly LineRead[]): Edges {
  const edges: { left: number; right: number; x: number; end: number } = {
    left: 0,
    right: 0,
    x: Number.POSITIVE_INFINITY,
    end: -1,
  };
  let [top, bottom]: (number | undefined)[] = [undefined, undefined];
  for (const { placed } of lines) {
    const { place, part } = placed;
    if (!place) continue;
    if (part.rect.x < edges.x) [edges.x, edges.left] = [part.rect.x, place.dx];
    if (part.rect.x + part.rect.width > edges.end) [edges.end, edges.right] = [part.rect.x + part.rect.width, place.dx];
    top ??= place.dy;
    bottom = place.dy;
  }
  return {
    left: edges.left,
    right: edges.right,
    ...(top === undefined ? {} : { top }),
    ...(bottom === undefined ? {} : { bottom }),
  };
}

/** Weight and colour of a text whose letters are the same. */
function inkProperties(lines: readonly LineRead[], renderer: Renderer): RegionProperty[] {
  const read = lines.filter(({ colors, words }) => colors && words.length > 0);
  const [first] = read;
  if (!first?.colors) return [];
  const weight = (line: LineRead) => line.placed.part.rect.width;
  const mean = (of: (line: LineRead) => number) => {
    const all = read.reduce((sum, line) => sum + weight(line), 0);
    return read.reduce((sum, line) => sum + of(line) * weight(line), 0) / all;
  };
  const ink = mean((line) => Math.log(Math.max(0.05, line.ink / renderer.ink)));
  const core = mean((line) => Math.log(Math.max(0.05, line.core / renderer.core)));
  const { styles } = first.placed.part.node.element;
  // On a picture it depends on what is below the letters how much of them is seen.
  const { node, ground } = first.placed.part;
  const picture = renderer.same ? undefined : pictureBelow(node);
  const onPicture = !renderer.same && (!ground.plain || picture !== undefined);
  const small = first.placed.part.em < SMALL;
  const line = !renderer.same && isUnderlined(first.placed.part) ? HEAVIER.line : 1;
  const heavier =
    line * Math.max(renderer.same ? HEAVIER.same : small ? HEAVIER.small : HEAVIER.other, 4 * renderer.inkSpread);
  if (!onPicture && Math.abs(ink - core) > heavier && Math.abs(core) < 0.6 * Math.abs(ink))
    return [
      measured('font-weight', `${Math.round(100 * Math.exp(ink)) / 100} times the ink`, styles['font-weight'] ?? '400'),
    ];
  const apart = mean((line) => {
    const seen = line.colors && inkColors(line.colors, line, renderer);
    return seen ? apartAs(first, renderer, seen.actual, seen.reference) : 0;
  });
  const blur = blurOf(first, renderer) * (onPicture ? ON_PICTURE : 1) * (isBled(first, renderer) ? BLED : 1);
  const hue = renderer.same || onPicture ? undefined : hueApart(read);
  const isOtherHue = hue !== undefined && hue.apart >= renderer.otherHue;
  const isFainter = !renderer.same && isOtherStrength(ink, core, apart, renderer, picture, styles['background-image']);
  if (apart < Math.max(renderer.otherColor, OTHER_COLOR * blur) && !isOtherHue && !isFainter) return [];
  // On another ground another ink would be seen; the ground is told.
  if (colorDistance(first.colors.actual.ground, first.colors.reference.ground) >= OTHER_GROUND) return [];
  const { actual, reference } = inkColors(first.colors, first, renderer);
  return [measured('color', hex(reference), hex(actual))];
}

/**
 * Natural logarithms by which amount of ink and darkest pixels of a text stray from those of the page, both in one way and the smaller one, from
 * which it is fainter or stronger, however it was drawn; how many times as much as texts of the page stray; and CIEDE2000 that this comes to.
 */
const OTHER_STRENGTH = {
  plain: 0.12,
  blurred: 0.3,
  photograph: 0.6,
  strays: 3,
  apart: { plain: OTHER_COLOR, blurred: 6 },
};

/**
 * Returns true when a text is fainter or stronger: of another opacity, or of a colour nearer to its ground. `below`: the picture that it lies on. A
 * text with a picture of its own is cut out of that.
 */
function isOtherStrength(
  ink: number,
  core: number,
  apart: number,
  { lossy, scaled, inkSpread }: Renderer,
  below: string | undefined,
  own: string | undefined,
): boolean {
  const made = lossy || scaled ? 'blurred' : 'plain';
  const by = ink * core <= 0 ? 0 : Math.min(Math.abs(ink), Math.abs(core));
  const least = below?.includes('url(') ? OTHER_STRENGTH.photograph : OTHER_STRENGTH[made];
  return (
    own === undefined && by >= Math.max(least, OTHER_STRENGTH.strays * inkSpread) && apart >= OTHER_STRENGTH.apart[made]
  );
}

/** The picture or gradient that is the nearest surface below a text, or shows through that; undefined for a plain one. */
function pictureBelow(node: ElementNode): string | undefined {
  let isFaded = false;
  for (let at: ElementNode | undefined = node; at; at = at.parent) {
    const { 'background-image': image, 'background-color': color, opacity } = at.element.styles;
    if (image !== undefined) return image;
    isFaded ||= opacity !== undefined;
    if (color !== undefined && !isFaded && !color.startsWith('rgba(')) return undefined;
  }
  return undefined;
}

/** How much further apart the colours of a text may be for what its drawing does to them. */
function blurOf({ placed: { part } }: LineRead, { same, lossy, scaled }: Renderer): number {
  if (same) return 1;
  if (scaled) return part.em < THIN ? 4 : 3;
  return part.em < TINY ? 4 : lossy || part.em < SMALL ? 2 : 1;
}

/** Levels between the channels of a ground from which compression, which keeps a quarter of the hues, bleeds it into small letters. */
const VIVID = 100;
const BLED = 1.5;

function isBled({ placed: { part }, colors }: LineRead, { same, lossy }: Renderer): boolean {
  const ground = colors?.actual.ground ?? 0;
  const levels = [0, 8, 16].map((shift) => (ground >>> shift) & 255);
  return !same && lossy && part.em < SMALL && Math.max(...levels) - Math.min(...levels) >= VIVID;
}

/** CIEDE2000; of thin letters in a compressed picture that of their brightness, as their colour is blurred, but where it is another one altogether. */
function apartAs({ placed: { part } }: LineRead, { same, lossy }: Renderer, a: number, b: number): number {
  const apart = colorDistance(a, b);
  if (same || !lossy || part.em >= THIN || apart >= ANOTHER_ALTOGETHER) return apart;
  const grey = (pixel: number) => Math.round(luma(pixel)) * 0x10101;
  return colorDistance(grey(a), grey(b));
}
