import type { ErrorBody } from '../core/errors.js';
import type { Tool } from '../tools/define-tool.js';
import { commandLine } from './command-line.js';
import { type Palette, plainText } from './terminal.js';

/** An error for a person: what failed, what to do, the command that helps. Ends with a line end. */
export function renderError(error: ErrorBody, colors: Palette, tools: readonly Tool[]): string {
  const next = (error.next ?? []).map((call) => `  ${plainText(commandLine(call.tool, call.arguments, tools))}`);
  // What the app printed last says why it did not start.
  const tail = typeof error.details?.output_tail === 'string' ? error.details.output_tail.split('\n') : [];
  return `${[
    `${colors.bad(`✖ ${error.code}`)}  ${plainText(error.message)}`,
    ...tail.map((line) => `  │ ${plainText(line)}`),
    `  ${plainText(error.fix)}`,
    ...(next.length > 0 ? [colors.bold('next'), ...next] : []),
  ].join('\n')}\n`;
}
