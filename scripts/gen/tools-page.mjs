import { code, generatedNote, table } from './markdown.mjs';
import { fieldRows, jsonSchema } from './schema-rows.mjs';

const toolsets = ['core', 'see', 'design', 'act', 'flows', 'reports'];
const markers = ['<!-- tools:start, written by `npm run gen` -->', '<!-- tools:end -->'];

/** docs/tools.md: every tool with its input and the schema of its result. */
export function toolsPage({ tools, z }) {
  const parts = ordered(tools).map((tool) =>
    [
      `## ${code(tool.name)}`,
      `**${tool.title}.** ${tool.description.trim()}`,
      [
        `Command: ${code(usage(tool))}`,
        `by: ${tool.doors.map(doorName).join(' and ')}`,
        `effect: ${tool.effect}`,
        `toolset: ${tool.toolset}`,
        tool.pictures
          ? 'answers with JSON text, then pictures'
          : 'answers with structured content and the same JSON as text',
      ].join(' · '),
      inputTable(jsonSchema(z, tool.input, 'input')),
      `<details><summary>Schema of the result</summary>\n\n\`\`\`json\n${JSON.stringify(jsonSchema(z, tool.output, 'output'), null, 1)}\n\`\`\`\n\n</details>`,
    ].join('\n\n'),
  );
  return `${[
    generatedNote,
    '# Tools',
    'Agents call these over MCP, people and CI as `npx codeloop <command>`; both go through the same code.',
    ...parts,
  ].join('\n\n')}\n`;
}

/** The README with its table of tools brought up to date. Throws when the markers are gone. */
export function readmeTable({ tools }, readme) {
  const [start, end] = markers.map((marker) => readme.indexOf(marker));
  if (start === -1 || end < start) throw new Error(`README.md lacks the markers ${markers.join(' and ')}`);
  const rows = ordered(tools).map((tool) => [
    tool.doors.includes('mcp') ? code(tool.name) : '',
    tool.doors.includes('cli') ? code(`codeloop ${tool.command.name}`) : '',
    tool.title,
  ]);
  const body = table(['Tool', 'Command', 'What it does'], rows);
  return `${readme.slice(0, start)}${markers[0]}\n\n${body}\n\n${readme.slice(end)}`;
}

function ordered(tools) {
  const rank = (tool) => toolsets.indexOf(tool.toolset);
  return [...tools].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function usage({ command }) {
  const positionals = (command.positionals ?? []).map((name) => `<${name}>`);
  return ['codeloop', command.name, ...positionals].join(' ');
}

function doorName(door) {
  return door === 'mcp' ? 'MCP' : 'terminal';
}

function inputTable(schema) {
  const rows = fieldRows(schema);
  return rows.length === 0 ? 'Takes no arguments.' : table(['Argument', 'Type', 'Default', 'Meaning'], rows);
}
