import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { Session } from '../../src/live/session.js';
import getPrompt from '../../src/tools/get-prompt.js';
import listPrompts from '../../src/tools/list-prompts.js';
import { verifies } from '../requirements.js';
import { clients, connect } from '../server/connect.js';
import { temporaryFolder } from '../store/samples.js';

/** Parts of a server over the two tools, in a project of its own. */
function parts(policy?: string) {
  const cwd = temporaryFolder();
  mkdirSync(path.join(cwd, '.codeloop'));
  writeFileSync(path.join(cwd, 'package.json'), '{ "name": "lamps", "devDependencies": { "vite": "1" } }');
  writeFileSync(path.join(cwd, '.codeloop/config.json'), '{ "screens": [{ "name": "home", "path": "/" }] }');
  if (policy !== undefined) writeFileSync(path.join(cwd, '.codeloop/policy.yaml'), policy);
  const dispatcher = new Dispatcher([listPrompts, getPrompt], new Session());
  return { cwd, dispatcher: async () => dispatcher };
}

test.each(Object.entries(clients))('%s lists the prompts, each described, and gets one filled', async (_name, make) => {
  verifies('prompts.protocol');
  const client = make();
  await connect(client, parts());
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toContain('verify_change');
  for (const prompt of prompts) {
    expect(prompt.description?.length).toBeGreaterThan(10);
    for (const one of prompt.arguments ?? []) expect(one.description?.length).toBeGreaterThan(5);
  }
  const given = await client.getPrompt({ name: 'verify_change', arguments: { task: 'Add a cart' } });
  expect(given.messages).toMatchObject([
    {
      role: 'user',
      content: { type: 'text', text: expect.stringContaining('The task: Add a cart\nScreens concerned: home\n') },
    },
  ]);
  await expect(client.getPrompt({ name: 'verify_change', arguments: {} })).rejects.toThrow(/needs task/);
  await expect(client.getPrompt({ name: 'verify_chang', arguments: {} })).rejects.toThrow(/Did you mean verify_change/);
  await client.close();
});

test('a policy that hides the tools hides the prompts', async () => {
  verifies('prompts.protocol');
  const client = clients['sdk 1.x']?.();
  if (!client) throw new Error('there is no such client');
  await connect(client, parts('version: "1"\nhide: [codeloop_list_prompts, codeloop_get_prompt]\n'));
  expect((await client.listPrompts()).prompts).toEqual([]);
  await expect(client.getPrompt({ name: 'release_check' })).rejects.toThrow();
  await client.close();
});
