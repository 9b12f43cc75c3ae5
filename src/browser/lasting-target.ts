import type { Locator } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import type { StepTarget } from '../core/vocabulary/step.js';
import { readAriaTree } from './aria-tree.js';
import type { PageSession } from './page-session.js';

/** Attributes that hold a test id, the commonest first. */
const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
/** Longest wait for each question about an element, ms: it was found just before. */
const ASK_MS = 1000;

/** How to find an element again in another load: first `lasting`, then what is in `otherwise`, in that order. */
export interface LastingTargets {
  lasting?: StepTarget;
  otherwise: StepTarget[];
}

/**
 * Ways to find an element again, from the one by which it was just found. A reference or a selector gives way to role and name (where no
 * other visible element has them), else to its test id; what people see or wrote down on purpose stays first. Role, name and test id
 * come after it. Throws CANCELLED, BROWSER_CRASHED; what cannot be asked is left out.
 */
export async function lastingTargets(
  session: PageSession,
  target: StepTarget,
  found: { locator: Locator; lasting?: StepTarget },
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LastingTargets> {
  const { locator } = found;
  const ask = <T>(what: string, question: () => Promise<T>) =>
    session.call(what, question, signal, ASK_MS).catch((error: unknown) => {
      if (error instanceof CodeloopError && ['CANCELLED', 'BROWSER_CRASHED'].includes(error.code)) throw error;
      return undefined;
    });
  const testId = await ask('its test id', () =>
    locator.evaluate((element, names) => names.map((name) => element.getAttribute(name)).find((id) => id), TEST_IDS, {
      timeout: ASK_MS,
    }),
  );
  const known = 'role' in target ? target : found.lasting;
  const named = known ?? (await ask('its role and name', () => roleAndName(session, locator, redact)));
  const ways: StepTarget[] = [...(named ? [named] : []), ...(testId ? [{ test_id: testId }] : [])];
  const first = 'ref' in target || 'selector' in target ? ways[0] : target;
  const rest = [...ways, ...('selector' in target ? [target] : [])];
  const otherwise = rest.filter((way) => JSON.stringify(way) !== JSON.stringify(first));
  return { ...(first ? { lasting: first } : {}), otherwise: first ? otherwise : [] };
}

/** Role and name of an element when it alone has them; of the main document only. */
async function roleAndName(
  session: PageSession,
  locator: Locator,
  redact: (text: string) => string,
): Promise<StepTarget | undefined> {
  const [node] = readAriaTree(await locator.ariaSnapshotJSON({ timeout: ASK_MS }), (text) => text);
  if (node === undefined || typeof node === 'string') return undefined;
  const { name } = node;
  // A name that was cut, or that holds a secret, finds nothing.
  if (name === undefined || name.endsWith('…') || redact(name) !== name) return undefined;
  // Any role that the page may have: one that does not exist matches nothing.
  const role = node.role as Parameters<typeof session.page.getByRole>[0];
  const all = session.page.getByRole(role, { name, exact: true }).filter({ visible: true });
  // The tree of an element without a role begins with what is in it.
  const [count, same] = await Promise.all([all.count(), locator.and(all).count()]);
  return count === 1 && same === 1 ? { role: node.role, name } : undefined;
}
