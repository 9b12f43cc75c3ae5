import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { pushPictures, SharedPicture } from '../../verify/baselines/shared-pictures.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_baseline_push',
  command: { name: 'baseline push' },
  title: 'Send accepted pictures to the store',
  description:
    'Sends the accepted pictures that store.url has not, by their digest. Acceptances stay in git: only bytes travel.',
  toolset: 'design',
  doors: ['cli'],
  effect: 'write',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    store: z.string(),
    sent: z.array(SharedPicture),
    there: z.number().int(),
    unaccepted: z.array(SharedPicture),
  },
  async run(_input, context) {
    const { store, moved, same, left } = await pushPictures(await context.project(), context.signal);
    const rest = left.length === 0 ? '' : ` ${left.length} are not as they were accepted, and were left.`;
    const isEmpty = moved.length + same + left.length === 0;
    return {
      result: {
        status: left.length === 0 ? 'pass' : 'needs_human',
        summary: isEmpty
          ? 'No picture is accepted yet, so nothing was sent.'
          : `Sent ${moved.length} picture(s) to ${store}; ${same} were there.${rest}`,
        store,
        sent: moved,
        there: same,
        unaccepted: left,
      },
    };
  },
});
