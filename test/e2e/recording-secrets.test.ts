import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAgent } from '../../bench/replay/visit.mjs';
import { decode } from '../../src/image/decode.js';
import { probe } from '../capture/picture-files.js';
import { until } from '../native/x-programs.js';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';
import { BIN } from './programs.js';

/** By the variables that hold them. Of equal length, and all of letters that are taller than the dots that stand for them. */
const SECRETS = { CODELOOP_TEST_KEY: 'lkhdbfhlkd', CODELOOP_TEST_OTHER: 'bdfhklbdfh' };
/** The like of it, and no secret: what is no secret is to be seen, so that the rows that are looked at are the right ones. */
const OPEN = 'dhlkbfkhdb';
/** Where lines of text stand, px from the top: those that may hold a secret, and the one of what is open. */
const LINES = [0, 100, 200];
const OPEN_LINE = 300;
/** Rows of each line of text, px from its top, that tall letters reach and dots do not. */
const TALL = { from: 26, to: 33 };

/** Big letters, one line each: a plain field, a password field, a button, a field for what is open; what was sent comes back as text. */
const page = (body: string) => `<!doctype html><meta charset="utf-8"><title>Keys</title><link rel="icon" href="data:,">
<style>*{margin:0;padding:0;border:0;outline:0;caret-color:transparent}body{background:#fff}
input,p,button{display:block;box-sizing:border-box;width:900px;height:100px;font:60px/100px 'DejaVu Sans Mono',monospace;color:#000;background:#fff;text-align:left}
</style>${body}`;
const form = page(
  '<form action="/done"><input name="plain" aria-label="Plain"><input name="hidden" type="password" aria-label="Hidden"><button>—</button><input name="open" aria-label="Open"></form>',
);
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://site');
  const sent = ['plain', 'hidden', 'nothing', 'open'].map((name) => url.searchParams.get(name) ?? '');
  const done = `${page(sent.map((value) => `<p>${value}</p>`).join(''))}<script>document.title='Sent ${sent[0]}';console.log('sent ${sent[0]}');sessionStorage.setItem('k','${sent[0]}')</script>`;
  const again = page(
    "<p id='a'></p><script>document.getElementById('a').textContent=sessionStorage.getItem('k')</script>",
  );
  const body = url.pathname === '/done' ? done : url.pathname === '/again' ? again : form;
  response.writeHead(200, { 'content-type': 'text/html' }).end(body);
});
let url = '';
let agent: Awaited<ReturnType<typeof startAgent>>;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secrets = Object.keys(SECRETS).map((env) => ({ env, origins: [] }));
  agent = await startAgent(BIN, { env: SECRETS, config: { server: { url }, secrets } });
});
afterAll(async () => {
  await agent?.close();
  server.closeAllConnections();
  server.close();
});

/** Dark pixels in the rows of these lines that only tall letters reach. */
async function tallInk(picture: Buffer, lines: readonly number[]): Promise<number> {
  const { data, width } = await decode({ bytes: picture, name: 'frame' });
  let dark = 0;
  for (const line of lines)
    for (let y = line + TALL.from; y < line + TALL.to; y++)
      for (let x = 0; x < width; x++) if ((data[(y * width + x) * 4] ?? 255) < 140) dark++;
  return dark;
}

const filesBelow = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/**
 * Types a value into both fields while the page is recorded, sends it and goes on; then the page is read, the recording replayed, and the
 * steps are saved as a flow. `recordedOnly`: nothing is done but to record.
 */
async function visit(value: unknown, { recordedOnly = false } = {}) {
  // The site is served by this process: so it is the project's own, and no stranger, where the process runs in its folder.
  const before = process.cwd();
  process.chdir(agent.dir);
  try {
    const said: string[] = [];
    const call = async (name: string, given: Record<string, unknown>) => {
      const reply = await agent.call(name, given);
      said.push(reply.text);
      return reply.result;
    };
    const steps = [
      { action: 'type', target: { label: 'Plain' }, value },
      { action: 'fill', target: { label: 'Hidden' }, value },
      { action: 'fill', target: { label: 'Open' }, value: OPEN },
      { action: 'click', target: { role: 'button' } },
      { action: 'navigate_url', value: `${url}/again` },
    ];
    const started = await call('start_recording', { url, viewport: '900x400' });
    for (const step of steps) {
      const acted = await call('interact', { page_id: started.page_id, steps: [step] });
      expect(acted.steps[0]).toMatchObject({ ok: true });
    }
    if (!recordedOnly) await call('page_snapshot', { page_id: started.page_id });
    const stopped = await call('stop_recording', { recording_id: started.recording_id });
    if (!recordedOnly) {
      await call('interaction_replay', { recording_id: started.recording_id, expected_flow: 'type it' });
      await call('run_flow', { steps, viewports: ['mobile'], save_as: 'keys' });
    }
    const video = path.join(agent.dir, stopped.video);
    await until(() => {
      try {
        return existsSync(video) && probe(video).frames > 0;
      } catch {
        return false; // it is still written
      }
    });
    const out = mkdtempSync(path.join(tmpdir(), 'codeloop-decoded-'));
    execFileSync('ffmpeg', ['-v', 'error', '-i', video, '-vf', 'fps=10', path.join(out, '%05d.png')]);
    const shown = filesBelow(out).map((file) => readFileSync(file));
    rmSync(out, { recursive: true });
    const frames = path.join(agent.dir, path.dirname(stopped.frames_path));
    const log = readFileSync(path.join(agent.dir, stopped.log_path), 'utf8').trim().split('\n');
    const after = log
      .map((line) => JSON.parse(line))
      .flatMap((event) => (event.kind === 'step' ? [readFileSync(path.join(frames, event.line.frame))] : []));
    const everything = [
      ...filesBelow(path.dirname(agent.dir)).map((file) => readFileSync(file)),
      ...said.map(Buffer.from),
    ];
    everything.push(Buffer.from(agent.stderr()));
    const pictures = [
      ...filesBelow(frames)
        .filter((file) => file.endsWith('.jpg'))
        .map((file) => readFileSync(file)),
      ...shown,
    ];
    const saved = path.join(agent.dir, '.codeloop/flows/keys.json');
    return { pictures, after, everything, flow: recordedOnly ? '' : readFileSync(saved, 'utf8') };
  } finally {
    process.chdir(before);
  }
}

test('a secret typed while a page is recorded shows in no frame, video, log, reply or flow', async () => {
  verifies('record.secrets', 'steps.secrets');
  const after: Buffer[][] = [];
  for (const [name, secret] of Object.entries(SECRETS)) {
    // What is read, replayed and saved holds no picture that could differ by the other one.
    const recordedOnly = !FULL && after.length > 0;
    const seen = await visit({ secret: name }, { recordedOnly });
    for (const content of seen.everything)
      expect(content.includes(secret), content.toString().slice(0, 2000)).toBe(false);
    expect(seen.pictures.length).toBeGreaterThan(5);
    const inks = await Promise.all(seen.pictures.map((picture) => tallInk(picture, LINES)));
    expect(inks).toEqual(inks.map(() => 0));
    if (!recordedOnly)
      expect(Math.max(...(await Promise.all(seen.pictures.map((one) => tallInk(one, [OPEN_LINE])))))).toBeGreaterThan(
        250,
      );
    if (!recordedOnly) expect(seen.flow.replace(/\s/g, '')).toContain(`{"secret":"${name}"}`);
    after.push(seen.after);
  }
  // Two secrets of equal length look the same, step by step.
  const [one = [], other = []] = after;
  expect(one).toHaveLength(5);
  for (const [step, picture] of one.entries())
    expect(picture.equals(other[step] ?? Buffer.of()), `step ${step + 1}`).toBe(true);
});
