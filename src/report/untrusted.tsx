import { showText } from './untrusted-text.js';

/**
 * Text that came from the page, a log or a file, set apart from our own words: invisible characters written out, its
 * direction isolated (`bdi`), escaped by the renderer.
 */
export function Untrusted({ text, limit }: { text: string; limit?: number }) {
  return <bdi>{showText(text, limit)}</bdi>;
}
