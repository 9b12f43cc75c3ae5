import type { ReportPicture } from '../core/vocabulary/report-model.js';
import { wellFormed } from './untrusted-text.js';

/** Raster formats only: an SVG can carry a script. */
const embedded = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Address of a picture for `src`: the embedded copy, else the file beside the report; nothing when there is neither. */
export function pictureSource(picture: ReportPicture): string | undefined {
  if (picture.data_uri !== undefined && embedded.test(picture.data_uri)) return picture.data_uri;
  return picture.path === undefined ? undefined : fileAddress(picture.path);
}

/**
 * A relative file path as an address for `href` and `src`. Every segment is percent-encoded and the result starts with `./`
 * or `../`, so that no path can name a scheme (`javascript:`), a host (`//host`) or the root.
 */
export function fileAddress(path: string): string {
  const segments = wellFormed(path)
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .map(encodeURIComponent);
  return segments[0] === '..' ? segments.join('/') : `./${segments.join('/')}`;
}
