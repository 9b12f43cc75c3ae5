// One of several processes that append to one audit log: <project> <state folder> <calls> <index>.
import path from 'node:path';
import { loadSource } from '../../../../scripts/build/load-source.mjs';

const [, , projectDir, stateDir, calls, index] = process.argv;
const root = path.resolve(import.meta.dirname, '../../../..');
const { AuditLog, Ledger } = await loadSource(
  root,
  `export { AuditLog } from './src/call/policy/audit-log.ts';
   export { Ledger } from './src/store/ledger.ts';`,
);
const log = new AuditLog({
  projectDir,
  clock: { now: () => Date.now() },
  anchor: () => new Ledger(projectDir, stateDir),
  maxFileBytes: 20_000,
});
for (let n = 0; n < Number(calls); n += 1) {
  await log.append({
    door: 'mcp',
    client: { name: `process ${index}`, version: '1' },
    tool: 'codeloop_verify',
    arguments: { n },
    decision: 'allowed',
    rule: null,
    duration_ms: 1,
    status: 'pass',
  });
  process.stdout.write(`${n}\n`);
}
