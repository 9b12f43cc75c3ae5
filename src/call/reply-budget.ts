import type { InlinePicture } from '../image/inline-pictures.js';

/** Most characters of a reply's JSON: 10,000 tokens at 4 characters each, which every client takes in whole. */
export const MAX_REPLY_CHARACTERS = 40_000;
/** Most pictures in one reply. */
export const MAX_REPLY_IMAGES = 8;
/** Longest side of one inline picture, pixels. */
export const MAX_IMAGE_SIDE = 1568;
/** Most pixels of one inline picture. */
export const MAX_IMAGE_PIXELS = 1_150_000;
/** Most bytes of one inline picture: 5 MB once it is base64, which is what model APIs accept. */
const MAX_IMAGE_BYTES = 3_750_000;
/** Longest single text inside a reply; whole texts are in the run's logs. */
const MAX_TEXT = 2000;

/** The part of a list that was left out so that the reply fits. */
interface Cut {
  field: string;
  shown: number;
  total: number;
}

/**
 * A copy of `result` whose JSON has at most `maxCharacters`: texts are cut at 2,000 characters, then the tails of the
 * largest lists go, until it fits. Lone surrogates, which some model APIs refuse, are replaced. Order and types stay, so a
 * schema that accepts shorter lists still accepts the copy.
 */
export function fitReply(
  result: Record<string, unknown>,
  maxCharacters = MAX_REPLY_CHARACTERS,
): { result: Record<string, unknown>; cuts: Cut[] } {
  const copy = clean(result, MAX_TEXT) as Record<string, unknown>; // clean() keeps an object an object
  const cuts = new Map<string, Cut>();
  for (let size = JSON.stringify(copy).length; size > maxCharacters; size = JSON.stringify(copy).length) {
    const largest = lists(copy, '').sort((a, b) => b.size - a.size)[0];
    if (!largest) break;
    const keep = Math.floor(largest.list.length / 2);
    const known = cuts.get(largest.field);
    cuts.set(largest.field, { field: largest.field, shown: keep, total: known?.total ?? largest.list.length });
    largest.list.length = keep;
  }
  return { result: copy, cuts: [...cuts.values()] };
}

/** The pictures that may travel: within the caps, the first eight of them. The others stay on disk, where their paths point. */
export function fitImages(images: readonly InlinePicture[]): { images: InlinePicture[]; cuts: Cut[] } {
  const fitting = images
    .filter(
      ({ width, height, data }) =>
        Math.max(width, height) <= MAX_IMAGE_SIDE &&
        width * height <= MAX_IMAGE_PIXELS &&
        data.length <= MAX_IMAGE_BYTES,
    )
    .slice(0, MAX_REPLY_IMAGES);
  const cuts = fitting.length < images.length ? [{ field: 'images', shown: fitting.length, total: images.length }] : [];
  return { images: fitting, cuts };
}

function clean(value: unknown, maxText: number): unknown {
  if (typeof value === 'string') {
    const text = value.length > maxText ? `${value.slice(0, maxText - 1)}…` : value;
    return text.toWellFormed();
  }
  if (Array.isArray(value)) return value.map((item) => clean(item, maxText));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), clean(inner, maxText)]));
  }
  return value;
}

function lists(value: unknown, field: string): { field: string; list: unknown[]; size: number }[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, index) => lists(item, `${field}[${index}]`));
    return value.length > 0
      ? [{ field, list: value, size: JSON.stringify(value).length }, ...inner.filter((list) => list.size > 4000)]
      : inner;
  }
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => lists(inner, field === '' ? key : `${field}.${key}`));
  }
  return [];
}
