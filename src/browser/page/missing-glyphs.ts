/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** A letter for which no font at hand has a shape, and where it stands. */
export interface MissingGlyph {
  /** Number of the element in the order of the document, shadow trees left out. */
  element: number;
  letter: string;
}

/**
 * Letters that are drawn as the box, or the like, that stands for a missing shape: they look the same as a code point that no font has.
 * Letters of common alphabets are taken to be there. At most 200 different ones are drawn; of what styles write, that of the first 1,500
 * elements with nothing else in them is looked at. Runs inside the page; reads only.
 */
export function missingGlyphs(): MissingGlyph[] {
  const common =
    /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{M}\p{Cf}\p{Z}\p{Cc}\p{ASCII}\u00A0-\u00FF\u2010-\u206F\u20A0-\u20BF\u2122\u2190-\u2193\u2212]$/u;
  // Plane 16 is for private use, and its last code point is a noncharacter's neighbour: no font has it.
  const nobody = '\u{10FFFD}';
  const [side, most] = [24, { drawn: 200, empty: 1500 }];
  let context: OffscreenCanvasRenderingContext2D | null = null;
  const drawn = new Map<string, string>();
  const shapeOf = (font: string, letter: string): string => {
    const key = `${font}\n${letter}`;
    const known = drawn.get(key);
    if (known !== undefined) return known;
    context ??= new OffscreenCanvas(side * 2, side * 2).getContext('2d', { willReadFrequently: true });
    if (!context) return key;
    context.clearRect(0, 0, side * 2, side * 2);
    context.font = font;
    context.fillText(letter, 4, side);
    const shape = context.getImageData(0, 0, side * 2, side * 2).data.join('');
    drawn.set(key, shape);
    return shape;
  };
  const found = new Map<Element, string>();
  const lookAt = (element: Element, text: string, { fontFamily, fontWeight, fontStyle }: CSSStyleDeclaration) => {
    const font = `${fontStyle} ${fontWeight} ${side - 8}px ${fontFamily}`;
    for (const letter of new Set(text)) {
      if (common.test(letter) || drawn.size > most.drawn) continue;
      const shape = shapeOf(font, letter);
      if (/[1-9]/.test(shape) && shape === shapeOf(font, nobody)) {
        found.set(element, letter);
        break;
      }
    }
  };
  const isPlain = (text: string) => /^[\p{ASCII}\p{Cc}\u00A0-\u024F]*$/u.test(text);
  const nodes = document.createTreeWalker(document.body ?? document, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const text = node.nodeValue ?? '';
    const { parentElement } = node;
    if (!parentElement || found.has(parentElement) || isPlain(text)) continue;
    if (/^(?:SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(parentElement.tagName) || !parentElement.checkVisibility())
      continue;
    lookAt(parentElement, text, getComputedStyle(parentElement));
  }
  // Icons are letters that styles write into elements without any words.
  const bare = [...document.querySelectorAll('i,span,b,em,a,button,div,li')].filter((one) => !one.firstElementChild);
  const empty = bare.filter((one) => (one.textContent ?? '').trim() === '' && one.checkVisibility());
  for (const element of empty.slice(0, most.empty))
    for (const name of ['::before', '::after']) {
      const style = getComputedStyle(element, name);
      const [, text = ''] = /^"(.*)"$/s.exec(style.content) ?? [];
      if (!isPlain(text) && !found.has(element)) lookAt(element, text, style);
    }
  if (found.size === 0) return [];
  const all = Array.from(document.querySelectorAll('*'));
  return [...found].map(([element, letter]) => ({ element: all.indexOf(element), letter }));
}
