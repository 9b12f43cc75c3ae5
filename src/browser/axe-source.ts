import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';

const require = createRequire(import.meta.url);
const Package = z.object({ version: z.string() });

/** What is sent to pages to examine them. */
export interface AxeSource {
  version: string;
  /** A script that leaves `axe` behind in the world it runs in. */
  source: string;
}

/**
 * axe-core as its package holds it, read on first use and never run here: importing it costs Node half a second, most of it for a scan
 * for named exports.
 */
export function axeSource(): Promise<AxeSource> {
  reading ??= read();
  return reading;
}

let reading: Promise<AxeSource> | undefined;

async function read(): Promise<AxeSource> {
  const [source, manifest] = await Promise.all([
    readFile(require.resolve('axe-core/axe.min.js'), 'utf8'),
    readFile(require.resolve('axe-core/package.json'), 'utf8'),
  ]);
  return { source, version: Package.parse(JSON.parse(manifest)).version };
}
