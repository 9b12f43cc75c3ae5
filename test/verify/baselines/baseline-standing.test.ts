import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/core/digest.js';
import { watchCode } from '../../../src/project/code-state/code-state.js';
import { projectScreens } from '../../../src/project/screens.js';
import { baselinePlace, readBaselines, storeBaseline } from '../../../src/store/baseline-files.js';
import { Ledger } from '../../../src/store/ledger.js';
import { examineBaselines, unusedBaselines } from '../../../src/verify/baselines/baseline-standing.js';
import { projectWith } from '../../project/sample-project.js';
import { verifies } from '../../requirements.js';

test('what a person accepted of a test is its test’s alone: no leftover, and nothing that the gate compares', async () => {
  verifies('matchers.propose');
  const project = projectWith(
    { screens: [{ name: 'home', path: '/' }], viewports: { small: { width: 400, height: 300 } } },
    { 'index.html': '' },
  );
  const picture = Buffer.from('a picture');
  const accept = (screen: string, test?: string) =>
    storeBaseline(project.dir, baselinePlace('here', screen, 'small'), {
      picture,
      record: {
        ...{ schema_version: 1, event: 'accepted', at: '2026-01-01T00:00:00.000Z', by: 'Ada', reason: 'first' },
        sha256: sha256(picture),
        from: { run_id: 'run-1', tree: 't', ...(test === undefined ? {} : { test }) },
      },
    });
  await accept('home', 'e2e/home.spec.ts:3 opens');
  await accept('gone');
  await accept('paid', 'e2e/shop.spec.ts:3 pays');
  const screens = await projectScreens(project);
  expect(unusedBaselines(project, screens, readBaselines(project.dir)).map(({ screen }) => screen)).toEqual(['gone']);
  const { state } = await watchCode(project);
  const found = await examineBaselines(project, screens, state, new Ledger(project.dir, join(project.dir, 'state')));
  const names = (list: readonly { screen: string }[]) => list.map(({ screen }) => screen);
  // A screen that verify looks at as well is held by the gate too, whoever proposed its picture.
  expect([names(found.files), names(found.tests), names(found.unused)]).toEqual([['gone', 'home'], ['paid'], ['gone']]);
});
