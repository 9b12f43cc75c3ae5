import type { Region } from './vocabulary/pair.js';

/** Longest parts of a line, in characters. */
const MAX = { name: 60, selector: 120, value: 60, properties: 4 };

/**
 * Returns a region's difference as one line: `button "Pay now" (#pay): background-color #00aa77 -> #00bb88`. An element that is only around the place
 * is `in …`, one that moved what is there is `because of …`. Empty when no element is known. It quotes the page: untrusted.
 */
export function regionLine({ element, properties = [] }: Pick<Region, 'element' | 'properties'>): string {
  if (!element) return '';
  const { selector, role, name, relation } = element;
  const place = relation === 'container' ? 'in ' : relation === 'cause' ? 'because of ' : '';
  const named = [role, name === undefined ? undefined : `"${cut(name, MAX.name)}"`].filter(
    (part) => part !== undefined,
  );
  const who = named.length === 0 ? cut(selector, MAX.selector) : `${named.join(' ')} (${cut(selector, MAX.selector)})`;
  const listed = properties.slice(0, MAX.properties).map(({ property, expected, actual, source }) => {
    const values = `${cut(expected, MAX.value) || '(empty)'} -> ${cut(actual, MAX.value) || '(empty)'}`;
    return `${cut(property, MAX.value)} ${values}${source === 'measured' ? ' (measured)' : ''}`;
  });
  const more = properties.length - listed.length;
  const rest = more > 0 ? [`${more} more`] : [];
  return `${place}${who}${listed.length === 0 ? '' : `: ${[...listed, ...rest].join('; ')}`}`;
}

function cut(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}
