import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The licence texts of the packages whose code is in the bundle (`inputs`: esbuild's input paths, relative to `root`).
 * Throws when a package ships neither a licence file nor names one: such code must not be passed on.
 */
export function thirdPartyLicences(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found?.[1] !== undefined) folders.add(found[1]);
  }
  const texts = [...folders].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(path.join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    if (file === undefined && !manifest.license) throw new Error(`${manifest.name} ships no licence`);
    const text =
      file === undefined ? `Licence: ${manifest.license}` : readFileSync(path.join(root, folder, file), 'utf8').trim();
    return `${manifest.name} ${manifest.version}\n\n${text}\n`;
  });
  return `codeloop contains code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
