import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PolicySource } from '../../../src/call/policy/policy-source.js';
import { CodeloopError } from '../../../src/core/errors.js';
import { verifies } from '../../requirements.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-policy-'));
  await mkdir(join(dir, '.codeloop'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (text: string, file = '.codeloop/policy.yaml') => writeFile(join(dir, file), text);
const DENY = 'version: "1"\ndefault: deny\n';
const ALLOW = 'version: "1"\ndefault: allow\n';

async function errorOf(source: PolicySource): Promise<unknown> {
  const error: unknown = await source.current().catch((thrown: unknown) => thrown);
  return error instanceof CodeloopError ? error.toBody() : error;
}

test('no file means that everything is allowed', async () => {
  const { policy, file } = await new PolicySource(dir).current();
  expect(policy.default).toBe('allow');
  expect(file).toBeUndefined();
});

test.each(['.codeloop/policy.yaml', 'codeloop.yaml'])('%s is read', async (file) => {
  await write(DENY, file);
  const loaded = await new PolicySource(dir).current();
  expect([loaded.policy.default, loaded.file]).toEqual(['deny', file]);
});

test('an edit, a new file and a deletion take effect at the next look', async () => {
  verifies('policy.file-changes');
  const source = new PolicySource(dir);
  const now = async () => (await source.current()).policy.default;
  expect(await now()).toBe('allow');
  await write(DENY);
  expect(await now()).toBe('deny');
  await write(ALLOW);
  expect(await now()).toBe('allow');
  await rm(join(dir, '.codeloop/policy.yaml'));
  await write(DENY, 'codeloop.yaml');
  expect(await now()).toBe('deny');
  await rm(join(dir, 'codeloop.yaml'));
  expect(await now()).toBe('allow');
});

test('an edit that keeps size and modification time is seen too', async () => {
  verifies('policy.file-changes');
  const source = new PolicySource(dir);
  const path = join(dir, '.codeloop/policy.yaml');
  await write('version: "1"\ndefault:  deny\n');
  const { mtime } = await stat(path);
  expect((await source.current()).policy.default).toBe('deny');
  await write('version: "1"\ndefault: allow\n');
  await utimes(path, mtime, mtime);
  expect((await source.current()).policy.default).toBe('allow');
});

test('a broken file says where and what, and the old policy is not used instead', async () => {
  verifies('policy.file-changes', 'policy.errors-placed');
  const source = new PolicySource(dir);
  await write(ALLOW);
  await source.current();
  await write('version: "1"\ndefault: allow\ntools:\n  a: {rules: [{action: dny}, {action: x}]}\n');
  expect(await errorOf(source)).toEqual({
    code: 'POLICY_INVALID',
    message:
      '.codeloop/policy.yaml, line 4, column 24: tools.a.rules[0].action: must be one of "evaluate", "deny", "allow", got "dny" (and 1 more). Until it is corrected every call is refused.',
    fix: 'Did you mean "deny"? `codeloop policy check` lists everything that is wrong. Only the user should edit it.',
  });
  await write(ALLOW);
  expect((await source.current()).policy.default).toBe('allow');
});

test('an emptied file refuses, as a broken one does', async () => {
  verifies('policy.file-changes');
  await write('');
  expect(await errorOf(new PolicySource(dir))).toMatchObject({ code: 'POLICY_INVALID' });
});

test('two files at once are no policy', async () => {
  await write(ALLOW);
  await write(ALLOW, 'codeloop.yaml');
  expect(await errorOf(new PolicySource(dir))).toMatchObject({
    code: 'POLICY_INVALID',
    message:
      '.codeloop/policy.yaml, line 1, column 1: .codeloop/policy.yaml and codeloop.yaml are both there. Until it is corrected every call is refused.',
  });
});

test('a folder in the place of the file refuses', async () => {
  await mkdir(join(dir, 'codeloop.yaml'));
  expect(await errorOf(new PolicySource(dir))).toMatchObject({
    code: 'POLICY_INVALID',
    message: 'codeloop.yaml, line 1, column 1: cannot be read (EISDIR). Until it is corrected every call is refused.',
  });
});

test('a file that may not be read refuses', async () => {
  await write(ALLOW, 'codeloop.yaml');
  await chmod(join(dir, 'codeloop.yaml'), 0);
  const root = process.getuid?.() === 0;
  // Root may read everything; for everybody else the file is closed.
  expect(await errorOf(new PolicySource(dir))).toMatchObject(
    root ? { file: 'codeloop.yaml' } : { code: 'POLICY_INVALID' },
  );
});

test('a link that leads nowhere is a policy that cannot be read, not a project without one', async () => {
  verifies('policy.file-changes');
  const source = new PolicySource(dir);
  await write(ALLOW, 'elsewhere.yaml');
  await symlink(join(dir, 'elsewhere.yaml'), join(dir, '.codeloop/policy.yaml'));
  expect((await source.current()).policy.default).toBe('allow');
  await rm(join(dir, 'elsewhere.yaml'));
  expect(await errorOf(source)).toMatchObject({
    code: 'POLICY_INVALID',
    message: expect.stringContaining('cannot be read (ENOENT)'),
  });
  await write(DENY, 'elsewhere.yaml');
  expect((await source.current()).policy.default).toBe('deny');
});

test.skipIf(process.platform === 'win32')('a pipe or a huge file refuses and is not even opened', async () => {
  execFileSync('mkfifo', [join(dir, 'codeloop.yaml')]);
  expect(await errorOf(new PolicySource(dir))).toMatchObject({ message: expect.stringContaining('not a plain file') });
  await rm(join(dir, 'codeloop.yaml'));
  await write(`#${' '.repeat(4_000_000)}`);
  expect(await errorOf(new PolicySource(dir))).toMatchObject({ message: expect.stringContaining('larger than 4 MB') });
});
