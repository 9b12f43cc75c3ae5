import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { pullPictures, SharedPicture } from '../../verify/baselines/shared-pictures.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_baseline_pull',
  command: { name: 'baseline pull' },
  title: 'Fetch accepted pictures from the store',
  description:
    'Fetches the accepted pictures that are not here from store.url; each must have the digest that its acceptance names.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    store: z.string(),
    fetched: z.array(SharedPicture),
    here: z.number().int(),
    missing: z.array(SharedPicture),
  },
  async run(_input, context) {
    const { store, moved, same, left } = await pullPictures(await context.project(), context.signal);
    const rest = left.length === 0 ? '' : ` ${left.length} are not in the store: whoever accepted them pushes them.`;
    const isEmpty = moved.length + same + left.length === 0;
    return {
      result: {
        status: left.length === 0 ? 'pass' : 'fail',
        summary: isEmpty
          ? 'No picture is accepted yet, so nothing was fetched.'
          : `Fetched ${moved.length} picture(s) from ${store}; ${same} were here.${rest}`,
        artifacts: moved.map(({ path, sha256 }) => ({ path, sha256 })),
        next: [{ tool: 'codeloop_verify', arguments: {}, why: 'compares with them' }],
        store,
        fetched: moved,
        here: same,
        missing: left,
      },
    };
  },
});
