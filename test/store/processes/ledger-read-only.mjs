// A process that may read the ledger and not write it (a sandbox): <project> <state folder> <run id>. Prints what it could do.
import path from 'node:path';
import { loadSource } from '../../../scripts/build/load-source.mjs';

const [, , projectDir, stateDir, runId] = process.argv;
const root = path.resolve(import.meta.dirname, '../../..');
const { Run, inspectRun, whichRun } = await loadSource(
  root,
  `export { Run } from './src/store/run.ts';
   export { inspectRun } from './src/store/run-integrity.ts';
   export { whichRun } from './src/store/which-run.ts';`,
);
// Root may write everything.
if (process.getuid() === 0) process.setuid(65534);
const options = { tool: 'sandboxed', stateDir };
const run = await Run.open(projectDir, runId, options);
const looked = (await inspectRun(run)).ledger;
const refused = await run.put({ kind: 'log', name: 'a.log', data: 'x' }).catch((error) => error.code);
const own = await whichRun(projectDir, { ...options, rule: 'writable', current: run.manifest.code_state });
await own.put({ kind: 'log', name: 'a.log', data: 'x' });
await own.end();
const ownLedger = (await inspectRun(own)).ledger;
process.stdout.write(JSON.stringify({ looked, refused, joined: own.id === runId, ownLedger }));
