import { readColor } from '../figma/layer-styles.js';

/**
 * Values of the W3C Community Group's Design Tokens Format Module 2025.10 (and its Color Module): colours as components of a named
 * space, dimensions as number and unit.
 */
interface Dimension {
  value: number;
  unit: 'px';
}

/** `$value` of a color token; `hex` is the fallback for tools that know no colour spaces. */
interface ColorValue {
  colorSpace: 'srgb';
  components: [number, number, number];
  alpha?: number;
  hex: string;
}

/** `$value` of a typography token; `lineHeight` is a multiple of the font size. */
interface TypographyValue {
  fontFamily: string[];
  fontSize: Dimension;
  fontWeight: number;
  letterSpacing: Dimension;
  lineHeight: number;
}

/** `$value` of one shadow. */
interface ShadowValue {
  color: ColorValue;
  offsetX: Dimension;
  offsetY: Dimension;
  blur: Dimension;
  spread: Dimension;
  inset?: true;
}

/** One value that screens use, how often, and for what. */
export interface FoundToken {
  type: 'color' | 'typography' | 'dimension' | 'shadow';
  /** Group it belongs to: color, typography, radius, spacing, border, shadow. */
  group: string;
  /** The design's own name, `/` between its parts; absent when a name has to be made. */
  name?: string;
  value: unknown;
  uses: number;
  /** CSS properties. */
  properties: string[];
}

/** A computed colour as a token's value; `undefined` for what is clear or no colour. */
export function colorValue(text: string): ColorValue | undefined {
  const color = readColor(text);
  if (!color || color.alpha === 0) return undefined;
  const part = (byte: number) => Math.round((byte / 255) * 10_000) / 10_000;
  const digits = [color.r, color.g, color.b].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    colorSpace: 'srgb',
    components: [part(color.r), part(color.g), part(color.b)],
    ...(color.alpha < 1 ? { alpha: Math.round(color.alpha * 1000) / 1000 } : {}),
    hex: `#${digits}`,
  };
}

/** A computed length above zero; `undefined` for anything else. */
export function dimensionValue(text: string | undefined): Dimension | undefined {
  const value = text === undefined ? Number.NaN : /^-?[\d.]+px$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  return Number.isNaN(value) || value <= 0 ? undefined : { value, unit: 'px' };
}

/** The type that a text is set in; `undefined` when its family or size is not known. A line height of the font's own counts as 1.2. */
export function typographyValue(styles: Readonly<Record<string, string>>): TypographyValue | undefined {
  const fontSize = dimensionValue(styles['font-size']);
  const families = (styles['font-family'] ?? '').split(',').map((family) => family.trim().replace(/^["']|["']$/g, ''));
  const fontFamily = families.filter((family) => family !== '');
  if (!fontSize || fontFamily.length === 0) return undefined;
  const line = dimensionValue(styles['line-height']);
  const spacing = Number.parseFloat(styles['letter-spacing'] ?? '0');
  return {
    fontFamily,
    fontSize,
    fontWeight: Number(styles['font-weight'] ?? 400),
    letterSpacing: { value: Number.isNaN(spacing) ? 0 : spacing, unit: 'px' },
    lineHeight: line ? Math.round((line.value / fontSize.value) * 1000) / 1000 : 1.2,
  };
}

/** The shadows of a computed `box-shadow`, first on top; empty for `none`. */
export function shadowValues(text: string | undefined): ShadowValue[] {
  if (text === undefined || text === 'none') return [];
  return text.split(/,(?![^(]*\))/).flatMap((part) => {
    const color = colorValue(/[a-z]+\([^)]*\)/i.exec(part)?.[0] ?? 'rgb(0, 0, 0)');
    const lengths = [...part.replace(/[a-z]+\([^)]*\)/gi, '').matchAll(/(-?[\d.]+)px/g)].map(([, length]) =>
      Number(length),
    );
    if (!color) return [];
    const at = (index: number): Dimension => ({ value: lengths[index] ?? 0, unit: 'px' });
    const inset = /\binset\b/.test(part) ? { inset: true as const } : {};
    return [{ color, offsetX: at(0), offsetY: at(1), blur: at(2), spread: at(3), ...inset }];
  });
}
