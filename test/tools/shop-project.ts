import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { openWarm } from '../live/warm-session.js';
import { freePort } from '../project/sample-project.js';
import { connect } from '../server/connect.js';

/** A reply as an agent gets it: the JSON of the first text block, and how many pictures came with it. */
export interface AgentReply {
  json: Record<string, unknown>;
  text: string;
  images: number;
  isError: boolean;
}

/** The example shop as a project of its own, and an MCP client that has all tools. */
export interface ShopProject {
  dir: string;
  call(tool: string, given: Record<string, unknown>): Promise<AgentReply>;
  close(): Promise<void>;
}

/** Copies the shop to a new folder, on a free port, and connects. `change` alters its configuration. */
export async function openShop(change: Record<string, unknown> = {}): Promise<ShopProject> {
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-shop-'));
  await cp(path.join(import.meta.dirname, '../../fixtures/apps/shop'), dir, { recursive: true });
  const port = await freePort();
  const file = path.join(dir, '.codeloop/config.json');
  const config: Record<string, unknown> = {
    ...JSON.parse(await readFile(file, 'utf8')),
    server: { command: ['node', 'server.mjs', '--port', String(port)], url: `http://127.0.0.1:${port}` },
    ...change,
  };
  await writeFile(file, JSON.stringify(config, null, 2));
  await writeFile(path.join(dir, '.gitignore'), 'artifacts/\n');
  const { dispatcher, dispose } = openWarm();
  const client = new Client({ name: 'agent', version: '1' });
  await connect(client, { dispatcher: async () => dispatcher, givenRoots: [dir], cwd: dir });
  return {
    dir,
    async call(name, given) {
      const reply = await client.callTool({ name, arguments: given }, undefined, { timeout: 590_000 });
      const content = reply.content as { type: string; text?: string }[]; // looser in the client's type than on the wire
      const text = content[0]?.text ?? '';
      const json: Record<string, unknown> = JSON.parse(text);
      return {
        json,
        text,
        images: content.filter(({ type }) => type === 'image').length,
        isError: reply.isError === true,
      };
    },
    async close() {
      await client.close();
      await dispose();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
