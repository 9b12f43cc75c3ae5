// A small policy proxy as the field has them: it starts the server behind it, passes every line on as it is, takes one tool out of
// the list and answers calls of another itself. <hidden tool> <denied tool> <log file> -- <program> <arguments…>
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [hidden, denied, log, , program, ...argv] = process.argv.slice(2);
const server = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
const lists = new Set();
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method === 'tools/list') lists.add(message.id);
    if (message.method === 'tools/call' && [hidden, denied].includes(message.params.name)) {
      const text = `[POLICY DENIED] ${message.params.name} is not permitted`;
      // The revision of 2026-07-28 wants the type of every result; earlier clients overlook it.
      const result = { resultType: 'complete', content: [{ type: 'text', text }], isError: true };
      say({ jsonrpc: '2.0', id: message.id, result });
      return;
    }
    server.stdin.write(`${line}\n`);
  })
  .on('close', () => server.stdin.end());

createInterface({ input: server.stdout }).on('line', (line) => {
  appendFileSync(log, `${line}\n`);
  const message = JSON.parse(line);
  if (lists.delete(message.id) && message.result) {
    message.result.tools = message.result.tools.filter(({ name }) => name !== hidden);
    say(message);
  } else process.stdout.write(`${line}\n`);
});
server.on('exit', (code) => process.exit(code ?? 1));
