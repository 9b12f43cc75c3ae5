// Writes what is made from the code: the lists of tools, checks and gates, and the reference pages.
// `--check` writes nothing and fails when a file on disk is not what it would write.
import { fileURLToPath } from 'node:url';
import { generate } from './gen/generate.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
try {
  const changed = await generate(root, { write: !check });
  for (const file of changed) console.log(`gen: ${check ? 'out of date: ' : 'wrote '}${file}`);
  if (check && changed.length > 0) {
    console.error('gen: run `npm run gen` and commit what it writes');
    process.exitCode = 1;
  } else if (changed.length === 0) console.log('gen: everything is up to date');
} catch (error) {
  console.error(`gen: ${error.message}`);
  process.exitCode = 1;
}
