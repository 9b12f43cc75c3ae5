import type { Channel } from 'node:diagnostics_channel';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countedWork } from '../../src/core/lanes.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

/** What was told on a channel while `work` ran. */
async function heard<Message>(told: Channel, work: () => Promise<unknown>): Promise<Message[]> {
  const messages: Message[] = [];
  const listen = (message: unknown) => void messages.push(message as Message);
  told.subscribe(listen);
  try {
    await work();
    return messages;
  } finally {
    told.unsubscribe(listen);
  }
}

/** Waits until a file is old enough that no further write can carry the same times: what was written just before is read twice. */
const lieStill = (file: string) =>
  expect.poll(async () => Date.now() - (await stat(file)).ctimeMs, { interval: 20 }).toBeGreaterThan(150);

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

// Counts, not times: they are the same on a busy machine. One that grows was paid for by every user, so it is raised here on purpose only.
describe('one page at one viewport, verified in a warm session', () => {
  let project: BaselineProject;

  beforeAll(async () => {
    project = await openBaselineProject({ whole: true });
    await project.result('codeloop_verify', {});
  });
  afterAll(() => project?.close());

  test('costs a known number of questions to the page, and two pictures of it', async () => {
    verifies('speed.counted');
    await project.paint('#ad0606');
    const asked = await heard<{ what: string }>(countedWork.pageCall, () => project.result('codeloop_verify', {}));
    expect(counted(asked.map(({ what }) => what))).toEqual({
      'a frame': 5,
      'bringing the page to rest': 4,
      'continuing backdrops': 1,
      'drawing the page': 2,
      'examining accessibility': 1,
      'laying the page out': 1,
      'letting the page go on': 1,
      'looking at letters': 1,
      'looking at pictures that play': 1,
      'looking at the page': 1,
      'looking at what was seen': 1,
      'looking for scrollers': 2,
      'looking for shadow roots': 1,
      // A page that shows only that it waits, with no request open.
      'looking whether it waits': 1,
      'measuring the page': 4,
      'reading breakpoints': 1,
      'reading its moves': 1,
      'reading the boxes': 1,
      'reading the layout': 1,
      'reading the title': 1,
      'scrolling the page': 3,
      'scrolling to the top': 1,
      'taking the picture': 2,
      'trying the controls': 1,
    });
  });

  test('costs a known number of manifests and git commands, however many files a cell has', async () => {
    verifies('speed.counted');
    await project.paint('#0645ad');
    await lieStill(path.join(project.dir, 'site/index.html'));
    let commands: { file: string; args: readonly string[] }[] = [];
    const manifests = await heard(countedWork.manifest, async () => {
      commands = await heard(countedWork.command, () => project.result('codeloop_verify', {}));
    });
    const verb = ({ file, args }: (typeof commands)[number]) =>
      file === 'git' ? `git ${args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c')}` : file;
    expect(manifests.length).toBe(10);
    expect(counted(commands.map(verb))).toEqual({
      'fc-list': 1,
      'git add': 1,
      'git check-ignore': 1,
      'git config': 1,
      'git diff-index': 1,
      'git for-each-ref': 1,
      'git ls-files': 2,
      'git rev-parse': 2,
    });
  });
});
