import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** The server of a project over MCP, as an agent has it: `{ask(tool, arguments), tokens(), reset(), end()}`; every reply is counted (characters / 4). */
export function connect(bin, dir, state) {
  const env = { ...process.env, XDG_STATE_HOME: state };
  const child = spawn(process.execPath, [bin, 'serve'], { cwd: dir, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map();
  let [rest, id, tokens] = ['', 0, 0];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message);
    }
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const call = (method, params) =>
    new Promise((resolve) => {
      id += 1;
      waiting.set(id, resolve);
      send({ id, method, params });
    });
  void call('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'loop', version: '0' },
  });
  send({ method: 'notifications/initialized' });
  /** What a tool answers, as the model sees it; it counts. */
  const ask = async (name, given) => {
    const { result } = await call('tools/call', { name, arguments: given });
    const shown = result.structuredContent
      ? JSON.stringify(result.structuredContent)
      : result.content.map(({ text = '' }) => text).join('');
    tokens += Math.ceil(shown.length / 4);
    if (result.isError) throw new Error(`${name}: ${shown.slice(0, 500)}`);
    return result.structuredContent ?? JSON.parse(result.content[0].text);
  };
  return {
    ask,
    /** A verification, asked for again until it has ended. */
    async verify(given = {}) {
      let reply = await ask('codeloop_verify', given);
      while (reply.state === 'running') reply = await ask('codeloop_verify', { run_id: reply.run_id });
      return reply;
    },
    tokens: () => tokens,
    reset() {
      tokens = 0;
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}

/** A port of this machine that nothing listens at. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
