import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

/** Each start, and each run of the tests, generates code that git ignores, with another number in it. */
const SERVER = `import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
writeFileSync('gen/routes.mjs', '// ' + process.hrtime.bigint() + '\\nexport const greeting = "Lamps";\\n');
const { greeting } = await import('./gen/routes.mjs');
const page = '<!doctype html><html lang="en"><title>Lamps</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main><h1>' + greeting + '</h1></main></html>';
const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page));
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'));
`;
const TESTS = `import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { name } from './gen/version.mjs';
test('has a name', () => writeFileSync('gen/version.mjs', 'export const name = "' + process.hrtime.bigint() + '";\\n'));
`;

let project: BaselineProject;
const write = (file: string, text: string) => writeFileSync(path.join(project.dir, file), text);
beforeAll(async () => {
  project = await openBaselineProject();
  await project.git('rm', '-q', 'site/index.html');
  const files = { 'server.mjs': SERVER, 'names.test.mjs': TESTS, '.env': 'A=1\n' };
  const ignored = 'artifacts/\n.codeloop/audit*.jsonl\n.codeloop/cache/\ngen/\n.env\n';
  for (const [file, text] of Object.entries({ ...files, '.gitignore': ignored })) write(file, text);
  mkdirSync(path.join(project.dir, 'gen'));
  for (const file of ['gen/routes.mjs', 'gen/version.mjs']) write(file, 'export const name = "";\n');
  await project.configure({
    server: { command: ['node', 'server.mjs'] },
    runners: { test: { command: ['node', '--test', 'names.test.mjs'] } },
  });
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'generated code');
});
afterAll(() => project?.close());

const passes = async () => (await project.result('codeloop_gate_check', {})).passed;

test('what the project’s own tests and start generate anew is no change of the code, and is named; variables are one', async () => {
  verifies('state.own-writes');
  const before = readFileSync(path.join(project.dir, 'gen/routes.mjs'), 'utf8');
  const verified = await project.result('codeloop_verify', {});
  expect(verified.status).toBe('pass');
  expect(verified.summary).toContain('gen/routes.mjs, gen/version.mjs');
  expect(readFileSync(path.join(project.dir, 'gen/routes.mjs'), 'utf8')).not.toBe(before);
  expect(await passes()).toBe(true);
  // As when somebody starts the app, or runs the tests, besides.
  for (const file of ['gen/routes.mjs', 'gen/version.mjs']) write(file, 'export const name = "again";\n');
  expect(await passes()).toBe(true);
  write('.env', 'A=2\n');
  await expect(project.result('codeloop_gate_check', {})).rejects.toThrow('another code state');
});
