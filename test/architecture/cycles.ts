/**
 * The cycles of a directed graph: one per strongly connected component, as a closed walk of least length through its first node
 * (`['a', 'b', 'a']`). Tarjan's algorithm, SIAM J. Comput. 1(2), 1972. Nodes that appear only as targets count as leaves.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    let lowest = own;
    stack.push(node);
    onStack.add(node);
    for (const target of graph.get(node) ?? []) {
      if (!index.has(target)) lowest = Math.min(lowest, visit(target));
      else if (onStack.has(target)) lowest = Math.min(lowest, index.get(target) ?? lowest);
    }
    low.set(node, lowest);
    if (lowest === own) {
      const component = new Set(stack.splice(stack.indexOf(node)));
      for (const member of component) onStack.delete(member);
      const walk = closedWalk(node, component, graph);
      if (walk !== undefined) cycles.push(walk);
    }
    return lowest;
  };

  for (const node of [...graph.keys()].sort()) if (!index.has(node)) visit(node);
  return cycles;
}

/** The shortest way from a node back to itself inside its component, or nothing where the component is that node alone. */
function closedWalk(
  start: string,
  component: ReadonlySet<string>,
  graph: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const seen = new Set<string>();
  const queue: string[][] = [[start]];
  for (let walk = queue.shift(); walk !== undefined; walk = queue.shift()) {
    for (const target of graph.get(walk.at(-1) ?? start) ?? []) {
      if (target === start) return [...walk, start];
      if (!component.has(target) || seen.has(target)) continue;
      seen.add(target);
      queue.push([...walk, target]);
    }
  }
  return undefined;
}
