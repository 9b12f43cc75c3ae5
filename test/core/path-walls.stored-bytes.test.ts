import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/parse-settings.js';
import { sha256 } from '../../src/core/digest.js';
import { CodeloopError } from '../../src/core/errors.js';
import { readPlain, readPlainSync, readStored, readText } from '../../src/core/path-walls.js';
import { packLayout, unpackLayout } from '../../src/core/vocabulary/laid-out-page.js';
import { neighbourBoxes, readBoxes } from '../../src/design/element-tree.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';

const some = sampled(test, 2);

let folder: string;
let project: string;
const RUN = 'artifacts/runs/20260101-0000-aaaa';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-stored-')));
  project = path.join(folder, 'project');
  mkdirSync(path.join(project, RUN, 'screenshots'), { recursive: true });
  mkdirSync(path.join(project, 'designs'));
  mkdirSync(path.join(folder, 'outside'));
  for (const [file, text] of Object.entries({
    'outside/private.png': 'private',
    [`project/${RUN}/screenshots/home.png`]: 'home',
    'project/designs/home.png': 'design',
  }))
    writeFileSync(path.join(folder, file), text);
  symlinkSync(path.join(folder, 'outside/private.png'), path.join(project, RUN, 'screenshots/out.png'));
  symlinkSync('home.png', path.join(project, RUN, 'screenshots/inside.png'));
  symlinkSync(path.join(folder, 'outside'), path.join(project, RUN, 'tiles'));
  symlinkSync(path.join(folder, 'outside'), path.join(project, 'more-designs'));
  symlinkSync('designs', path.join(project, 'same-designs'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (named: string, digest?: string, most?: number) => {
  try {
    return (await readStored(project, { path: named, sha256: digest }, most)).toString('utf8');
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return `${error.code} ${error.values.reason ?? ''}`.trim();
  }
};

test.each([
  ['a file of the run', `${RUN}/screenshots/home.png`, 'home'],
  ['a link out of the run', `${RUN}/screenshots/out.png`, `EVIDENCE_TAMPERED ${RUN}/screenshots/out.png is a link`],
  ['a link inside it', `${RUN}/screenshots/inside.png`, `EVIDENCE_TAMPERED ${RUN}/screenshots/inside.png is a link`],
  [
    'a folder that is a link',
    `${RUN}/tiles/private.png`,
    `EVIDENCE_TAMPERED ${RUN}/tiles/private.png lies behind a link`,
  ],
  [
    'a way out of the run',
    `${RUN}/../../../../outside/private.png`,
    `EVIDENCE_TAMPERED ${RUN}/../../../../outside/private.png does not lie in the run`,
  ],
  ['a way out of the project', '../outside/private.png', 'PATH_OUTSIDE_ROOTS'],
  ['an absolute path', '/etc/hostname', 'PATH_OUTSIDE_ROOTS'],
  ['a design', 'designs/home.png', 'design'],
  ['a design behind a link in the project', 'same-designs/home.png', 'design'],
  ['a design behind a link out of it', 'more-designs/private.png', 'PATH_OUTSIDE_ROOTS'],
  ['a folder', `${RUN}/screenshots`, `EVIDENCE_TAMPERED ${RUN}/screenshots is no file`],
  ['what is gone', `${RUN}/screenshots/gone.png`, `EVIDENCE_TAMPERED ${RUN}/screenshots/gone.png is gone`],
  ['a design that is gone', 'designs/gone.png', 'IMAGE_UNREADABLE there is no such file'],
])('%s', async (_what, named, said) => {
  verifies('evidence.stranger');
  expect(await read(named)).toBe(said);
});

test('bytes of a run have to be those that were written; a design may have been drawn anew', async () => {
  verifies('evidence.stranger');
  expect(await read(`${RUN}/screenshots/home.png`, sha256('home'))).toBe('home');
  expect(await read(`${RUN}/screenshots/home.png`, sha256('other'))).toBe(
    `EVIDENCE_TAMPERED ${RUN}/screenshots/home.png was changed`,
  );
  expect(await read('designs/home.png', sha256('other'))).toBe('design');
  expect(await read(`${RUN}/screenshots/home.png`, undefined, 3)).toMatch(/is larger than anything/);
  expect(await read('designs/home.png', undefined, 3)).toBe('IMAGE_TOO_LARGE');
});

some('packed pages that unpack to too much are refused before they are unpacked', async () => {
  verifies('evidence.stranger');
  expect(await unpackLayout(await packLayout([]))).toEqual([]);
  await expect(unpackLayout(gzipSync(Buffer.alloc(257 * 1024 * 1024, 0x20), { level: 1 }))).rejects.toThrow(
    /larger than|too large|output length/i,
  );
});

test('boxes of a page that are something else are called tampered, not a failure of ours', async () => {
  verifies('evidence.stranger');
  const crafted = {
    'list.dom.json': '[]',
    'deep.dom.json': '['.repeat(100_000),
    'cut.dom.json': '{"schema_version": 1, "elem',
    'other.dom.json': '{"schema_version": 1, "size": {"width": "wide"}}',
  };
  for (const [name, text] of Object.entries(crafted)) {
    writeFileSync(path.join(project, RUN, 'screenshots', name), text);
    await expect(readBoxes(project, { path: `${RUN}/screenshots/${name}` })).rejects.toMatchObject({
      code: 'EVIDENCE_TAMPERED',
    });
    // Beside a reference they come from anywhere, and are left aside.
    expect(
      await neighbourBoxes(path.join(project, RUN, 'screenshots', name.replace('.dom.json', '.png'))),
    ).toBeUndefined();
  }
});

test('pipes, devices, folders and endless files in the place of a file of the project are errors at once', async () => {
  verifies('evidence.stranger');
  const at = (name: string) => path.join(folder, name);
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/zero', at('zero'));
  mkdirSync(at('folder'));
  writeFileSync(at('endless'), '');
  truncateSync(at('endless'), 1e12);
  const code = (error: unknown) => String(Reflect.get(Object(error), 'code'));
  for (const [name, expected] of Object.entries({
    ...{ pipe: 'ENXIO', zero: 'ENXIO', folder: 'EISDIR', endless: 'EFBIG', nothing: 'ENOENT' },
  })) {
    expect(await readPlain(at(name)).catch(code), name).toBe(expected);
    expect(await readText(at(name)).catch(code), name).toBe(expected);
    expect(() => readPlainSync(at(name)), name).toThrow(expected);
  }
  writeFileSync(at('words'), 'ä');
  expect([await readText(at('words')), readPlainSync(at('words')).length]).toEqual(['ä', 2]);
  mkdirSync(at('settings/.codeloop'), { recursive: true });
  execFileSync('mkfifo', [at('settings/.codeloop/config.json')]);
  await expect(loadConfig(at('settings'))).rejects.toThrow(/CONFIG_INVALID|cannot be read \(ENXIO\)/);
});
