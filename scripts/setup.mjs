// Makes this checkout ready for `npm run demo` and `npm test`; see scripts/setup/run.mjs. Needs nothing but Node and npm.
// Options: --force looks at and tries everything again; --no-system never calls the system's package manager; --types-later leaves the types
// of dist/ to be checked by what follows (`npm test`).
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`set-up: codeloop needs Node >= 20.19, this is ${process.versions.node}`);
  process.exit(1);
}
const { fileURLToPath } = await import('node:url');
const { setUp } = await import('./setup/run.mjs');
try {
  const ready = await setUp(fileURLToPath(new URL('..', import.meta.url)), {
    force: process.argv.includes('--force'),
    system: !process.argv.includes('--no-system'),
    checked: !process.argv.includes('--types-later'),
  });
  process.exitCode = ready ? 0 : 1;
} catch (error) {
  console.error(`set-up: ${error.message}`);
  process.exitCode = 1;
}
