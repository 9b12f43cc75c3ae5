/**
 * The plugin folder that agents install from a marketplace, and the two catalogues that offer it, name → text: made from what `init` writes
 * into a project, so that both say the same. Formats: code.claude.com/docs/en/plugins-reference, developers.openai.com/codex/plugins/build;
 * read 2026-11.
 */
export function pluginFiles({ SERVER, SKILL, SKILL_FRONT, STOP_HOOKS }, { name, version, description, license }) {
  const at = `plugins/${name}`;
  const about = {
    name,
    version,
    description,
    license,
    keywords: ['ui', 'verification', 'visual-regression', 'design'],
  };
  const [owner, source] = [{ name }, `./${at}`];
  const files = {
    [`${at}/.claude-plugin/plugin.json`]: about,
    [`${at}/.codex-plugin/plugin.json`]: {
      ...about,
      ...{ skills: './skills/', mcpServers: './.mcp.json', hooks: './hooks/hooks.json' },
    },
    [`${at}/.mcp.json`]: { mcpServers: { [name]: SERVER } },
    [`${at}/hooks/hooks.json`]: { hooks: { Stop: STOP_HOOKS } },
    '.claude-plugin/marketplace.json': { name, owner, plugins: [{ name, source, description, version }] },
    '.agents/plugins/marketplace.json': {
      name,
      plugins: [
        {
          name,
          source: { source: 'local', path: source },
          policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
          category: 'Development',
        },
      ],
    },
  };
  return {
    ...Object.fromEntries(Object.entries(files).map(([file, value]) => [file, `${JSON.stringify(value, null, 2)}\n`])),
    [`${at}/skills/${SKILL.name}/SKILL.md`]: `${SKILL_FRONT}${SKILL.body}\n`,
  };
}
