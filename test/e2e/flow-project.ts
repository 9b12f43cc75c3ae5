import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Step } from '../../src/core/vocabulary/step.js';

/** How the Pay button is: it works, it does nothing, it is called otherwise, or it is called otherwise and has lost its test id. */
export type PayButton = 'works' | 'dead' | 'renamed' | 'gone';

/** A small shop of two screens at two viewports, each with a saved flow. */
export interface FlowProject {
  dir: string;
  pay(button: PayButton): Promise<void>;
  flow(name: string, flow: { start: string; steps: Step[]; viewports?: string[] } | string): Promise<void>;
  remove(): Promise<void>;
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>body{margin:20px;font:16px sans-serif;background:#fff}button{height:36px}</style>
<h1>${title}</h1>${body}</html>`;

const BUTTONS: Readonly<Record<PayButton, string>> = {
  works: '<button data-testid="pay" onclick="said.textContent = \'Thank you\'">Pay now</button>',
  dead: '<button data-testid="pay">Pay now</button>',
  renamed: '<button data-testid="pay" onclick="said.textContent = \'Thank you\'">Order</button>',
  gone: '<button onclick="said.textContent = \'Thank you\'">Pay later</button>',
};

/** Makes the project in a new folder; everything works. */
export async function makeFlowProject(): Promise<FlowProject> {
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-flows-'));
  const write = (file: string, text: string) => writeFile(path.join(dir, file), text);
  const project: FlowProject = {
    dir,
    pay: (button) => write('site/pay.html', page('Pay', `${BUTTONS[button]}<p id="said">One lamp</p>`)),
    flow: (name, flow) =>
      write(
        `.codeloop/flows/${name}.json`,
        typeof flow === 'string' ? flow : JSON.stringify({ schema_version: 1, name, ...flow }, null, 2),
      ),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
  await mkdir(path.join(dir, '.codeloop/flows'), { recursive: true });
  await mkdir(path.join(dir, 'site'));
  const config = {
    server: { static: 'site' },
    screens: [
      { name: 'shop', path: '/' },
      { name: 'pay', path: '/pay.html' },
    ],
    viewports: { phone: { width: 320, height: 480 }, laptop: { width: 640, height: 400 } },
  };
  await write('.codeloop/config.json', JSON.stringify(config, null, 2));
  await write('package.json', '{ "name": "lamps" }\n');
  await write('.gitignore', 'artifacts/\n');
  const shop = `<button onclick="count.textContent = '1 in the bag'">Add to bag</button><p id="count">0 in the bag</p>`;
  await write('site/index.html', page('Lamps', shop));
  await project.pay('works');
  // Each replay is a recording with its video: what is alike at each viewport is seen at one of them.
  await project.flow('add-to-bag', {
    start: '/',
    viewports: ['laptop'],
    steps: [
      { action: 'click', target: { role: 'button', name: 'Add to bag' } },
      { action: 'assert_text', value: '1 in the bag' },
    ],
  });
  await project.flow('pay', {
    start: '/pay.html',
    steps: [
      { action: 'assert_visible', target: { role: 'heading', name: 'Pay' } },
      // What is there is waited for however busy the machine is; a dead button lets the last one wait for nothing.
      { action: 'click', target: { role: 'button', name: 'Pay now' }, timeout_ms: 60_000 },
      { action: 'assert_text', value: 'Thank you', timeout_ms: 5000 },
    ],
  });
  return project;
}
