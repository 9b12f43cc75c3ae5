import { expect, test } from 'vitest';
import { fileReferences } from '../../src/design/references.js';
import { projectWith } from '../project/sample-project.js';
import { verifies } from '../requirements.js';

test('designs that only tests ask for are none of the screens’, and no leftovers; all else under that name is as elsewhere', async () => {
  verifies('matchers.same');
  const viewports = { small: { width: 400, height: 300 } };
  const designs = ['small/home', 'tests/small/paid', 'tests/large/paid', 'tests/small/deep/paid', 'other/small/paid'];
  const files = Object.fromEntries(designs.map((design) => [`designs/${design}.png`, '']));
  const { dir, config } = projectWith({ viewports }, files);
  const read = async (screens: string[], folder?: string) => {
    const { references, unmatched } = await fileReferences(dir, config, screens, folder);
    return [references.map(({ path }) => path), unmatched.map(({ path }) => path)];
  };
  const lost = ['designs/other/small/paid.png', 'designs/tests/large/paid.png', 'designs/tests/small/deep/paid.png'];
  expect(await read(['home'])).toEqual([['designs/small/home.png'], lost]);
  expect(await read(['paid'], 'designs/tests')).toEqual([
    ['designs/tests/small/paid.png'],
    ['designs/tests/large/paid.png', 'designs/tests/small/deep/paid.png'],
  ]);
});
