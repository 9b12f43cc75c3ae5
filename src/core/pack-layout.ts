import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type LaidOutPage, LayoutEvidence } from './vocabulary/laid-out-page.js';

/** Pages as the bytes of a `….layout.json.gz`: the same page at many widths packs to a tenth. */
export async function packLayout(pages: readonly LaidOutPage[]): Promise<Buffer> {
  const evidence: LayoutEvidence = { schema_version: 1, pages: [...pages] };
  return promisify(gzip)(JSON.stringify(evidence), { level: 4 });
}

/** Longest text that such a file unpacks to, in bytes: a page of a hundred thousand boxes at twenty widths. More is a bomb. */
const MAX_UNPACKED = 256 * 1024 * 1024;

/** The pages of such a file. Throws whatever zlib, JSON or the schema say about bytes that are none, or that unpack to too much. */
export async function unpackLayout(data: Buffer): Promise<LaidOutPage[]> {
  return LayoutEvidence.parse(
    JSON.parse((await promisify(gunzip)(data, { maxOutputLength: MAX_UNPACKED })).toString('utf8')),
  ).pages;
}
