import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';

/** What the names in a project mean, as slugs. */
export interface KnownNames {
  viewports: readonly string[];
  /** Configured screens; empty when nothing is configured, then any name is a screen. */
  screens: readonly string[];
  defaultViewport: string;
}

/** What a reference's place and name say. */
export type NameMeaning =
  | { kind: 'reference'; screen: string; viewport: string; scale?: number }
  | { kind: 'unmatched'; reason: string };

/** Endings of pictures that can be references. */
export const PICTURE_ENDING = /\.(png|jpe?g|webp)$/i;

/**
 * Reads one path relative to the designs folder by the four layouts `<viewport>/<screen>`, `<screen>/<viewport>`,
 * `<screen>.<viewport>` and `<screen>` (default viewport); known viewport names decide. `screen` and `viewport` come back as
 * the project spells them. Throws REFERENCE_AMBIGUOUS when the name fits two layouts.
 */
export function readReferenceName(path: string, known: KnownNames): NameMeaning {
  const parts = path.replace(PICTURE_ENDING, '').split('/');
  const file = parts.pop() ?? '';
  const scaled = /^(.*)@([1-4](?:\.\d+)?)x$/i.exec(file);
  const base = scaled?.[1] ?? file;
  const scale = scaled?.[2] === undefined ? {} : { scale: Number(scaled[2]) };
  const viewport = (name: string) => known.viewports.find((candidate) => slug(candidate) === slug(name));
  const screen = (name: string) => known.screens.find((candidate) => slug(candidate) === slug(name));
  const meaning = (screenName: string, viewportName: string): NameMeaning => ({
    kind: 'reference',
    screen: screen(screenName) ?? slug(screenName),
    viewport: viewportName,
    ...scale,
  });

  if (parts.length > 1) return { kind: 'unmatched', reason: 'it lies deeper than <viewport>/<screen>' };
  const folder = parts[0];
  if (folder !== undefined) {
    const above = viewport(folder);
    const below = viewport(base);
    if (above && below) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path,
        meanings: [`screen ${base} at viewport ${above}`, `screen ${folder} at viewport ${below}`],
      });
    }
    if (above) return slug(base) === '' ? { kind: 'unmatched', reason: 'its name is empty' } : meaning(base, above);
    if (below) return meaning(folder, below);
    return {
      kind: 'unmatched',
      reason: `neither "${folder}" nor "${base}" is a viewport (known: ${known.viewports.join(', ')})`,
    };
  }
  const dot = base.lastIndexOf('.');
  const after = dot > 0 ? viewport(base.slice(dot + 1)) : undefined;
  if (after) {
    const whole = screen(base);
    if (whole) {
      throw new CodeloopError('REFERENCE_AMBIGUOUS', {
        path,
        meanings: [
          `screen ${whole} at viewport ${known.defaultViewport}`,
          `screen ${base.slice(0, dot)} at viewport ${after}`,
        ],
      });
    }
    return meaning(base.slice(0, dot), after);
  }
  const alone = viewport(base);
  if (alone && !screen(base))
    return { kind: 'unmatched', reason: `"${base}" is a viewport, so the screen's name is missing` };
  return slug(base) === '' ? { kind: 'unmatched', reason: 'its name is empty' } : meaning(base, known.defaultViewport);
}
