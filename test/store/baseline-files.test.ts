import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import type { BaselineProposal, BaselineRecord } from '../../src/core/vocabulary/baseline.js';
import {
  baselineEnvironment,
  baselinePaths,
  baselinePlace,
  readBaselines,
  removeBaseline,
  storeBaseline,
} from '../../src/store/baseline-files.js';
import { readProposals, removeProposal, writeProposal } from '../../src/store/baseline-proposals.js';
import { verifies } from '../requirements.js';
import { temporaryFolder } from './samples.js';

const place = { environment: 'linux', screen: 'home', viewport: 'mobile' };
const picture = Buffer.from('picture');
const digest = sha256(picture);
const record = (extra: Partial<BaselineRecord> = {}): BaselineRecord => ({
  schema_version: 1,
  event: 'accepted',
  at: '2026-11-21T00:00:00.000Z',
  by: 'Ada',
  reason: 'first',
  sha256: digest,
  ...extra,
});
const proposal: BaselineProposal = {
  schema_version: 1,
  ...place,
  screen_name: 'Home',
  viewport_name: 'mobile',
  sha256: digest,
  source: 'artifacts/runs/run-1/screenshots/home.mobile.png',
  from: { run_id: 'run-1', tree: 'a' },
  reason: 'first',
  at: '2026-11-21T00:00:00.000Z',
  by: 'agent',
};

describe('places', () => {
  const environment = {
    id: 'x',
    os: 'linux',
    arch: 'x64',
    browser: 'chromium',
    browser_version: '156.0.8078.79',
    fonts: '05d122a4ffff',
  };

  test.each([
    [environment, 1, 'linux-x64-chromium156-1x-05d122a4'],
    [environment, 1.5, 'linux-x64-chromium156-1.5x-05d122a4'],
    [{ ...environment, browser: 'chromium-headless-shell' }, 2, 'linux-x64-chromiumheadlessshell156-2x-05d122a4'],
    [{ ...environment, os: 'darwin', arch: 'arm64', browser: 'webkit' }, 2, 'darwin-arm64-webkit156-2x-05d122a4'],
  ])('an environment has a short name', (given, ratio, name) => {
    expect(baselineEnvironment(given, ratio)).toBe(name);
  });

  test.each(['..', '../x', 'a/b', '.proposals', 'con', ''])('a folder cannot be called %j', (name) => {
    verifies('baselines.walls');
    expect(() => baselinePaths({ ...place, environment: name })).toThrow(/cannot be the name/);
    expect(() => baselinePaths({ ...place, screen: name })).toThrow(/cannot be the name/);
    expect(() => baselinePaths({ ...place, viewport: name })).toThrow(/cannot be the name/);
  });

  test('a screen’s name becomes a folder’s', () => {
    expect(baselinePlace('linux', '../Sign in / out', 'Desktop XL')).toEqual({
      environment: 'linux',
      screen: 'sign-in-out',
      viewport: 'desktop-xl',
    });
  });
});

describe('baselines', () => {
  test('are found with their history', async () => {
    const project = temporaryFolder();
    expect(readBaselines(project)).toEqual([]);
    const file = await storeBaseline(project, place, { picture, dom: Buffer.from('{}'), record: record() });
    expect(file).toBe('.codeloop/baselines/linux/home/mobile.png');
    const dom = '.codeloop/baselines/linux/home/mobile.dom.json';
    const found = { ...place, path: file, dom, sha256: digest, history: [record()], damaged: false };
    expect(readBaselines(project)).toEqual([found]);
    const other = Buffer.from('other');
    const second = record({ sha256: sha256(other), replaced: digest, reason: 'second' });
    await storeBaseline(project, place, { picture: other, record: second });
    expect(readBaselines(project)).toEqual([
      { ...place, path: file, sha256: sha256(other), history: [record(), second], damaged: false },
    ]);
    expect(readdirSync(path.join(project, '.codeloop/baselines/linux/home'))).toEqual([
      'mobile.history.jsonl',
      'mobile.png',
    ]);
  });

  test('that are removed leave their history', async () => {
    const project = temporaryFolder();
    await storeBaseline(project, place, { picture, record: record() });
    const { sha256: _, ...rest } = record({ event: 'removed', replaced: digest });
    await removeBaseline(project, place, rest);
    expect(readBaselines(project)).toEqual([
      { ...place, path: '.codeloop/baselines/linux/home/mobile.png', history: [record(), rest], damaged: false },
    ]);
  });

  test('with a history that is not whole are vouched for by nothing', async () => {
    verifies('baselines.edited');
    const project = temporaryFolder();
    await storeBaseline(project, place, { picture, record: record() });
    const history = path.join(project, '.codeloop/baselines/linux/home/mobile.history.jsonl');
    for (const text of ['{"schema_version":1}\n', 'no json\n', `${JSON.stringify(record())}\n{`]) {
      writeFileSync(history, text);
      expect(readBaselines(project)).toMatchObject([{ damaged: true, history: [] }]);
    }
  });

  test('behind links are none, and nothing is written through one', async () => {
    verifies('baselines.walls');
    const project = temporaryFolder();
    const outside = temporaryFolder();
    await storeBaseline(project, place, { picture, record: record() });
    const file = path.join(project, '.codeloop/baselines/linux/home/mobile.png');
    rmSync(file);
    writeFileSync(path.join(outside, 'secret.png'), 'secret');
    symlinkSync(path.join(outside, 'secret.png'), file);
    const [linked] = readBaselines(project);
    expect(linked?.sha256).toBe(undefined);
    await storeBaseline(project, place, { picture, record: record() });
    expect(readdirSync(outside)).toEqual(['secret.png']);
    rmSync(path.join(project, '.codeloop/baselines/linux'), { recursive: true });
    symlinkSync(outside, path.join(project, '.codeloop/baselines/linux'));
    expect(readBaselines(project)).toEqual([]);
    await expect(storeBaseline(project, place, { picture, record: record() })).rejects.toMatchObject({
      code: 'PATH_OUTSIDE_ROOTS',
    });
    expect(readdirSync(outside)).toEqual(['secret.png']);
  });
});

describe('proposals', () => {
  test('wait apart, and are no baselines', async () => {
    verifies('baselines.proposals-apart');
    const project = temporaryFolder();
    const file = await writeProposal(project, proposal, { picture, dom: undefined });
    expect(file).toBe('.codeloop/baselines/.proposals/linux/home/mobile.png');
    expect(readBaselines(project)).toEqual([]);
    expect(readProposals(project)).toEqual([{ proposal, path: file, picture, dom: undefined }]);
    expect(existsSync(path.join(project, '.codeloop/baselines/.proposals/.gitignore'))).toBe(true);
    removeProposal(project, place);
    removeProposal(project, place);
    expect(readProposals(project)).toEqual([]);
  });

  test('whose picture was changed have none', async () => {
    verifies('baselines.traced');
    const project = temporaryFolder();
    const file = await writeProposal(project, proposal, { picture, dom: undefined });
    writeFileSync(path.join(project, file), 'another');
    expect(readProposals(project)).toMatchObject([{ picture: undefined }]);
  });

  test('that name another place than their own, or have another shape, are none', async () => {
    verifies('baselines.walls');
    const project = temporaryFolder();
    const folder = path.join(project, '.codeloop/baselines/.proposals/linux/home');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'a.json'), JSON.stringify(proposal));
    writeFileSync(path.join(folder, 'b.json'), '{"screen":"home"}');
    writeFileSync(path.join(folder, 'c.json'), 'no json');
    expect(readProposals(project)).toEqual([]);
  });
});
