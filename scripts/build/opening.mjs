import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadSource } from './load-source.mjs';

/**
 * Writes dist/opening.json: what the built server answers to `initialize`, by protocol version, and its list of tools, as it says them itself. The
 * program answers clients from it, so that it need not load the protocol's library and the tools before the first call.
 */
export async function writeOpening(root) {
  const file = path.join(root, 'dist/opening.json');
  // Without the record the server speaks for itself.
  rmSync(file, { force: true });
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { SUPPORTED_PROTOCOL_VERSIONS: versions } = await import('@modelcontextprotocol/server');
  const { tools } = await import(pathToFileURL(path.join(root, 'dist/index.js')).href);
  const toolsets = new Map(tools.map(({ name, toolset }) => [name, toolset]));
  const answers = await Promise.all([...versions, 'none'].map((asked) => ask(root, asked)));
  const initialize = Object.fromEntries(
    answers
      .slice(0, -1)
      .map(({ opened }, index) => [versions[index], opened])
      .filter(([asked, { protocolVersion }]) => asked === protocolVersion),
  );
  const latest = answers.at(-1).opened.protocolVersion;
  if (!initialize[latest]) throw new Error(`the server answers version ${latest}, and not to itself`);
  const list = answers[versions.indexOf(latest)].listed.tools;
  if (list.length === 0) throw new Error('the server lists no tools');
  const record = {
    version,
    latest,
    initialize,
    tools: list.map((entry) => ({ toolset: toolsets.get(entry.name), entry })),
  };
  writeFileSync(file, JSON.stringify({ ...record, help: helpOf(root) }));
}

/**
 * Writes dist/flags.json: the JSON Schema of each command's arguments, from which the terminal makes its flags (making them takes all of zod), and
 * how each command is said, by which suggested calls become lines (asking the tools takes all of the program).
 */
export async function writeFlags(root) {
  const file = path.join(root, 'dist/flags.json');
  rmSync(file, { force: true });
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { byCommand, inputSchema } = await loadSource(
    root,
    "export { byCommand } from './src/tools/by-command.js'; export { inputSchema } from './src/call/tool-schemas.js';",
  );
  const tools = await Promise.all(Object.values(byCommand).map((load) => load()));
  const flags = Object.fromEntries(tools.map(({ default: tool }) => [tool.name, inputSchema(tool, 'cli')]));
  const commands = tools
    .filter(({ default: { doors } }) => doors.includes('cli'))
    .map(({ default: { name, command } }) => ({
      name,
      command: { name: command.name, positionals: command.positionals },
    }));
  writeFileSync(file, JSON.stringify({ version, flags, commands }));
}

/** What the built program says of itself, in plain text. */
function helpOf(root) {
  const { FORCE_COLOR: _force, ...env } = process.env;
  return execFileSync(process.execPath, [path.join(root, 'dist/bin.js'), '--help'], { encoding: 'utf8', env });
}

/** Opens the built server with a protocol version, and asks for its list. */
async function ask(root, protocolVersion) {
  const child = spawn(process.execPath, [path.join(root, 'dist/bin.js'), 'serve', '--root', tmpdir()], {
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'build', version: '0' } };
  send({ id: 1, method: 'initialize', params });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/list' });
  const said = new Map();
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { id, result, error } = JSON.parse(line);
      if (error) throw new Error(`the built server refuses: ${error.message}`);
      said.set(id, result);
    }
    if (said.has(2)) child.stdin.end();
  }
  if (!said.has(2)) throw new Error('the built server ended without its list');
  return { opened: said.get(1), listed: said.get(2) };
}
