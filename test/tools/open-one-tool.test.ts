import { describe, expect, test } from 'vitest';
import { byCommand } from '../../src/tools/by-command.js';
import { tools } from '../../src/tools/index.js';
import { openOneTool } from '../../src/tools/open-one-tool.js';
import { verifies } from '../requirements.js';

const names = async (...argv: string[]) =>
  (await openOneTool(argv, { ci: false }))?.dispatcher.list('cli').map(({ name }) => name);

describe('the tool of a command line, alone', () => {
  test('every command leads to its own tool', async () => {
    verifies('speed.one-tool');
    const found = await Promise.all(
      Object.entries(byCommand).map(async ([words, load]) => [words, (await load()).default.name]),
    );
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(tools.map(({ command, name }) => [command.name, name])),
    );
  });

  test.each([
    ['one word', ['runs', '--limit', '3'], ['codeloop_run_history']],
    ['two words', ['baseline', 'list'], ['codeloop_baseline_list']],
    ['a value that is a command as well', ['capture', 'gate'], ['codeloop_capture_screenshot']],
    ['help, which lists the others', ['runs', '--help'], undefined],
    ['half of two words', ['baseline'], undefined],
    ['a flag first', ['--json', 'runs'], undefined],
    ['a command that nobody has', ['constructor'], undefined],
    ['a tool that no terminal calls', ['recording', 'start'], undefined],
    ['one that asks for all the others', ['policy', 'check'], undefined],
  ])('%s', async (_what, argv, expected) => {
    expect(await names(...argv)).toEqual(expected);
  });
});
