import { expect, test } from 'vitest';
import { screensAt } from '../../src/checks/evidence.js';

const expected = [
  { screen: 'home', url: 'http://127.0.0.1:80/' },
  { screen: 'bag', url: 'http://127.0.0.1/bag?items=1' },
  { screen: 'tab-a', url: 'http://127.0.0.1/tabs?tab=a' },
  { screen: 'tab-b', url: 'http://127.0.0.1/tabs?tab=b' },
  { screen: 'route', url: 'http://127.0.0.1/app#/settings' },
  { screen: 'anchor', url: 'http://127.0.0.1/long#part' },
  { screen: 'opened', url: 'http://127.0.0.1/menu' },
  { screen: 'closed', url: 'http://127.0.0.1/menu' },
].map((one) => ({ ...one, viewport: 'mobile', width: 375 }));

test.each([
  ['http://127.0.0.1/', ['home']],
  ['http://localhost/index.html?x=1#top', ['home']],
  ['http://127.0.0.1:8080/', []],
  ['https://127.0.0.1/', []],
  ['http://127.0.0.1/bag', ['bag']],
  ['http://127.0.0.1/bag/?items=7', ['bag']],
  ['http://127.0.0.1/tabs?tab=b&x=1', ['tab-b']],
  ['http://127.0.0.1/tabs', []],
  ['http://127.0.0.1/app#/settings/?q=1', ['route']],
  ['http://127.0.0.1/app', []],
  ['http://127.0.0.1/long', ['anchor']],
  ['http://127.0.0.1/menu', ['opened', 'closed']],
  ['no address', []],
])('%s shows %j', (visited, screens) => {
  expect(screensAt(visited, expected)).toEqual(screens);
});
