import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse-settings.js';
import { toCodeloopError } from '../../../src/core/errors.js';
import { CLIENTS } from '../../../src/project/init/clients.js';
import { initProject } from '../../../src/project/init/init-project.js';
import { verifies } from '../../requirements.js';
import { folderWith } from '../sample-project.js';

/** Every file below a folder with its text. */
function contents(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(path.join(dir, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(path.join(dir, name), 'utf8')]),
  );
}

/** `now` less one run of characters, such that as much as possible of `old` stands at its two ends. */
function withoutInsertion(now: string, old: string): string {
  let start = 0;
  while (start < old.length && now[start] === old[start]) start += 1;
  return now.slice(0, start) + now.slice(now.length - (old.length - start));
}

const ROOT = path.join(import.meta.dirname, '../../..');
const RULE = 'Work is done only when `codeloop_gate_check`';
const DESIGNS = ['desktop', 'mobile', 'tablet'].map((viewport) => `designs/${viewport}/.gitkeep`);

describe('init', () => {
  test('does not wait for a pipe in the place of a file that it writes, and names it', async () => {
    for (const name of ['CLAUDE.md', '.mcp.json', '.gitignore', '.codeloop/config.json']) {
      const dir = folderWith({ 'index.html': '', '.codeloop/notes': '' });
      execFileSync('mkfifo', [path.join(dir, name)]);
      const error = toCodeloopError(await initProject(dir, {}).catch((thrown: unknown) => thrown));
      expect([name, error.code, error.message.includes(name)]).toEqual([name, 'FILE_UNREADABLE', true]);
    }
  });

  test('of a plain site writes settings, reference folders, ignore lines and one client', async () => {
    verifies('init.files');
    const dir = folderWith({ 'index.html': '', 'about.html': '' });
    const result = await initProject(dir, {});
    const written = [
      '.claude/settings.json',
      '.claude/skills/codeloop/SKILL.md',
      '.codeloop/config.json',
      '.gitignore',
      '.mcp.json',
      'CLAUDE.md',
      ...DESIGNS,
    ];
    expect([...result.created].sort()).toEqual([...written].sort());
    expect(Object.keys(contents(dir))).toEqual([...written, 'about.html', 'index.html'].sort());
    expect(parseConfig(contents(dir)['.codeloop/config.json'] ?? '')).toMatchObject({
      project_type: 'static',
      server: { static: '.' },
      screens: [
        { name: 'about', path: '/about.html' },
        { name: 'home', path: '/' },
      ],
    });
    expect(JSON.parse(contents(dir)['.mcp.json'] ?? '')).toEqual({
      mcpServers: { codeloop: { type: 'stdio', command: 'npx', args: ['-y', 'codeloop', 'serve'] } },
    });
    expect(JSON.parse(contents(dir)['.claude/settings.json'] ?? '')).toEqual({
      hooks: { Stop: [{ hooks: [{ type: 'command', command: 'npx -y codeloop gate --hook', timeout: 60 }] }] },
    });
    expect(contents(dir)['CLAUDE.md']).toContain(RULE);
    expect(contents(dir)['.gitignore']).toContain('artifacts/\n');
  });

  const scripts = (build: string) =>
    JSON.stringify({ scripts: { 'build-stories': build }, devDependencies: { vite: '8' } });
  test.each([
    [
      'by its script',
      { '.storybook/main.ts': '', 'package.json': scripts('storybook build --quiet') },
      'storybook-static',
      'npm run build-stories',
    ],
    [
      'into its own folder',
      {
        '.storybook/main.js': '',
        'yarn.lock': '',
        'package.json': scripts('cross-env CI=1 storybook build -o ./dist/book/'),
      },
      'dist/book',
      'yarn run build-stories',
    ],
    [
      'of an older version',
      { '.storybook/main.cjs': '', 'package.json': scripts('build-storybook --output-dir=out') },
      'out',
      'npm run build-stories',
    ],
    [
      'without a script',
      { '.storybook/main.mts': '', 'package.json': '{}' },
      'storybook-static',
      'npx storybook build',
    ],
    ['of Ladle', { '.ladle/config.mjs': '', 'package.json': scripts('ladle build') }, 'build', 'npm run build-stories'],
  ])('of a project that is stories alone names them and their build, %s', async (_how, files, folder, command) => {
    verifies('init.files');
    const dir = folderWith(files);
    const { proposed } = await initProject(dir, {});
    const { screens, runners } = JSON.parse(contents(dir)['.codeloop/config.json'] ?? '');
    expect({ screens, runners }).toEqual({ screens: { storybook: folder }, runners: { build: { command } } });
    expect(parseConfig(contents(dir)['.codeloop/config.json'] ?? '').stories?.storybook).toBe(folder);
    expect(contents(dir)['.gitignore']).toContain(`${folder}/\n`);
    expect(proposed).toEqual([]);
  });

  test('of an app with stories proposes them beside its pages', async () => {
    const manifest = { scripts: { dev: 'vite', 'build-storybook': 'storybook build' }, devDependencies: { vite: '8' } };
    const dir = folderWith({ '.storybook/main.ts': '', 'index.html': '', 'package.json': JSON.stringify(manifest) });
    const { proposed } = await initProject(dir, {});
    expect(JSON.parse(contents(dir)['.codeloop/config.json'] ?? '')).not.toHaveProperty('runners');
    expect(proposed.map(({ text }) => text)).toEqual(['{"stories":{"storybook":"storybook-static"}}']);
    expect(contents(dir)['.gitignore']).not.toContain('storybook-static');
  });

  test.each([
    ['a folder of pages', { 'index.html': '' }, true],
    ['an app', { 'package.json': '{}' }, true],
    ['packages without a manifest', { 'node_modules/x/package.json': '{}', 'main.go': '' }, true],
    ['a program without packages', { 'go.mod': 'module x', 'main.go': '' }, false],
    ['one that says so', { 'index.html': '', '.gitignore': '/node_modules\n' }, false],
    ['one that keeps some', { 'index.html': '', '.gitignore': 'node_modules/*\n!node_modules/own\n' }, false],
  ])('leaves packages out of the repository, once: %s', async (_what, files, added) => {
    verifies('init.files', 'init.twice');
    const dir = folderWith(files);
    await initProject(dir, {});
    const first = contents(dir)['.gitignore'];
    expect(/^node_modules\/$/m.test(first ?? '')).toBe(added);
    await initProject(dir, {});
    expect(contents(dir)['.gitignore']).toBe(first);
  });

  test('run twice changes nothing, for every client', async () => {
    verifies('init.twice');
    const dir = folderWith({ 'package.json': '{"scripts":{"dev":"vite"},"devDependencies":{"vite":"7"}}' });
    const first = await initProject(dir, { clients: CLIENTS });
    const before = contents(dir);
    const second = await initProject(dir, { clients: CLIENTS });
    expect(contents(dir)).toEqual(before);
    expect(second).toEqual({ ...first, created: [], updated: [], unchanged: first.created });
  });

  test('puts a hook beside what a client has in the same file, and proposes it where hooks of a person stand', async () => {
    verifies('init.hook');
    const own = '{"hooks":{"stop":[{"command":"./mine.sh"}]}}';
    const dir = folderWith({ 'index.html': '', '.cursor/hooks.json': own });
    const { proposed } = await initProject(dir, { clients: ['gemini', 'cursor'] });
    const gemini = JSON.parse(contents(dir)['.gemini/settings.json'] ?? '');
    expect([Object.keys(gemini.mcpServers), gemini.hooks.AfterAgent[0].hooks[0].command]).toEqual([
      ['codeloop'],
      'npx -y codeloop gate --hook',
    ]);
    expect(JSON.parse(contents(dir)['.cursor/hooks.json'] ?? '')).toMatchObject({ ...JSON.parse(own), version: 1 });
    expect(proposed.map(({ path }) => path)).toEqual(['.cursor/hooks.json']);
  });

  test('gives each client its skill, and Codex its server and hook beside what is there', async () => {
    verifies('init.skill');
    const mine = 'model = "x"\n\n[mcp_servers.other]\ncommand = "y"\n';
    const dir = folderWith({ 'index.html': '', '.codex/config.toml': mine });
    await initProject(dir, { clients: CLIENTS });
    const now = contents(dir);
    const server =
      '\n# codeloop:start\n[mcp_servers.codeloop]\ncommand = "npx"\nargs = ["-y", "codeloop", "serve"]\n# codeloop:end\n';
    expect(now['.codex/config.toml']).toBe(mine + server);
    const plugin = (name: string) => readFileSync(path.join(ROOT, 'plugins/codeloop', name), 'utf8');
    expect(JSON.parse(now['.codex/hooks.json'] ?? '')).toEqual(JSON.parse(plugin('hooks/hooks.json')));
    expect(JSON.parse(plugin('.mcp.json')).mcpServers).toMatchObject(
      JSON.parse(now['.gemini/settings.json'] ?? '').mcpServers,
    );
    const withoutMarks = (text = '') => text.replace(/<!-- codeloop:(?:start|end) -->\n/g, '');
    for (const file of ['.claude/skills/codeloop/SKILL.md', '.agents/skills/codeloop/SKILL.md'])
      expect(withoutMarks(now[file]).replace(/\n+/g, '\n')).toBe(
        plugin('skills/codeloop/SKILL.md').replace(/\n+/g, '\n'),
      );
    // Front matter begins the file: a skill without it is none.
    expect(now['.agents/skills/codeloop/SKILL.md']).toMatch(/^---\nname: codeloop\ndescription: [^\n]{40,1024}\n---\n/);
  });

  test.each([
    '[mcp_servers.codeloop]\ncommand = "mine"\n',
    '[mcp_servers."codeloop".env]\nA = "1"\n',
    'mcp_servers = { codeloop = { command = "mine" } }\n',
  ])('leaves a server of the same name in Codex as it is: %j', async (mine) => {
    verifies('init.foreign-text');
    const dir = folderWith({ 'index.html': '', '.codex/config.toml': mine });
    await initProject(dir, { clients: ['codex'] });
    expect(contents(dir)['.codex/config.toml']).toBe(mine);
  });

  test('keeps every byte that a person wrote', async () => {
    verifies('init.foreign-text');
    const own = {
      '.gitignore': 'node_modules\r\n# mine',
      'CLAUDE.md': '# House rules\n\nBe kind.\n',
      'AGENTS.md': 'no line end',
      '.github/copilot-instructions.md': '',
      '.mcp.json': '{\n\t// a comment\n\t"mcpServers": {"other": {"command": "x"}},\n}\n',
      '.gemini/settings.json': '{"theme":"dark"}',
      '.vscode/mcp.json': '  \n',
    };
    const dir = folderWith({ ...own, 'index.html': '<h1>' });
    await initProject(dir, { clients: CLIENTS });
    const now = contents(dir);
    for (const [name, text] of Object.entries(own).filter(([, old]) => old.trim() !== ''))
      expect([name, withoutInsertion(now[name] ?? '', text)]).toEqual([name, text]);
    expect(now['.mcp.json']).toBe(`{
\t// a comment
\t"mcpServers": {"other": {"command": "x"},
\t\t"codeloop": {
\t\t\t"type": "stdio",
\t\t\t"command": "npx",
\t\t\t"args": [
\t\t\t\t"-y",
\t\t\t\t"codeloop",
\t\t\t\t"serve"
\t\t\t]
\t\t}},
}
`);
    expect(JSON.parse(now['.gemini/settings.json'] ?? '')).toMatchObject({
      theme: 'dark',
      mcpServers: { codeloop: { command: 'npx' } },
    });
    expect(JSON.parse(now['.vscode/mcp.json'] ?? '')).toHaveProperty('servers.codeloop');
  });

  test('renews its own block and leaves what stands around it', async () => {
    verifies('init.foreign-text');
    const old = 'before\n<!-- codeloop:start -->\nan old rule\n<!-- codeloop:end -->\nafter\n';
    const dir = folderWith({ 'CLAUDE.md': old });
    const { updated } = await initProject(dir, { clients: ['claude-code'] });
    const text = contents(dir)['CLAUDE.md'] ?? '';
    expect(updated).toContain('CLAUDE.md');
    expect(text).toMatch(/^before\n<!-- codeloop:start -->\n[\s\S]*<!-- codeloop:end -->\nafter\n$/);
    expect(text).not.toContain('an old rule');
    expect(text).toContain(RULE);
  });

  test('leaves a registration and settings that are there as they are', async () => {
    verifies('init.foreign-text');
    const own = {
      '.mcp.json': '{"mcpServers":{"codeloop":{"command":"node","args":["mine.js"]}}}',
      '.codeloop/config.json': '{"viewports":{"wide":{"width":1600,"height":900}}} // mine',
    };
    const dir = folderWith({ ...own, 'index.html': '' });
    const { unchanged, created } = await initProject(dir, {});
    expect(contents(dir)).toMatchObject(own);
    expect(unchanged).toEqual(['.codeloop/config.json', '.mcp.json']);
    expect(created).toContain('designs/wide/.gitkeep');
  });

  test.each([
    ['.mcp.json', '{ "mcpServers": '],
    ['.mcp.json', '[]'],
    ['.mcp.json', '{"mcpServers": []}'],
    ['.mcp.json', '{"mcpServers": "none"}'],
    ['.cursor/mcp.json', 'hello'],
    ['.codeloop/config.json', '{"screns": []}'],
  ])('refuses a broken %s (%s) and writes nothing', async (name, text) => {
    verifies('init.broken');
    const dir = folderWith({ [name]: text, 'index.html': '' });
    const before = contents(dir);
    await expect(initProject(dir, { clients: CLIENTS })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(contents(dir)).toEqual(before);
  });

  test('writes through no link that leads out of the project', async () => {
    const outside = folderWith({ 'theirs.md': 'theirs' });
    const dir = folderWith({ 'index.html': '' });
    symlinkSync(path.join(outside, 'theirs.md'), path.join(dir, 'CLAUDE.md'));
    await expect(initProject(dir, {})).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
    expect(contents(outside)).toEqual({ 'theirs.md': 'theirs' });
    expect(existsSync(path.join(dir, '.codeloop'))).toBe(false);
  });

  test('as a dry run says the same and writes nothing', async () => {
    verifies('init.dry-run');
    const dir = folderWith({ 'index.html': '', 'CLAUDE.md': 'mine\n' });
    const before = contents(dir);
    const dry = await initProject(dir, { clients: CLIENTS, dryRun: true });
    expect(contents(dir)).toEqual(before);
    expect(await initProject(dir, { clients: CLIENTS })).toEqual(dry);
  });

  test('prints what belongs into files of the user’s own, and does not write it', async () => {
    verifies('init.files');
    const dir = folderWith({ 'index.html': '' });
    const { proposed } = await initProject(dir, { clients: ['codex', 'windsurf'] });
    expect(proposed.map(({ path: file }) => file)).toEqual(['~/.codeium/windsurf/mcp_config.json']);
    expect(existsSync(path.join(dir, '~'))).toBe(false);
  });

  test.each([
    [['.cursor/rules/x.mdc'], ['cursor']],
    [
      ['.vscode/settings.json', 'GEMINI.md'],
      ['vscode', 'gemini'],
    ],
    [
      ['.windsurfrules', 'AGENTS.md'],
      ['codex', 'windsurf'],
    ],
    [[], ['claude-code']],
  ])('finds the clients in use by %j: %j', async (signs, clients) => {
    const files = Object.fromEntries(signs.map((name) => [name, '']));
    const found = await initProject(folderWith(files), { dryRun: true });
    const asked = await initProject(folderWith(files), {
      dryRun: true,
      clients: CLIENTS.filter((one) => clients.includes(one)),
    });
    expect(found).toEqual(asked);
  });

  test('takes the address and the type that it is given', async () => {
    const dir = folderWith({ 'package.json': '{"scripts":{"dev":"vite"},"devDependencies":{"vite":"7"}}' });
    await initProject(dir, { baseUrl: 'http://localhost:8080', projectType: 'web' });
    expect(JSON.parse(contents(dir)['.codeloop/config.json'] ?? '')).toMatchObject({
      project_type: 'web',
      server: { command: ['npm', 'run', 'dev'], url: 'http://localhost:8080' },
    });
  });
});
