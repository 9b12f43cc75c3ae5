/** What the starter file says of a tool. */
export interface StarterTool {
  name: string;
  title: string;
  effect: 'read' | 'write' | 'drive';
}

const GROUPS: readonly { effect: StarterTool['effect']; heading: string; limit?: string }[] = [
  { effect: 'drive', heading: 'Run the app, a browser, builds and tests', limit: '120/hour' },
  { effect: 'write', heading: 'Write inside the project', limit: '60/hour' },
  { effect: 'read', heading: 'Only read' },
];

/**
 * A policy to start from: every tool, grouped by what it does, with limits that ordinary work stays below and a retry loop
 * does not. It is YAML with comments, and `policy check` finds nothing wrong with it.
 */
export function starterPolicy(tools: readonly StarterTool[]): string {
  const lines = [
    '# Who may call what, and how often. It holds for agents and for the terminal; edits take effect at the next call.',
    '# `codeloop policy check` finds mistakes, `codeloop policy explain <tool>` says what would happen. See docs/policy.md.',
    'version: "1"',
    'description: Starter policy',
    '',
    '# "deny" allows only the tools listed below.',
    'default: allow',
    '',
    '# Tools that agents do not even see.',
    'hide: []',
    '',
    'tools:',
  ];
  for (const { effect, heading, limit } of GROUPS) {
    const group = tools.filter((tool) => tool.effect === effect).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (group.length === 0) continue;
    lines.push(`  # ── ${heading} ──`);
    for (const tool of group) {
      lines.push(`  # ${tool.title.replaceAll(/\s+/g, ' ')}`, `  ${tool.name}:`);
      lines.push(
        ...(limit ? rule('hourly limit', limit, 'Look at the last result before calling again.') : ['    rules: []']),
      );
    }
    lines.push('');
  }
  lines.push('  # Every call of every tool', '  "*":', ...rule('all calls', '120/minute'));
  return `${lines.join('\n')}\n`;
}

function rule(name: string, limit: string, reason?: string): string[] {
  return [
    '    rules:',
    `      - name: ${name}`,
    `        rate_limit: ${limit}`,
    ...(reason ? [`        on_deny: ${reason}`] : []),
  ];
}
