import { expect, test } from 'vitest';
import { findOrigins } from '../../../src/project/init/init-project.js';
import { verifies } from '../../requirements.js';
import { folderWith } from '../sample-project.js';

test('what the source loads from elsewhere is found, what it only links to is not', async () => {
  verifies('init.origins');
  const dir = folderWith({
    'index.html': `<script src="https://cdn.one.dev/a.js"></script><a href="https://linked.dev">x</a>
      <link rel="stylesheet" href="https://fonts.two.dev/css?x"><link rel="canonical" href="https://me.dev/">
      <img src="http://localhost:1/x.png"><script src="https://www.example.com/x.js"></script>`,
    'src/style.css': '@import "https://three.dev/x.css"; p { background: url(https://four.dev/x.png) }',
    'src/api.ts': "fetch(`https://api.five.dev/users`); new WebSocket('wss://six.dev/ws'); // see https://docs.dev",
    'src/api.test.ts': "fetch('https://tested.dev')",
    'node_modules/x/index.js': "fetch('https://dependency.dev')",
    'dist/x.js': "fetch('https://built.dev')",
  });
  expect(await findOrigins(dir)).toEqual([
    'https://api.five.dev',
    'https://cdn.one.dev',
    'https://fonts.two.dev',
    'https://four.dev',
    'https://six.dev',
    'https://three.dev',
  ]);
});
