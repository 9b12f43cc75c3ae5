import type { PolicyCall } from '../config/policy/decision.js';
import type { Admission, PolicyGuard, Reservation } from './policy-guard.js';

/**
 * Asks several policies about one call, the outermost first: all must let it pass, so that a policy in a subfolder can only
 * add rules to those above it. Throws what the first that refuses throws.
 */
export async function admitByAll(guards: readonly PolicyGuard[], call: PolicyCall): Promise<Admission> {
  const admissions: Admission[] = [];
  for (const guard of guards) admissions.push(await guard.admit(call));
  const [only, second] = admissions;
  if (only && !second) return only;
  return { reserve: (args) => reserveAll(admissions, args) };
}

/** All or none: what the first have counted is given back when a later one refuses. */
async function reserveAll(
  admissions: readonly Admission[],
  args: Readonly<Record<string, unknown>>,
): Promise<Reservation> {
  const taken: Reservation[] = [];
  const rollback = async () => {
    for (const reservation of taken) await reservation.rollback();
  };
  try {
    for (const admission of admissions) taken.push(await admission.reserve(args));
  } catch (error) {
    await rollback();
    throw error;
  }
  return {
    commit: async () => {
      for (const reservation of taken) await reservation.commit();
    },
    rollback,
  };
}

/** Whether any of the policies leaves a tool out of the list. */
export async function hiddenByAny(guards: readonly PolicyGuard[]): Promise<(tool: string) => boolean> {
  const hidden = await Promise.all(guards.map((guard) => guard.hidden()));
  return (tool) => hidden.some((hides) => hides(tool));
}
