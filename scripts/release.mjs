// Prepares a release: writes the repository that releases it and the version into package.json and server.json, and checks that the
// tag says the same version. npm's provenance refuses a package that names another repository; the MCP registry a package whose
// `mcpName` is not its own name there. Run by .github/workflows/release.yml; nothing is published here.
//   node scripts/release.mjs --repository owner/name --tag v0.1.0
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    repository: { type: 'string' },
    tag: { type: 'string' },
    root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
  },
});
const at = (file) => path.join(values.root, file);
const read = (file) => JSON.parse(readFileSync(at(file), 'utf8'));

const manifest = read('package.json');
const owner = /^([A-Za-z0-9][A-Za-z0-9-]*)\/[A-Za-z0-9._-]+$/.exec(values.repository ?? '')?.[1];
if (owner === undefined) fail('--repository must be owner/name');
if (values.tag !== `v${manifest.version}`)
  fail(`the tag is ${values.tag}, package.json says ${manifest.version}: the tag must be v${manifest.version}`);

const url = `https://github.com/${values.repository}`;
const name = `io.github.${owner}/${manifest.name}`;
const server = read('server.json');
const packages = server.packages.map((one) => ({ ...one, version: manifest.version }));
write('package.json', { ...manifest, mcpName: name, repository: { type: 'git', url: `git+${url}.git` } });
write('server.json', {
  ...{ ...server, name, version: manifest.version },
  repository: { url, source: 'github' },
  packages,
});
console.log(`release: ${manifest.name} ${manifest.version} as ${name}`);

function write(file, value) {
  writeFileSync(at(file), `${JSON.stringify(value, null, 2)}\n`);
}

function fail(problem) {
  console.error(`release: ${problem}`);
  process.exit(1);
}
