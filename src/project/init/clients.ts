import { join } from 'node:path';
import { fileExists } from '../project.js';
/** Coding agents that init can register codeloop with. */
export const CLIENTS = ['claude-code', 'cursor', 'vscode', 'codex', 'gemini', 'windsurf'] as const;
export type Client = (typeof CLIENTS)[number];

/** The standing rule, as every client's instructions get it. */
export const STANDING_RULE = `## UI verification with codeloop
- After every change to the UI, call \`codeloop_verify\` (or run \`npx codeloop verify\`) and read its verdict.
- Fix what fails, worst first, and verify again. Do not edit files under \`artifacts/\`, thresholds, masks or references to get a pass.
- Work is done only when \`codeloop_gate_check\` (or \`npx codeloop gate\`) says \`ready_for_review\`.`;

/** The skill that agents load when their work touches the UI: name, when to load it, and what to do. */
export const SKILL = {
  name: 'codeloop',
  description:
    'Verify a user interface after changing it, before saying that the work is done: open its pages at several viewports, compare them with designs and accepted baselines, and answer with one verdict. Use when HTML, CSS, components, templates, routes or assets change, when a page has to match a design, when a layout looks broken, or when asked whether a UI is finished.',
  body: `# Verify the UI with codeloop

1. Call \`codeloop_verify\` (or run \`npx codeloop verify\`). It builds, starts the app, photographs every screen at every viewport, judges and answers with one verdict.
2. Read \`summary\`, then \`next\`: the worst finding comes first, with its element, file and line. \`codeloop_design_compare {"detail": "tiles"}\` shows the pixels, \`codeloop_diagnose\` the causes and repairs.
3. Fix the cause in the source. Never edit \`artifacts/\`, designs, baselines, masks or thresholds to get a pass: the gate sees it, and only a person may accept such a change.
4. Verify again; \`{"scope": "affected"}\` takes over what no change can have reached.
5. What moves or takes input: \`codeloop_open_page\`, \`codeloop_interact\`, \`codeloop_start_recording\`, then \`codeloop_interaction_replay\`.
6. The work is done when \`codeloop_gate_check\` says \`ready_for_review\`. Tell the person what the verdict leaves (\`remaining\`). If something could not run, say so; it is not a pass.

No server registered? Every tool is a command: \`npx codeloop --help\`. First time here: \`npx codeloop init\`.`,
} as const;

/** The head of a skill file. */
export const SKILL_FRONT = `---\nname: ${SKILL.name}\ndescription: ${SKILL.description}\n---\n\n`;

/** The server as MCP clients name it. */
export const SERVER = { command: 'npx', args: ['-y', 'codeloop', 'serve'] };

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
  /** A registration in TOML: a table, in a marked block at the end of the file. `has`: what shows that one is there. */
  table?: { path: string; text: string; has: RegExp };
  /** The skill's file. Clients share `.agents/skills`; Claude Code reads its own folder only. */
  skill: string;
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

/** A Stop hook in the form that Claude Code began and Codex, plugins and others took over. */
export const STOP_HOOKS = [{ hooks: [{ type: 'command', command: HOOK_COMMAND, timeout: HOOK_TIMEOUT_S }] }];

const SHARED_SKILL = '.agents/skills/codeloop/SKILL.md';

/**
 * Paths and formats from each client's documentation, read 2026-11: code.claude.com/docs/en/{hooks,skills}, cursor.com/docs/{hooks,context/skills},
 * code.visualstudio.com/docs/agents/reference/hooks-reference, learn.chatgpt.com/docs/{hooks,extend/mcp,build-skills},
 * geminicli.com/docs/{hooks/reference,cli/skills}, docs.windsurf.com/windsurf/cascade/{skills,hooks} (its hooks cannot hold an agent).
 */
export const CLIENT_FILES: Record<Client, ClientFiles> = {
  'claude-code': {
    registration: { path: '.mcp.json', keys: ['mcpServers', 'codeloop'], value: { type: 'stdio', ...SERVER } },
    hook: { path: '.claude/settings.json', keys: ['hooks', 'Stop'], value: STOP_HOOKS },
    skill: '.claude/skills/codeloop/SKILL.md',
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
    skill: SHARED_SKILL,
    instructions: {
      path: '.cursor/rules/codeloop.mdc',
      front: '---\ndescription: Verify every UI change with codeloop\nalwaysApply: true\n---\n',
    },
  },
  vscode: {
    registration: { path: '.vscode/mcp.json', keys: ['servers', 'codeloop'], value: { type: 'stdio', ...SERVER } },
    hook: {
      path: '.github/hooks/codeloop.json',
      keys: ['hooks', 'Stop'],
      value: [{ type: 'command', command: HOOK_COMMAND, timeout: HOOK_TIMEOUT_S }],
    },
    skill: SHARED_SKILL,
    instructions: { path: '.github/copilot-instructions.md' },
  },
  codex: {
    table: {
      path: '.codex/config.toml',
      text: '[mcp_servers.codeloop]\ncommand = "npx"\nargs = ["-y", "codeloop", "serve"]',
      has: /^\s*(?:\[\s*mcp_servers\s*\.\s*["']?codeloop["']?\s*[.\]]|mcp_servers\s*=)/m,
    },
    hook: { path: '.codex/hooks.json', keys: ['hooks', 'Stop'], value: STOP_HOOKS },
    skill: SHARED_SKILL,
    instructions: { path: 'AGENTS.md' },
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
    skill: SHARED_SKILL,
    instructions: { path: 'GEMINI.md' },
  },
  windsurf: {
    skill: SHARED_SKILL,
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

/** The coding agents whose files are in a project; claude-code where there are none. */
export async function clientsInUse(dir: string): Promise<Client[]> {
  const found: Client[] = [];
  for (const client of CLIENTS) {
    for (const sign of CLIENT_SIGNS[client]) {
      if (!found.includes(client) && (await fileExists(join(dir, sign)))) found.push(client);
    }
  }
  return found.length > 0 ? found : ['claude-code'];
}
