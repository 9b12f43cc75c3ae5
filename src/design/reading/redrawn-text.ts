import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import type { ElementNode } from '../element-tree.js';
import { measured } from './finding.js';
import { type GlyphsRead, letterProperties, SAME_LETTERS } from './letters.js';
import type { Redrawn } from './read-text.js';
import type { LineRead, Renderer } from './renderer.js';

/** Words up to which all of them may be other ones, sooner than the typeface. */
const FEW_WORDS = 3;
/** Correlation of a text made as large as its drawing from which it is the same text. */
const SAME_TEXT = 0.72;

/** Text whose lines are broken elsewhere has another width. */
export function rewrapped({ element }: ElementNode, { width }: Rect, scale: number): RegionProperty[] {
  return [measured('width', `about ${px(Math.round(width / scale))}`, px(element.rect.width))];
}

/** CSS px by which a text goes on behind the end of its box. */
const CUT = 2;

/** What cuts a text off that goes on behind the end of its box, however much room its paddings leave before it. */
export function cutOff({ element: { styles, text_rect: text, rect } }: ElementNode): RegionProperty | undefined {
  const name = (['overflow-x', 'overflow-y'] as const).find((one) => styles[one] !== undefined);
  const longer =
    text !== undefined &&
    (text.x + text.width > rect.x + rect.width + CUT || text.y + text.height > rect.y + rect.height + CUT);
  return name && longer ? measured(name, 'visible', styles[name] ?? 'hidden') : undefined;
}

/** Why a text is drawn differently: `wrong` when it is another text. */
export function redrawnProperties(
  lines: readonly LineRead[],
  redrawn: Redrawn,
  glyphs: GlyphsRead | undefined,
  renderer: Renderer,
): { properties: RegionProperty[]; wrong: boolean } {
  const { styles } = lines[0]?.placed.part.node.element ?? { styles: {} as Record<string, string> };
  const part = lines[0]?.placed.part;
  const words = lines.flatMap((line) => line.words);
  const kept = words.filter(
    ({ alike, rect }) => alike >= Math.max(0.9, renderer.word) && rect.width >= (part?.em ?? 0),
  ).length;
  const { width, height, ink } = redrawn;
  const fontSize = lengthOf(styles['font-size']);
  const typeset: RegionProperty[] | undefined =
    glyphs &&
    part &&
    letterProperties(
      part,
      glyphs,
      height,
      { ...redrawn.words, width: redrawn.rect.width, ink },
      lines.length,
      renderer,
    );
  if (typeset && typeset.length > 0) return { properties: typeset, wrong: false };
  const text = () => {
    const shown = part?.node.element.text ?? '';
    return measured('text', 'another text', shown.length > 60 ? `${shown.slice(0, 59)}…` : shown);
  };
  const resized =
    Math.abs(height - 1) * (part?.rect.height ?? 0) >= 1 &&
    Math.abs(width - 1) >= 0.035 &&
    Math.abs(width / height - 1) <= 0.14;
  if (redrawn.alike >= SAME_TEXT && resized && fontSize !== undefined && kept === 0)
    return {
      properties: [measured('font-size', px(Math.round(fontSize * width * 10) / 10), px(fontSize))],
      wrong: false,
    };
  const alike = redrawn.alike >= SAME_TEXT || redrawn.letters >= 0.8;
  const oneHeight = Math.abs(height - 1) * (part?.rect.height ?? 0) <= 2.1 || redrawn.words.actual > 1;
  if (alike && oneHeight && kept === 0) {
    // Bold letters are wider and have more ink on the same area; letters that stand further apart have less.
    const heavier = Math.log(ink);
    if (Math.abs(heavier) >= 0.17 && Math.abs(width - 1) <= 0.13)
      return {
        properties: [
          measured('font-weight', `${Math.round(100 * ink) / 100} times the ink`, styles['font-weight'] ?? '400'),
        ],
        wrong: false,
      };
    const count = Math.max(1, (part?.node.element.text ?? '').length - 1);
    // One letter has no room between letters: it is of another size.
    const single = (part?.node.element.text ?? '').trim().length === 1;
    if (single && fontSize !== undefined && (height - 1) * (width - 1) > 0)
      return {
        properties: [measured('font-size', px(Math.round(fontSize * height * 10) / 10), px(fontSize))],
        wrong: false,
      };
    if (
      Math.abs(redrawn.drift) >= 2 ||
      Math.abs(width - 1) >= 0.02 ||
      redrawn.words.actual !== redrawn.words.reference
    ) {
      const now = lengthOf(styles['letter-spacing'] ?? '0px') ?? 0;
      const by = Math.round(((redrawn.rect.width - (part?.rect.width ?? 0)) / count) * 10) / 10;
      const spacing = measured(
        'letter-spacing',
        lines.length === 1 ? px(now + by) : 'another',
        styles['letter-spacing'] ?? 'normal',
      );
      // Letters of a like typeface fit as well as those that only stand further apart.
      const sure = redrawn.letters >= SAME_LETTERS || redrawn.alike >= SAME_LETTERS;
      return {
        properties: sure
          ? [spacing]
          : [measured('font-family', 'another typeface', styles['font-family'] ?? ''), spacing],
        wrong: false,
      };
    }
  }
  const cut = part && cutOff(part.node);
  if (cut) return { properties: [cut, text()], wrong: true };
  const few = redrawn.words.actual <= FEW_WORDS;
  const family = measured('font-family', 'another typeface', styles['font-family'] ?? '');
  if (kept > 0) return { properties: [text()], wrong: true };
  return { properties: few ? [text(), family] : [family, text()], wrong: true };
}
