/** A text as it is compared: one line, lower case, composed. */
export function plainText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Returns the likeness of two plain texts, 0-1: share of common pairs of letters. Dice, "Measures of the Amount of Ecologic Association", 1945. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const [first, second] = [pairs(a), pairs(b)];
  const total = a.length + b.length - 2;
  if (total <= 0) return 0;
  let common = 0;
  for (const [pair, count] of first) common += Math.min(count, second.get(pair) ?? 0);
  return (2 * common) / total;
}

function pairs(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + 1 < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Words of a designer's name for what a browser calls otherwise. */
const SAME: Readonly<Record<string, string>> = {
  btn: 'button',
  cta: 'button',
  img: 'image',
  picture: 'image',
  photo: 'image',
  nav: 'navigation',
  navbar: 'navigation',
  menu: 'navigation',
  input: 'textbox',
  field: 'textbox',
  textfield: 'textbox',
  textarea: 'textbox',
  title: 'heading',
  headline: 'heading',
  a: 'link',
  header: 'banner',
  footer: 'contentinfo',
};

/** The words of names, roles and ids, brought to one spelling: `Primary/Btn` → primary, button. */
export function words(...names: readonly (string | undefined)[]): Set<string> {
  const found = names.flatMap((name) =>
    (name ?? '')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  );
  return new Set(found.map((word) => SAME[word] ?? word));
}
