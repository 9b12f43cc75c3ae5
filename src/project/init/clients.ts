/** Coding agents that init can register codeloop with. */
export const CLIENTS = ['claude-code', 'cursor', 'vscode', 'codex', 'gemini', 'windsurf'] as const;
export type Client = (typeof CLIENTS)[number];

/** The standing rule, as every client's instructions get it. */
export const STANDING_RULE = `## UI verification with codeloop
- After every change to the UI, call \`codeloop_verify\` (or run \`npx codeloop verify\`) and read its verdict.
- Fix what fails, worst first, and verify again. Do not edit files under \`artifacts/\`, thresholds, masks or references to get a pass.
- Work is done only when \`codeloop_gate_check\` (or \`npx codeloop gate\`) says \`ready_for_review\`.`;

/** The server as MCP clients name it. */
const SERVER = { command: 'npx', args: ['-y', 'codeloop', 'serve'] };

/** A JSON file that lists MCP servers: where, and the key path of our entry. */
interface Registration {
  path: string;
  keys: readonly string[];
  value: unknown;
}

/** A text file that holds standing instructions; a file of our own is written whole, a shared one gets a marked block. */
interface Instructions {
  path: string;
  /** Front matter that the client needs before the block, for files of our own. */
  front?: string;
}

/** The files that a client reads in a project, and the snippet that only the user may add to their own file. */
interface ClientFiles {
  registration?: Registration;
  /** What asks codeloop before the agent says that it is done, where the client has such a hook. `needs`: what else its file must hold. */
  hook?: Registration & { needs?: { keys: readonly string[]; value: unknown } };
  instructions: Instructions;
  /** Snippet for a user-global file, printed and never written. */
  snippet?: { path: string; text: string };
}

/** The command of a Stop hook. */
export const HOOK_COMMAND = 'npx -y codeloop gate --hook';
/** Seconds that a client waits for it: the first call of npx may have to download. */
const HOOK_TIMEOUT_S = 60;

/** Paths and formats from each client's documentation, as of November 2026. */
export const CLIENT_FILES: Record<Client, ClientFiles> = {
  'claude-code': {
    registration: { path: '.mcp.json', keys: ['mcpServers', 'codeloop'], value: { type: 'stdio', ...SERVER } },
    hook: {
      path: '.claude/settings.json',
      keys: ['hooks', 'Stop'],
      value: [{ hooks: [{ type: 'command', command: HOOK_COMMAND, timeout: HOOK_TIMEOUT_S }] }],
    },
    instructions: { path: 'CLAUDE.md' },
  },
  cursor: {
    registration: { path: '.cursor/mcp.json', keys: ['mcpServers', 'codeloop'], value: SERVER },
    hook: {
      path: '.cursor/hooks.json',
      keys: ['hooks', 'stop'],
      value: [{ command: HOOK_COMMAND, timeout: HOOK_TIMEOUT_S }],
      needs: { keys: ['version'], value: 1 },
    },
    instructions: {
      path: '.cursor/rules/codeloop.mdc',
      front: '---\ndescription: Verify every UI change with codeloop\nalwaysApply: true\n---\n',
    },
  },
  vscode: {
    registration: { path: '.vscode/mcp.json', keys: ['servers', 'codeloop'], value: { type: 'stdio', ...SERVER } },
    instructions: { path: '.github/copilot-instructions.md' },
  },
  codex: {
    instructions: { path: 'AGENTS.md' },
    snippet: {
      path: '~/.codex/config.toml',
      text: '[mcp_servers.codeloop]\ncommand = "npx"\nargs = ["-y", "codeloop", "serve"]',
    },
  },
  gemini: {
    registration: { path: '.gemini/settings.json', keys: ['mcpServers', 'codeloop'], value: SERVER },
    hook: {
      path: '.gemini/settings.json',
      keys: ['hooks', 'AfterAgent'],
      // Gemini counts milliseconds.
      value: [
        { hooks: [{ type: 'command', name: 'codeloop', command: HOOK_COMMAND, timeout: HOOK_TIMEOUT_S * 1000 }] },
      ],
    },
    instructions: { path: 'GEMINI.md' },
  },
  windsurf: {
    instructions: { path: '.windsurf/rules/codeloop.md', front: '---\ntrigger: always_on\n---\n' },
    snippet: {
      path: '~/.codeium/windsurf/mcp_config.json',
      text: JSON.stringify({ mcpServers: { codeloop: SERVER } }, null, 2),
    },
  },
};

/** Files whose presence shows that a client is in use here. */
export const CLIENT_SIGNS: Record<Client, readonly string[]> = {
  'claude-code': ['.claude', 'CLAUDE.md', '.mcp.json'],
  cursor: ['.cursor', '.cursorrules'],
  vscode: ['.vscode', '.github/copilot-instructions.md'],
  codex: ['.codex', 'AGENTS.md'],
  gemini: ['.gemini', 'GEMINI.md'],
  windsurf: ['.windsurf', '.windsurfrules'],
};
