// One of several processes that write one run: <project> <state folder> <run id> <entries> <index>.
// Prints the path and digest of each file that `put` has answered for.
import path from 'node:path';
import { loadSource } from '../../../scripts/build/load-source.mjs';

const [, , projectDir, stateDir, runId, entries, index] = process.argv;
const root = path.resolve(import.meta.dirname, '../../..');
const { Run } = await loadSource(root, `export { Run } from './src/store/run.ts';`);
const run = await Run.open(projectDir, runId, { tool: `writer-${index}`, stateDir });
await run.begin();
process.stdout.write('begun\n');
for (let n = 0; n < Number(entries); n += 1) {
  // Every name is used by all of them, so that they meet at the versions too.
  const stored = await run.put({ kind: 'log', name: `entry-${n % 10}.log`, data: `${index}:${n}:${'x'.repeat(5000)}` });
  process.stdout.write(`${stored.path} ${stored.sha256}\n`);
}
await run.end();
