import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';

/** What recordings are made of: an address, or a desktop app. */
export const recordTarget = {
  url: z.string().min(1).optional().describe('Address, or path of the app'),
  app_name: z.string().min(1).optional().describe('App of native.apps, or title of an open window'),
  viewport: z.string().optional(),
};

/** Throws ARGUMENTS_INVALID when more than one target is given. */
export function oneTarget(tool: string, targets: readonly (string | undefined)[]): void {
  if (targets.filter((target) => target !== undefined).length > 1)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: 'more than one target is given',
      hint: 'Give just one of url, app_name and page_id.',
    });
}

/** The app that is meant when no target is given: the only configured one. `undefined` when there is not just one. */
export function onlyApp(apps: Readonly<Record<string, unknown>>): string | undefined {
  const [only, ...more] = Object.keys(apps);
  return more.length === 0 ? only : undefined;
}
