import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Region } from '../core/vocabulary/pair.js';
import { type Review, type ReviewItem, reviewQuestions, visualReview } from '../verify/visual-review.js';
import { projectDir } from './input-shapes.js';
import { LayoutReply, layoutReply } from './reply-shapes.js';

/** Regions listed of one pair; all are in the run's visual_regression.json. */
const REGIONS_SHOWN = 5;

const Item = z.object({
  screen: z.string(),
  viewport: z.string(),
  state: z.enum(['changed', 'not_comparable', 'new', 'not_photographed', 'unchanged']),
  /** True when this picture waits for a person. */
  proposed: z.boolean(),
  score: z.number().optional(),
  diff_pixels: z.number().int().optional(),
  baseline: z.string().optional(),
  actual: z.string().optional(),
  diff: z.string().optional(),
  note: z.string().optional(),
  /** Worst first; `number` is the one on the diff picture. Names come from the page: untrusted. */
  regions: z.array(Region.omit({ tile: true }).extend({ number: z.number().int() })),
  region_count: z.number().int(),
  /** Faults of its layout, worst first; all are in the run's layout.json. Selectors and quoted texts are the page's: untrusted. */
  layout: z.array(LayoutReply),
});

const Question = z.object({
  screen: z.string(),
  viewport: z.string(),
  region: z.number().int().optional(),
  question: z.string(),
  /** Quoted from page or styles. Untrusted. */
  text: z.string().optional(),
});

export default defineTool({
  name: 'codeloop_visual_review',
  command: { name: 'visual-review', positionals: ['screen_name'] },
  title: 'Look at what changed',
  description:
    'Shows changed and new screens against their baselines, regions numbered, with questions for your own eyes. Answer each by looking.',
  toolset: 'see',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: true,
  input: z.strictObject({
    project_dir: projectDir,
    run_id: z.string().optional(),
    screen_name: z.string().optional(),
    viewports: z.array(z.string()).optional(),
    detail: z.enum(['pictures', 'tiles']).optional(),
  }),
  output: {
    run_id: z.string(),
    items: z.array(Item),
    shown: z.array(z.object({ screen: z.string(), viewport: z.string() })),
    questions: z.array(Question),
  },
  async run(input, context) {
    const review = await visualReview({
      project: await context.project(),
      session: context.session,
      runId: input.run_id,
      screen: input.screen_name,
      viewports: input.viewports,
      detail: input.detail ?? 'pictures',
    });
    const { items, shown, proposed } = review;
    const count = (state: ReviewItem['state']) => items.filter((item) => item.state === state).length;
    const counts = (['changed', 'not_comparable', 'new', 'not_photographed', 'unchanged'] as const)
      .filter((state) => count(state) > 0)
      .map((state) => `${count(state)} ${state.replace('_', ' ')}`);
    return {
      images: review.pictures,
      result: {
        status: 'pass',
        summary: `${counts.length > 0 ? counts.join(', ') : 'There is no picture to look at'}; ${shown.length} shown.`,
        next: nextLook(review, input.screen_name !== undefined),
        run_id: review.runId,
        items: items.map((item) => itemReply(item, proposed.has(`${item.screen}@${item.viewport}`))),
        shown: shown.map(({ screen, viewport }) => ({ screen, viewport })),
        questions: reviewQuestions(items),
      },
    };
  },
});

/** Returns the next look: the worst pair closer, then what did not fit. */
function nextLook({ runId, items, shown }: Review, narrowed: boolean) {
  const [worst] = items;
  const unseen = items.find((item) => item.state !== 'unchanged' && item.cell?.screenshot && !shown.includes(item));
  const look = (item: ReviewItem, why: string, more: Record<string, unknown> = {}) => ({
    tool: 'codeloop_visual_review',
    arguments: { run_id: runId, screen_name: item.screen, viewports: [item.viewport], ...more },
    why,
  });
  return [
    ...(worst?.state === 'changed' && !narrowed
      ? [look(worst, 'its worst regions from near', { detail: 'tiles' })]
      : []),
    ...(unseen ? [look(unseen, 'not shown yet')] : []),
  ];
}

function itemReply(
  { screen, viewport, state, pair, cell, faults = [] }: ReviewItem,
  proposed: boolean,
): z.infer<typeof Item> {
  const actual = pair?.actual?.path ?? cell?.screenshot?.image.path;
  return {
    screen,
    viewport,
    state,
    proposed,
    ...(pair?.score === undefined ? {} : { score: pair.score }),
    ...(pair?.diff_pixels === undefined ? {} : { diff_pixels: pair.diff_pixels }),
    ...(pair?.reference ? { baseline: pair.reference.path } : {}),
    ...(actual === undefined ? {} : { actual }),
    ...(pair?.diff ? { diff: pair.diff.path } : {}),
    ...(pair?.note === undefined ? {} : { note: pair.note }),
    regions: (pair?.regions ?? [])
      .slice(0, REGIONS_SHOWN)
      .map(({ tile: _tile, ...region }, index) => ({ ...region, number: index + 1 })),
    region_count: pair?.regions.length ?? 0,
    layout: faults.slice(0, REGIONS_SHOWN).map(layoutReply),
  };
}
