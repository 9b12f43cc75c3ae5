import { modeHsl, modeLab, modeLch, modeOklab, modeOklch, modeP3, modeRgb, parse, useMode } from 'culori/fn';
import { colorDistance } from '../../compare/color-distance.js';

const toRgb = useMode(modeRgb);
for (const mode of [modeHsl, modeLab, modeLch, modeOklab, modeOklch, modeP3]) useMode(mode);

/** A colour in sRGB: channels 0-255, alpha 0-1. */
interface CssColor {
  r: number;
  g: number;
  b: number;
  alpha: number;
}

/** A computed colour, in any notation that browsers write; `undefined` for anything else. */
export function readColor(text: string): CssColor | undefined {
  if (text === 'transparent') return { r: 0, g: 0, b: 0, alpha: 0 };
  const parsed = parse(text);
  if (!parsed) return undefined;
  const { r, g, b, alpha } = toRgb(parsed);
  const byte = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * 255);
  return { r: byte(r), g: byte(g), b: byte(b), alpha: alpha ?? 1 };
}

/** CIEDE2000 distance of two colours, alpha left aside; 0 when both are clear. */
export function distance(a: CssColor, b: CssColor): number {
  if (a.alpha === 0 && b.alpha === 0) return 0;
  return colorDistance(pixel(a), pixel(b));
}

/** Returns a colour as people read it: `#1a2b3c`, with two more digits when it is not opaque. */
export function hex({ r, g, b, alpha }: CssColor): string {
  const digits = [r, g, b, ...(alpha < 1 ? [Math.round(alpha * 255)] : [])];
  return `#${digits.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function pixel({ r, g, b }: CssColor): number {
  return (b << 16) | (g << 8) | r;
}
