import { code, generatedNote, table } from './markdown.mjs';
import { compactJson, fieldRows, jsonSchema } from './schema-rows.mjs';

/** docs/tools.md: a table of all tools, then every tool with its input and its result. */
export function toolsPage({ tools, TOOLSETS, ToolResult, z }) {
  const listed = ordered(tools, Object.keys(TOOLSETS));
  const common = jsonSchema(z, ToolResult, 'output');
  const parts = listed.map((tool) =>
    [
      `## ${code(tool.doors.includes('mcp') ? tool.name : usage(tool))}`,
      `**${tool.title}.** ${tool.description.trim()}`,
      [
        doorOf(tool),
        `effect: ${tool.effect}`,
        `toolset: ${tool.toolset}`,
        ...(tool.command.only ? [`in a terminal only: ${tool.command.only.map(code).join(', ')}`] : []),
        tool.pictures ? 'answers with JSON text, then pictures' : 'answers with structured content',
      ].join(' · '),
      inputTable(jsonSchema(z, tool.input, 'input')),
      resultPart(jsonSchema(z, tool.output, 'output'), common),
    ].join('\n\n'),
  );
  return `${[
    generatedNote,
    '# Tools',
    'Agents call these over MCP, people and CI as `npx codeloop <command>`; both go through the same code. A tool without a name is for a person or CI alone.',
    overview(listed),
    'Over MCP a tool without pictures lists the fields of its result as `outputSchema`, and `_meta["codeloop/resultSchema"]` names its place on this page. Every result has these fields:',
    table(['Field', 'Type', ''], fieldRows(common)),
    ...parts,
  ].join('\n\n')}\n`;
}

function doorOf(tool) {
  if (tool.doors.includes('review')) return 'on the page of `codeloop review` only';
  const command = tool.doors.includes('cli') ? `Command: ${code(usage(tool))}` : 'Over MCP only';
  return tool.doors.includes('mcp') ? command : `${command} · terminal only`;
}

/** The fields that a result has besides the common ones: a table for people, the schema for programs. */
function resultPart(schema, common) {
  const own = Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter(([name]) => !(name in common.properties)),
  );
  if (Object.keys(own).length === 0) return 'The result has the common fields only.';
  const required = (schema.required ?? []).filter((name) => name in own);
  return [
    'Result:',
    table(['Field', 'Type', ''], fieldRows({ properties: own, required })),
    `<details><summary>Schema</summary>\n\n\`\`\`json\n${compactJson({ properties: own, required })}\n\`\`\`\n\n</details>`,
  ].join('\n\n');
}

/** Every tool in one table, so that a reader finds the one that is needed. */
function overview(tools) {
  const rows = tools.map((tool) => [
    tool.doors.includes('mcp') ? code(tool.name) : '',
    tool.doors.includes('cli') ? code(`codeloop ${tool.command.name}`) : '',
    tool.title,
  ]);
  return table(['Tool', 'Command', 'What it does'], rows);
}

function ordered(tools, toolsets) {
  const rank = (tool) => toolsets.indexOf(tool.toolset);
  return [...tools].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function usage({ command }) {
  const positionals = (command.positionals ?? []).map((name) => `<${name}>`);
  return ['codeloop', command.name, ...positionals].join(' ');
}

function inputTable(schema) {
  const rows = fieldRows(schema);
  return rows.length === 0 ? 'Takes no arguments.' : table(['Argument', 'Type', 'Default', 'Meaning'], rows);
}
