import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** First and last line of a part of a file, from 1. */
export type Lines = readonly [first: number, last: number];

/**
 * The parts of a test file that run in the full run only: what stands under `if (FULL)`, and what follows `if (!FULL) return` in its
 * function. Such a part proves no promise in `npm test`.
 */
export function fullOnly(file: string, text: string): Lines[] {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const found: Lines[] = [];
  const isFull = (node: Expression) => node.type === 'Identifier' && node.name === 'FULL';
  const visitor = new Visitor({
    IfStatement: ({ test, consequent }) => {
      if (isFull(test)) found.push([lineAt(consequent.start), lineAt(consequent.end)]);
    },
    BlockStatement: ({ body, end }) => {
      const leaves = body.find(
        (one) =>
          one.type === 'IfStatement' &&
          one.test.type === 'UnaryExpression' &&
          one.test.operator === '!' &&
          isFull(one.test.argument) &&
          one.consequent.type === 'ReturnStatement',
      );
      if (leaves) found.push([lineAt(leaves.start), lineAt(end)]);
    },
  });
  visitor.visit(parseSync(file, text).program);
  return found;
}

/** Tests that a file defines by one `sampled` of `test/sample.ts`, in their order, of which `npm test` runs one in `oneIn`. */
export interface Siblings {
  oneIn: number;
  tests: Lines[];
}

/** The samples that a test file takes of its own tests: `const sibling = sampled(test, 3)` and each `sibling('…', …)`. */
export function siblingsIn(file: string, text: string): Siblings[] {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const found = new Map<string, Siblings>();
  const visitor = new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'Identifier' || init?.type !== 'CallExpression') return;
      if (init.callee.type !== 'Identifier' || init.callee.name !== 'sampled') return;
      const [, oneIn] = init.arguments;
      const given = oneIn?.type === 'Literal' ? Number(oneIn.value) : 2;
      found.set(id.name, { oneIn: given, tests: [] });
    },
    CallExpression: ({ callee, start, end }) => {
      if (callee.type === 'Identifier') found.get(callee.name)?.tests.push([lineAt(start), lineAt(end)]);
    },
  });
  visitor.visit(parseSync(file, text).program);
  return [...found.values()];
}
