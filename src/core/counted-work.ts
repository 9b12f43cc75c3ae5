import { channel } from 'node:diagnostics_channel';

/** Work that is to be done once for each thing, told as it is done, for whoever counts or measures it. Without a listener nothing is spent. */
export const countedWork = {
  /** A picture was decoded to pixels: `{ name }`. */
  decode: channel('codeloop:decode'),
  /** The boxes of a page were read and parsed: `{ file }`. */
  pageBoxes: channel('codeloop:page-boxes'),
};
