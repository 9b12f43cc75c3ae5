import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { linearPattern } from '../../core/linear-pattern.js';
import type { Policy } from './policy.js';
import { readPolicy } from './read-policy.js';
import type { RawProblem } from './read-value.js';

/** A problem with its place in the file; line and column start at 1. */
export interface PolicyProblem {
  line: number;
  column: number;
  message: string;
  fix: string;
}

/** A parsed policy file, or everything that is wrong with it (at least one problem). */
export type ParsedPolicy =
  | { ok: true; policy: Policy }
  | { ok: false; problems: readonly [PolicyProblem, ...PolicyProblem[]] };

/** Largest policy file in UTF-16 units. */
export const MAX_POLICY = 1_000_000;

/** Parses a policy in either spelling (YAML 1.2 core schema). Never throws: a file that cannot be trusted is a list of problems. */
export async function parsePolicy(text: string): Promise<ParsedPolicy> {
  if (text.length > MAX_POLICY)
    return wrong([{ line: 1, column: 1, message: 'the file is larger than 1 MB', fix: 'Shorten it.' }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0)
    return wrong(
      document.errors.map((error) => ({
        ...locate(error.pos[0]),
        message: error.message,
        fix: 'Correct the YAML at that place; indent with spaces and quote texts that hold a colon.',
      })),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return wrong([{ line: 1, column: 1, message, fix: 'Write the rules out instead of using YAML aliases.' }]);
  }
  const { policy, problems } = readPolicy(value, linearPattern);
  if (policy) return { ok: true, policy };
  return wrong(
    problems
      .map((problem) => ({
        ...locate(offsetOf(document.contents, problem)),
        message: problem.message,
        fix: problem.fix,
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

function wrong(problems: PolicyProblem[]): ParsedPolicy {
  const [first, ...rest] = problems;
  return {
    ok: false,
    problems: [first ?? { line: 1, column: 1, message: 'the file is not a policy', fix: 'Write one.' }, ...rest],
  };
}

/** Returns the offset of a problem in the text; a missing step of the path points at the nearest parent. */
function offsetOf(contents: unknown, problem: RawProblem): number {
  let node: unknown = contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of problem.path.entries()) {
    const last = index === problem.path.length - 1;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!isPair(pair)) break;
      next = pair.value;
      if ((last && problem.at === 'key') || startOf(next) === undefined) {
        offset = startOf(pair.key) ?? offset;
        if (last) break;
      }
    } else if (isSeq(node) && typeof step === 'number') next = node.items[step];
    else break;
    if (isAlias(next)) return startOf(next) ?? offset;
    offset = startOf(next) ?? offset;
    node = next;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  const found = isScalar(node) || isCollection(node) || isAlias(node) ? (node as Node) : undefined;
  return found?.range?.[0];
}
