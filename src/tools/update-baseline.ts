import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { StaleBaseline } from '../core/vocabulary/baseline.js';
import { proposeBaselines } from '../verify/baselines/propose-baselines.js';
import { projectDir } from './input-shapes.js';

const Place = z.object({ screen: z.string(), viewport: z.string(), environment: z.string().optional() });

/** Places named in the summary; the lists have all. */
const SHOWN = 3;
/** What its screen fails, by gate: of the newest verdict. */
const Fails = z.array(z.string()).optional();

export default defineTool({
  name: 'codeloop_update_baseline',
  command: { name: 'update-baseline', positionals: ['screens'] },
  title: 'Propose baselines',
  description:
    'Proposes the newest pictures of these screens as baselines, keeps what still matches, lists stale ones. A person accepts with `codeloop baseline accept`; no tool does.',
  toolset: 'design',
  doors: ['mcp', 'cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    screens: z.array(z.string()).min(1).optional().describe('Default: all that neither a design nor a baseline holds'),
    viewports: z.array(z.string()).optional(),
    run_id: z.string().optional(),
    failing: z
      .boolean()
      .optional()
      .describe('Also screens that fail a gate now; else they are refused with what fails'),
    reason: z.string().trim().min(1).max(500).describe('Why the look is meant to change'),
  }),
  output: {
    run_id: z.string(),
    proposed: z.array(
      Place.extend({ path: z.string(), sha256: z.string(), replaces: z.string().optional(), fails: Fails }),
    ),
    unchanged: z.array(Place.extend({ because: z.string() })),
    refused: z.array(Place.extend({ reason: z.string(), fails: Fails })),
    stale: z.array(StaleBaseline),
  },
  async run(input, context) {
    const { runId, ...lists } = await proposeBaselines({
      project: await context.project(),
      session: context.session,
      screens: input.screens,
      viewports: input.viewports,
      runId: input.run_id,
      reason: input.reason,
      by: context.client.name,
      ci: context.ci,
      failing: input.failing ?? false,
      signal: context.signal,
    });
    const { proposed, unchanged, refused, stale } = lists;
    const counts = [
      `${proposed.length} proposed`,
      `${unchanged.length} unchanged`,
      ...(refused.length > 0 ? [`${refused.length} refused`] : []),
      ...(stale.length > 0 ? [`${stale.length} stale`] : []),
    ].join(', ');
    const waits = proposed.length > 0 ? ' Nothing counts until a person runs `codeloop baseline accept`.' : '';
    const failed = (places: typeof refused | typeof proposed) => places.filter(({ fails }) => fails !== undefined);
    const [held, passed] = [failed(refused), failed(proposed)];
    const said = [
      ...(held.length > 0 ? [` Refused because the screen fails gates: ${placesLine(held)}.`] : []),
      ...(passed.length > 0 ? [` Proposed although the screen fails gates: ${placesLine(passed)}.`] : []),
    ].join('');
    const look = { tool: 'codeloop_visual_review', arguments: { run_id: runId }, why: 'what a person should look at' };
    return {
      result: {
        status: refused.length > 0 ? 'fail' : proposed.length > 0 ? 'needs_human' : 'pass',
        summary: `${counts}.${said}${waits}`,
        artifacts: proposed.map(({ path, sha256 }) => ({ path, sha256 })),
        next: [
          ...(held.length > 0
            ? [{ tool: 'codeloop_diagnose', arguments: { run_id: runId }, why: 'mend first what these screens fail' }]
            : []),
          ...(proposed.length > 0 ? [look] : []),
          ...(held.length > 0
            ? [
                {
                  tool: 'codeloop_update_baseline',
                  arguments: { ...input, screens: [...new Set(held.map(({ screen }) => screen))], failing: true },
                  why: 'only where a broken screen is to be the reference all the same',
                },
              ]
            : []),
        ],
        run_id: runId,
        ...lists,
      },
    };
  },
});

/** The first places with what they fail. */
function placesLine(places: readonly { screen: string; viewport: string; fails?: string[] | undefined }[]): string {
  const shown = places
    .slice(0, SHOWN)
    .map(({ screen, viewport, fails = [] }) => `${screen}@${viewport} (${fails.join('; ')})`);
  const more = places.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
