import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/core/digest.js';
import type { CodeloopError } from '../../../src/core/errors.js';
import { watchCode } from '../../../src/project/code-state/code-state.js';
import { projectScreens } from '../../../src/project/screens.js';
import { baselinePaths, baselinePlace, readBaselines, storeBaseline } from '../../../src/store/baseline-files.js';
import { Ledger } from '../../../src/store/ledger.js';
import { readStoreUrl } from '../../../src/store/object-store.js';
import { examineBaselines } from '../../../src/verify/baselines/baseline-standing.js';
import { pullPictures, pushPictures } from '../../../src/verify/baselines/shared-pictures.js';
import { projectWith } from '../../project/sample-project.js';
import { verifies } from '../../requirements.js';

/** A store that speaks S3 and refuses what is not signed with its key. */
const folder = mkdtempSync(join(tmpdir(), 'codeloop-store-'));
const server = new S3rver({
  ...{ address: '127.0.0.1', port: 0, silent: true, directory: join(folder, 'store') },
  configureBuckets: [{ name: 'pictures' }],
});
let url = '';
const { signal } = new AbortController();
const objects = () =>
  readdirSync(join(folder, 'store/pictures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('._S3rver_object'))
    .map((name) => join(folder, 'store/pictures', name));

beforeAll(async () => {
  const { address, port } = await server.run();
  url = `http://${address}:${port}/pictures/shop`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
});

/** A project at one screen and viewport, with a store. */
const shop = (store: string | undefined = url) =>
  projectWith(
    {
      screens: [{ name: 'home', path: '/' }],
      viewports: { small: { width: 400, height: 300 } },
      ...(store === '' ? {} : { store: { url: store } }),
    },
    { 'index.html': '', '.gitignore': '.codeloop/baselines/**/*.png\n' },
  );
const home = baselinePlace('here', 'home', 'small');
const accept = (dir: string, picture: Buffer) =>
  storeBaseline(dir, home, {
    picture,
    record: {
      ...{ schema_version: 1, event: 'accepted', at: '2026-01-01T00:00:00.000Z', by: 'Ada', reason: 'first' },
      sha256: sha256(picture),
    },
  });
/** The same history in another checkout, without the picture. */
function clone(dir: string) {
  const other = shop();
  const { folder: place, history } = baselinePaths(home);
  mkdirSync(join(other.dir, place), { recursive: true });
  writeFileSync(join(other.dir, history), readFileSync(join(dir, history)));
  return other;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'held',
    (error: CodeloopError) => error.code,
  );

describe('accepted pictures in a store', () => {
  test('what one machine sends, another has by the digest that its acceptance names', async () => {
    verifies('baselines.store');
    const one = shop();
    const picture = Buffer.from('an accepted picture');
    await accept(one.dir, picture);
    const sent = { ...home, path: baselinePaths(home).picture, sha256: sha256(picture) };
    expect(await pushPictures(one, signal)).toEqual({ store: url, moved: [sent], same: 0, left: [] });
    expect(await pushPictures(one, signal)).toMatchObject({ moved: [], same: 1 });

    const other = clone(one.dir);
    expect(await pullPictures(other, signal)).toEqual({ store: url, moved: [sent], same: 0, left: [] });
    expect(readFileSync(join(other.dir, sent.path))).toEqual(picture);
    expect(await pullPictures(other, signal)).toMatchObject({ moved: [], same: 1 });

    // A picture that nobody accepted goes nowhere, and the accepted one takes its place.
    writeFileSync(join(other.dir, sent.path), 'another picture');
    expect(await pushPictures(other, signal)).toMatchObject({ moved: [], same: 0, left: [sent] });
    expect(await pullPictures(other, signal)).toMatchObject({ moved: [sent] });
    expect(objects()).toHaveLength(1);
  });

  test('with a store the history in the commit is enough, without one it is not', async () => {
    verifies('baselines.store');
    for (const [project, standing] of [
      [shop(), 'counts'],
      [shop(''), 'uncommitted'],
    ] as const) {
      await accept(project.dir, Buffer.from('an accepted picture'));
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: project.dir });
      git('init', '-q', '-b', 'main');
      git('add', '-A');
      git('commit', '-qm', 'start');
      const ledger = new Ledger(project.dir, join(project.dir, 'state'));
      const standings = async () => {
        const { state } = await watchCode(project);
        return (await examineBaselines(project, await projectScreens(project), state, ledger)).files.map(
          (file) => file.standing,
        );
      };
      expect(await standings()).toEqual([standing]);
      // Another picture with a line of its own that nobody committed, and one without a line.
      await accept(project.dir, Buffer.from('another picture'));
      expect(await standings()).toEqual(['uncommitted']);
      writeFileSync(join(project.dir, baselinePaths(home).picture), 'a third picture');
      expect(await standings()).toEqual(['unrecorded']);
    }
  });

  test('bytes that are not those of their name are refused, and nothing is written', async () => {
    verifies('baselines.store');
    const one = shop();
    await accept(one.dir, Buffer.from('a picture that is changed on its way'));
    await pushPictures(one, signal);
    const other = clone(one.dir);
    for (const object of objects()) writeFileSync(object, 'a picture of somebody else             ');
    expect(await codeOf(pullPictures(other, signal))).toBe('STORE_DAMAGED');
    expect(readBaselines(other.dir).map((place) => place.sha256)).toEqual([undefined]);
    for (const object of objects()) rmSync(object);
    expect(await pullPictures(other, signal)).toMatchObject({ moved: [], left: [{ screen: 'home' }] });
  });

  test('a wrong key, a bucket that is not there and a service that is gone are told as such', async () => {
    verifies('baselines.store');
    const closed = 'http://127.0.0.1:9/pictures';
    for (const [store, key, code] of [
      [url, 'wrong', 'STORE_UNREACHABLE'],
      [url.replace('/pictures', '/others'), 'S3RVER', 'STORE_UNREACHABLE'],
      [closed, 'S3RVER', 'STORE_UNREACHABLE'],
      ['', 'S3RVER', 'STORE_NOT_SET'],
    ] as const) {
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', key);
      const project = shop(store);
      await accept(project.dir, Buffer.from('a picture for which there is no place'));
      expect([store, await codeOf(pushPictures(project, signal))]).toEqual([store, code]);
    }
  });
});

test('an address is read whole, and takes no keys', () => {
  verifies('baselines.store');
  expect(readStoreUrl('s3://shop-pictures/web/main/')).toEqual({
    ...{ bucket: 'shop-pictures', prefix: 'web/main', shown: 's3://shop-pictures/web/main' },
  });
  expect(readStoreUrl('https://s3.example.com:9000/pictures')).toEqual({
    ...{ endpoint: 'https://s3.example.com:9000', bucket: 'pictures', prefix: '' },
    shown: 'https://s3.example.com:9000/pictures',
  });
  for (const wrong of [
    'pictures',
    'ftp://host/pictures',
    'https://host/',
    's3://UP',
    'https://key:secret@host/pictures',
  ])
    expect(() => readStoreUrl(wrong), wrong).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => readStoreUrl('https://key:secret@host/pictures')).not.toThrow(/secret@/);
});
