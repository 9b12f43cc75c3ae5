import type { DispatchReply } from '../call/dispatcher.js';
import { CodeloopError } from '../core/errors.js';
import { nearestName } from '../core/ids.js';

/** Exit codes of the process; the table is in the README and in docs/errors.md. */
export const EXIT = { passed: 0, failed: 1, usage: 2, couldNotRun: 3, interrupted: 130 } as const;

/** The exit code of a reply: a result's status, or an error's class. */
export function exitCode(reply: DispatchReply): number {
  if (reply.kind === 'error')
    return { usage: EXIT.usage, could_not_run: EXIT.couldNotRun, interrupted: EXIT.interrupted }[reply.class];
  switch (reply.result.status) {
    case 'pass':
      return EXIT.passed;
    case 'could_not_run':
      return EXIT.couldNotRun;
    default:
      return EXIT.failed;
  }
}

/** An error in a command line, with what is allowed instead. Exit code 2. */
export function usageError(command: string, problem: string, allowed: readonly string[], hint?: string): CodeloopError {
  return new CodeloopError('ARGUMENTS_INVALID', {
    tool: command,
    problem,
    allowed: [...allowed],
    hint: hint ?? `Run \`${command} --help\` to see what it takes.`,
  });
}

/** The words of the argument parser that a user error is made from. */
interface ParserComplaint {
  code: string;
  message: string;
}

/**
 * Turns the argument parser's complaint into codeloop's words. `flags` and `commands` are what was allowed at that place. Returns undefined for
 * what is no complaint (help was shown).
 */
export function translateComplaint(
  complaint: ParserComplaint,
  command: string,
  flags: readonly string[],
  commands: readonly string[],
): CodeloopError | undefined {
  const quoted = /'([^']*)'/.exec(complaint.message)?.[1] ?? '';
  switch (complaint.code) {
    case 'commander.helpDisplayed':
    case 'commander.help':
      return undefined;
    case 'commander.unknownOption': {
      const name = quoted.replace(/=.*$/s, '');
      const near = nearestName(name, flags);
      return usageError(command, `unknown flag ${name}${near ? `, did you mean ${near}?` : '.'}`, flags);
    }
    case 'commander.unknownCommand': {
      const near = nearestName(quoted, commands);
      return usageError(command, `there is no command ${quoted}${near ? `; did you mean ${near}?` : '.'}`, commands);
    }
    case 'commander.optionMissingArgument': {
      const flag = quoted.split(/[ ,=]+/).find((word) => word.startsWith('--')) ?? quoted;
      return usageError(command, `${flag} needs a value.`, flags);
    }
    case 'commander.missingArgument':
      return usageError(command, `<${quoted}> is missing.`, flags);
    case 'commander.excessArguments':
      return usageError(command, complaint.message.replace(/^error: /, ''), flags);
    default:
      return usageError(command, complaint.message.replace(/^error: /, ''), flags);
  }
}
