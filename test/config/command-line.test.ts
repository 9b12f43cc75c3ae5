import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/config/command-line.js';

describe('splitCommand', () => {
  it.each([
    ['npm run dev', ['npm', 'run', 'dev']],
    ['node "a b.js" \'c d\' e\\ f', ['node', 'a b.js', 'c d', 'e f']],
    ["echo '$HOME'", ['echo', '$HOME']],
    ['a  b\tc', ['a', 'b', 'c']],
  ])('splits %s', (command, words) => {
    expect(splitCommand(command, 'server.command')).toEqual(words);
  });

  it('takes arrays as they are', () => {
    expect(splitCommand(['a b', '&&', '$x'], 'server.command')).toEqual(['a b', '&&', '$x']);
  });

  it.each([
    'a && b',
    'a; b',
    'a | b',
    'a > b',
    'echo $HOME',
    'echo `id`',
    'echo "$(id)"',
    'ls *.js',
    'a & b',
    'a # b',
    '   ',
  ])('refuses %s', (command) => {
    expect(() => splitCommand(command, 'server.command')).toThrow(/server\.command/);
  });
});
