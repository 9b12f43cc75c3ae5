import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MAX_IMAGE_PIXELS,
  MAX_IMAGE_SIDE,
  MAX_REPLY_CHARACTERS,
  MAX_REPLY_IMAGES,
} from '../../src/call/reply-budget.js';
import { resultSchema } from '../../src/call/tool-schemas.js';
import { tools as ownTools } from '../../src/tools/index.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { type FixtureProject, makeFixtureProject } from './fixture-project.js';
import { BIN } from './programs.js';
import { runWarm } from './warm-program.js';

/** Arguments for tools that need some; the others are called with none. */
const ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  codeloop_capture_screenshot: { screen_name: 'home', return: 'image' },
  codeloop_get_prompt: { id: 'verify_change', variables: { task: 'add a lamp' } },
  codeloop_init_project: { dry_run: true },
  codeloop_interact: { url: '/', action: 'assert_text', value: 'One lamp is on.' },
  codeloop_interaction_replay: { expected_flow: 'open the shop -> see "One lamp is on."', contact_sheet: true },
  codeloop_page_snapshot: { url: '/' },
  codeloop_recommend_tool: { need: 'accessibility' },
  codeloop_record_interaction: { url: '/', duration_seconds: 1 },
  codeloop_run_flow: { steps: [{ action: 'assert_visible', target: { role: 'button', name: 'Buy' } }] },
  codeloop_start_recording: { url: '/' },
  codeloop_update_baseline: { screens: ['home'], reason: 'first pictures' },
};

/** Tools that do much the same, pages opened and recordings made: of each row the seed names one, and the full run calls all. */
const ALIKE = [
  ['codeloop_interact', 'codeloop_page_snapshot'],
  ['codeloop_record_interaction', 'codeloop_run_flow', 'codeloop_start_recording codeloop_stop_recording'],
  ['codeloop_verify', 'codeloop_integration_check'],
  ['codeloop_design_compare', 'codeloop_discover_screens'],
];
const left = ALIKE.flatMap((row) => row.filter((_, at) => !FULL && at !== SEED % row.length)).join(' ');

let project: FixtureProject;
beforeAll(async () => {
  project = await makeFixtureProject();
  // Something to plan from.
  await mkdir(path.join(project.dir, 'docs'));
  await writeFile(path.join(project.dir, 'docs/spec.md'), '## Home\n- [ ] Lamps are shown [proof: screen home]\n');
  await runWarm(['verify', '--quiet'], { cwd: project.dir });
  // Something to replay.
  await runWarm(['record', '/', '--duration-seconds', '1', '--quiet'], { cwd: project.dir });
});
afterAll(async () => {
  await project?.remove();
});

type AnyClient = FirstClient | ModernClient;

function spawnSpec() {
  return { command: process.execPath, args: [BIN, 'serve'], cwd: project.dir, stderr: 'ignore' as const };
}

async function first(): Promise<AnyClient> {
  const client = new FirstClient({ name: 'first', version: '1' });
  await client.connect(new FirstTransport(spawnSpec()));
  return client;
}

async function modern(mode: 'legacy' | 'auto' | { pin: string }): Promise<AnyClient> {
  const client = new ModernClient({ name: 'modern', version: '2' }, { versionNegotiation: { mode } });
  await client.connect(new ModernTransport(spawnSpec()));
  return client;
}

interface Reply {
  isError?: boolean;
  structuredContent?: unknown;
  _meta?: Record<string, unknown>;
  content: { type: string; text?: string; data?: string; mimeType?: string }[];
}

async function call(client: AnyClient, name: string, given: Record<string, unknown>): Promise<Reply> {
  // Longer than a client's usual minute: the machine that runs this may be busy.
  const options = { timeout: 170_000 };
  const params = { name, arguments: given };
  const reply =
    client instanceof FirstClient
      ? await client.callTool(params, undefined, options)
      : await client.callTool(params, options);
  return reply as unknown as Reply; // both clients' types are looser than what was promised and is checked below
}

const CLIENTS: readonly [string, () => Promise<AnyClient>][] = [
  ['sdk 1.x', first],
  ['client 2.x, legacy', () => modern('legacy')],
  ['client 2.x, auto', () => modern('auto')],
  ['client 2.x, pinned to 2026-07-28', () => modern({ pin: '2026-07-28' })],
];

/** The first one and, of the second, one by the seed; all in the full run. */
const CHOSEN = CLIENTS.filter((_, at) => FULL || at === 0 || at === 1 + (SEED % 3));

describe.each(CHOSEN)('%s', (name, connect) => {
  // One of the clients calls every tool, but for siblings, and each does in the full run; the others take one in three of those that
  // open no page.
  const turn = CHOSEN.findIndex(([one]) => one === name) + SEED;
  const drives = FULL || turn % CHOSEN.length === 0;
  let client: AnyClient;
  const noise: unknown[] = [];
  beforeAll(async () => {
    client = await connect();
    client.onerror = (error) => noise.push(error);
  });
  afterAll(async () => {
    await client?.close();
  });

  test('lists the tools and calls them; each reply travels and matches its schema as promised', async () => {
    verifies(
      'doors.both-eras',
      'doors.results-match-schema',
      'doors.travel',
      'doors.reply-budget',
      'doors.stdout-is-protocol',
    );
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(5);
    const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false, allowUnionTypes: true });
    const called = tools.filter(
      ({ name, annotations }, at) =>
        !left.split(' ').includes(name) && (drives || (annotations?.openWorldHint === false && (at + turn) % 3 === 0)),
    );
    expect(called.length).toBeGreaterThan(drives ? 5 : 1);
    for (const tool of called) {
      const needed = (tool.inputSchema.required ?? []).filter((field) => !(field in (ARGUMENTS[tool.name] ?? {})));
      expect(needed, `arguments for ${tool.name} are missing in ARGUMENTS`).toEqual([]);
      const reply = await call(client, tool.name, ARGUMENTS[tool.name] ?? {});
      const text = reply.content[0]?.text ?? '';
      expect(reply.isError ?? false, `${tool.name}: ${text}`).toBe(false);
      expect(text.length).toBeLessThanOrEqual(MAX_REPLY_CHARACTERS);

      const ours = ownTools.find(({ name }) => name === tool.name);
      if (!ours) throw new Error(`${tool.name} is no tool of ours`);
      expect(tool._meta?.['codeloop/resultSchema']).toBe(`docs/tools.md#${tool.name}`);
      ajv.validateSchema(tool.inputSchema, true);
      const validate = ajv.compile(resultSchema(ours));
      validate(JSON.parse(text));
      expect(validate.errors ?? [], tool.name).toEqual([]);

      const images = reply.content.filter(({ type }) => type === 'image');
      if (tool.outputSchema) {
        expect(reply.structuredContent).toEqual(JSON.parse(text));
        expect(reply.content).toHaveLength(1);
      } else {
        expect(reply).not.toHaveProperty('structuredContent');
        expect(images.length).toBeLessThanOrEqual(MAX_REPLY_IMAGES);
      }
      for (const image of images) {
        const { width = 0, height = 0 } = await sharp(Buffer.from(image.data ?? '', 'base64')).metadata();
        expect(Math.max(width, height)).toBeLessThanOrEqual(MAX_IMAGE_SIDE);
        expect(width * height).toBeLessThanOrEqual(MAX_IMAGE_PIXELS);
        expect(width * height).toBeGreaterThan(0);
      }
    }
    expect(noise).toEqual([]);
  });

  test('finds the viewer of pictures where the tools say it is, whole in one page', async () => {
    verifies('mcp.pair-viewer');
    const { tools } = await client.listTools();
    const named = tools.flatMap(({ _meta }) => (_meta?.ui ? [Reflect.get(Object(_meta.ui), 'resourceUri')] : []));
    expect(new Set(named)).toEqual(new Set(['ui://codeloop/pair-viewer.html']));
    const [page, ...others] = (await client.readResource({ uri: String(named[0]) })).contents;
    expect(others).toEqual([]);
    expect(page).toMatchObject({ mimeType: 'text/html;profile=mcp-app', _meta: { ui: { csp: {} } } });
    const text = page !== undefined && 'text' in page ? String(page.text) : '';
    expect(text).toMatch(/^<!doctype html>[\s\S]*default-src 'none'; img-src data:;[\s\S]*<\/html>\n$/);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain(named[0]);
  });

  test('gets our error for what no tool takes', async () => {
    verifies('doors.errors-are-replies', 'doors.friendly-arguments');
    const { tools } = await client.listTools();
    for (const { name } of tools) {
      const reply = await call(client, name, { ...ARGUMENTS[name], no_such_argument: 1 });
      expect(reply.isError).toBe(true);
      expect(reply).not.toHaveProperty('structuredContent');
      expect(reply._meta).toMatchObject({ 'codeloop/error': 'ARGUMENTS_INVALID' });
      expect(JSON.parse(reply.content[0]?.text ?? '').message).toContain('unknown argument no_such_argument');
    }
    expect((await call(client, 'codeloop_no_such_tool', {}))._meta).toMatchObject({
      'codeloop/error': 'TOOL_NOT_FOUND',
    });
  });
});
