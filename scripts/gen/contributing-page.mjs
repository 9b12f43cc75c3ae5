import { code, table } from './markdown.mjs';

/** What a stage is for. */
const stages = {
  section: 'One part of the app is built: what only makes a picture doubtful is a warning.',
  integration: 'The finished parts stand together: every screen at every viewport, and nothing is left to a person.',
  release: 'The whole app goes out: each section is proven by a verdict of stage integration.',
};

/** A part of the page that is made: `<!-- file src/a.ts -->`, `<!-- block src/a.ts some text -->`, … up to `<!-- end -->`. */
const PART = /(<!-- (file|block|lines|toolsets|stages)(?: (\S+))?(?: (.+?))? -->\n)[\s\S]*?(<!-- end -->)/g;

/**
 * `text`, CONTRIBUTING.md as it is, with each of its examples as the file has it now and with the lists of toolsets and stages.
 * `read` gives the text of a file of the project. Throws where an example is not there any more.
 */
export function contributingPage(text, read, source) {
  return text.replaceAll(PART, (_all, start, kind, file, wanted, end) => {
    if (kind === 'toolsets') return `${start}${toolsetTable(source)}\n${end}`;
    if (kind === 'stages') return `${start}${stageTable(source)}\n${end}`;
    const lines = read(file).trimEnd().split('\n');
    const part = kind === 'file' ? lines : kind === 'block' ? blockWith(lines, wanted) : linesWith(lines, wanted);
    if (part.length === 0) throw new Error(`CONTRIBUTING.md shows "${wanted}" of ${file}, which is not there`);
    return `${start}\`\`\`ts\n${unindented(part).join('\n')}\n\`\`\`\n${end}`;
  });
}

function linesWith(lines, wanted) {
  return lines.filter((line) => line.includes(wanted));
}

/** The lines from the one that opens the block around `wanted` to the one that closes it, by their indentation. */
function blockWith(lines, wanted) {
  const at = lines.findIndex((line) => line.includes(wanted));
  if (at === -1) return [];
  const isOutside = (line) => line.trim() !== '' && indent(line) < indent(lines[at]);
  const first = lines.findLastIndex((line, index) => index < at && isOutside(line));
  const last = lines.findIndex((line, index) => index > at && isOutside(line));
  return lines.slice(first, last + 1);
}

function unindented(lines) {
  const least = Math.min(...lines.filter((line) => line.trim() !== '').map(indent));
  return lines.map((line) => line.slice(least));
}

function indent(line) {
  return line.length - line.trimStart().length;
}

function toolsetTable({ tools, TOOLSETS }) {
  const rows = Object.keys(TOOLSETS).map((toolset) => {
    const own = tools.filter((tool) => tool.toolset === toolset);
    const [agents, people] = [
      own.filter(({ doors }) => doors.includes('mcp')),
      own.filter(({ doors }) => !doors.includes('mcp')),
    ];
    return [
      code(toolset),
      agents.map(({ name }) => code(name)).join(', '),
      people.map(({ command }) => code(command.name)).join(', '),
    ];
  });
  return table(['Toolset', 'Tools', 'Commands for people and CI alone'], rows);
}

function stageTable({ gates, Stage }) {
  const rows = Stage.options.map((stage) => {
    if (stages[stage] === undefined) throw new Error(`nothing says what the stage ${stage} is for`);
    const asked = gates.filter((gate) => gate.stages.includes(stage));
    const more = asked.filter((gate) => !gate.stages.includes('section')).map(({ id }) => code(id));
    return [code(stage), stages[stage], `${asked.length}${more.length > 0 ? `, with ${more.join(' and ')}` : ''}`];
  });
  return table(['Stage', 'For', 'Gates'], rows);
}
