/**
 * Environment variables that coding agents set for the commands they run, and no person's terminal has. A name that ends in `_`
 * stands for every variable that begins so; a name with a value stands for that value. Settings that people put in their profiles
 * (`CODEX_HOME`, `CLAUDE_CODE_USE_BEDROCK`) are not among them. Sources: the agents' own documents and
 * sources, and the lists of `@vercel/detect-agent`, `am-i-vibing` and AWS CDK's command line, which agree on most of them.
 *
 * This keeps an honest agent from walking into a person's confirmation; it is no wall against one that clears its environment.
 * Cursor also marks the terminals inside its window, where its agent types as well as the person: they are refused with it.
 */
const AGENT_VARIABLES: readonly string[] = [
  'AGENT=amp',
  'AGENT=goose',
  'AI_AGENT',
  'ANTIGRAVITY_AGENT',
  'AUGMENT_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLINE_ACTIVE',
  'CODEX_CI',
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_',
  'CODEX_THREAD_ID',
  'COPILOT_AGENT_',
  'COPILOT_CLI',
  'CRUSH',
  'CURSOR_',
  'GEMINI_CLI',
  'GOOSE_TERMINAL',
  'JUNIE_',
  'KIRO_AGENT_',
  'OPENCODE',
  'OPENCODE_BIN_PATH',
  'OPENCODE_CLIENT',
  'OPENCODE_SERVER',
  'QWEN_CODE',
  'REPLIT_MODE=assistant',
  'ROO_ACTIVE',
  'TRAE_AI_SHELL_ID',
  'WINDSURF_AGENT',
];

/** The first variable by which an agent shows itself; `undefined`: none does. Empty values do not count. */
export function agentVariable(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  for (const known of AGENT_VARIABLES) {
    const [name = '', wanted] = known.split('=');
    const found = set.find(([variable, value]) =>
      wanted !== undefined ? variable === name && value === wanted : matches(variable, name),
    );
    if (found) return found[0];
  }
  return (env.AWS_EXECUTION_ENV ?? '').toLowerCase().includes('amazonq') ? 'AWS_EXECUTION_ENV' : undefined;
}

function matches(variable: string, known: string): boolean {
  return known.endsWith('_') ? variable.startsWith(known) : variable === known;
}
