import { slug } from '../../core/ids.js';
import type { FoundToken } from './token-values.js';

/** Groups and tokens of a document, by name. */
export interface TokenTree {
  [name: string]: unknown;
}

/**
 * Tokens in their groups. The design's own names become groups at each `/`; the others are named for what they are. A name that is
 * taken (by another value, or by a group) gets a number. Names cannot begin with `$` or hold `{`, `}`, `.` (Format Module, 5.1.1).
 */
export function placeTokens(tokens: readonly FoundToken[]): TokenTree {
  const root: TokenTree = {};
  // The design's own names first, so that made ones give way to them.
  for (const token of [...tokens].sort((a, b) => Number(a.name === undefined) - Number(b.name === undefined))) {
    const parts = token.name === undefined ? [madeName(token)] : token.name.split('/').map(safePart).filter(Boolean);
    place(root, [token.group, ...(parts.length === 0 ? [madeName(token)] : parts)], {
      $type: token.type,
      $value: token.value,
      $description: `Used ${token.uses} time${token.uses === 1 ? '' : 's'}: ${token.properties.join(', ')}.`,
    });
  }
  return root;
}

function place(root: TokenTree, path: readonly string[], token: object): void {
  let group = root;
  for (const part of path.slice(0, -1)) {
    const next = free(group, part, isGroup);
    if (!Object.hasOwn(group, next)) group[next] = {};
    const inner = group[next];
    if (isGroup(inner)) group = inner;
  }
  group[free(group, path.at(-1) ?? 'token', () => false)] = token;
}

/** The name, or the first of `name-2`, `name-3` … that is not taken by something that cannot be shared. */
function free(group: TokenTree, name: string, mayShare: (value: unknown) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!Object.hasOwn(group, candidate) || mayShare(group[candidate])) return candidate;
  }
}

function isGroup(value: unknown): value is TokenTree {
  return value !== null && typeof value === 'object' && !Object.hasOwn(value, '$value');
}

function safePart(part: string): string {
  const safe = part.trim().replace(/[{}.]/g, '-').replace(/^\$+/, '');
  return safe === '__proto__' ? '' : safe;
}

function madeName({ type, value }: FoundToken): string {
  const field = (name: string): unknown =>
    value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
  if (type === 'color') {
    const alpha = field('alpha');
    return `${String(field('hex')).slice(1)}${typeof alpha === 'number' ? `-${Math.round(alpha * 100)}` : ''}`;
  }
  if (type === 'dimension') return String(field('value')).replace('.', '_');
  if (type === 'shadow') return 'shadow';
  const [family, size] = [field('fontFamily'), field('fontSize')];
  const px = size !== null && typeof size === 'object' ? Reflect.get(size, 'value') : '';
  return slug(`${Array.isArray(family) ? family[0] : ''} ${px} ${field('fontWeight')}`).replaceAll('.', '_');
}
