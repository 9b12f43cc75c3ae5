import { expect, test } from 'vitest';
import { agentVariable } from '../../src/cli/run-call.js';
import { verifies } from '../requirements.js';

test.each([
  [{ CLAUDECODE: '1' }, 'CLAUDECODE'],
  [{ CURSOR_AGENT: '1' }, 'CURSOR_AGENT'],
  [{ CURSOR_TRACE_ID: 'a1' }, 'CURSOR_TRACE_ID'],
  [{ CODEX_SANDBOX: 'seatbelt' }, 'CODEX_SANDBOX'],
  [{ CODEX_SANDBOX_NETWORK_DISABLED: '1' }, 'CODEX_SANDBOX_NETWORK_DISABLED'],
  [{ CODEX_THREAD_ID: 'x' }, 'CODEX_THREAD_ID'],
  [{ GEMINI_CLI: '1' }, 'GEMINI_CLI'],
  [{ OPENCODE: '1' }, 'OPENCODE'],
  [{ AI_AGENT: 'claude-code' }, 'AI_AGENT'],
  [{ AGENT: 'amp' }, 'AGENT'],
  [{ REPLIT_MODE: 'assistant' }, 'REPLIT_MODE'],
  [{ AWS_EXECUTION_ENV: 'AmazonQ-For-CLI' }, 'AWS_EXECUTION_ENV'],
])('%j is an agent', (env, variable) => {
  verifies('baselines.person');
  expect(agentVariable(env)).toBe(variable);
});

test.each([
  [{}],
  [{ CLAUDECODE: '' }],
  [{ CODEX_HOME: '/home/ada/.codex', CLAUDE_CODE_USE_BEDROCK: '1', OPENCODE_CONFIG: 'x' }],
  [{ AGENT: 'ssh', AWS_EXECUTION_ENV: 'AWS_Lambda' }],
  [{ TERM: 'xterm', TERM_PROGRAM: 'vscode', SSH_AUTH_SOCK: '/tmp/agent.1', SSH_AGENT_PID: '1' }],
])('%j is a person’s terminal', (env) => {
  expect(agentVariable(env)).toBe(undefined);
});
