import { type FindKind, quoted } from '../found.js';
import { isTold } from '../intent.js';
import { isInked, type Placed } from '../page-model.js';

/** Values that a program shows where it had none: as the whole of a text, or where a value stands in one. */
const WHOLE = /^(?:undefined|NaN|\[object [A-Z]\w*\]|null|undefined undefined|Invalid Date)$/;
const VALUE =
  /(?:^|[\s:#$€£(])(?:undefined|NaN)(?=$|[\s%.,;:!?)€]|px\b)|\[object (?:Object|Array|Promise|HTML\w+)\]|\bInvalid Date\b/;
/** Braces of templates that nobody filled in. */
const TEMPLATE =
  /\{\{\s*[\w.$[\]'"| ()-]{1,80}\s*\}\}|\$\{\s*[\w.[\]]{1,60}\s*\}|<%[=-]?\s*[\w.]{1,60}\s*%>|\{%\s*\w[^%]{0,80}%\}/;
/** Places for values that a translation left open: people write such braces too. */
const HOLE = /(?:^|\s)(?:\{\w{1,40}\}|%[sd])(?=$|[\s.,:;!?])/;
/** Signs that were made safe for HTML twice. */
const ENTITY = /&(?:amp|nbsp|lt|gt|quot|#39|#x27);/;
/** What is said of such a value, and by it. */
const ABOUT =
  /\b(?:values?|types?|keywords?|words?) (?:undefined|NaN)\b|\b(?:undefined|NaN) (?:is|are|means|stands|or|when)\b/;
/** UTF-8 read as Latin-1 or Windows-1252, and the sign for bytes that are no text. */
const MOJIBAKE =
  /\u00C3[\u0080-\u00BF\u0192\u201A-\u2122]|\u00E2\u20AC[\u0080-\u00BF\u0153\u2122\u201C\u201D\u02DC\u00A6\u00A2]|\u00C2[\u00A0-\u00BF]|\u00EF\u00BF\u00BD|\uFFFD/;
const CODE_TAGS = new Set(['code', 'pre', 'kbd', 'samp', 'var', 'textarea', 'tt']);
const CODE_CLASS = /(?:^|\s|-)(?:code|highlight|hljs|prism|monaco|codemirror|cm-)/i;
const CODE_FONT = /mono|courier|consolas|menlo/i;
/** A longer text that has such a word is prose about it. */
const VALUE_TEXT = 60;

/** Text that a program or a wrong encoding left behind. */
export const leftoverText: FindKind = (model) => {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line) => {
    const { owner, shown } = line;
    if (!shown || seen.has(owner) || line.icon || !isTold(owner)) return [];
    seen.add(owner);
    const text = (owner.el.lines ?? [])
      .map((one) => one.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim();
    const value = VALUE.exec(text);
    const [entity, hole] = [ENTITY.exec(text), HOLE.exec(text)];
    const hit = WHOLE.exec(text) ?? TEMPLATE.exec(text) ?? MOJIBAKE.exec(text) ?? value ?? entity ?? hole;
    if (!hit || !(isInked(line) || MOJIBAKE.test(text)) || isCode(owner)) return [];
    const inProse = (hit === value || hit === entity) && text.length > VALUE_TEXT;
    const mayBeMeant = text === 'null' || inProse || hit === hole || (hit === value && ABOUT.test(text));
    return [
      {
        kind: 'leftover_text' as const,
        certainty: mayBeMeant ? ('likely' as const) : ('certain' as const),
        element: owner,
        rect: shown,
        what: `shows ${quoted(hit[0])}`,
        claim: { shows: 'ink' as const, rect: shown },
      },
    ];
  });
};

function isCode(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { tag, attributes, styles } = at.el;
    if (CODE_TAGS.has(tag) || CODE_CLASS.test(attributes.class ?? '')) return true;
    if (CODE_FONT.test((styles['font-family'] ?? '').split(',')[0] ?? '')) return true;
  }
  return false;
}
