import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { addScreens, configuredScreens } from '../project/screens.js';
import { discoverScreens, newScreens } from '../verify/discover-screens.js';
import { projectDir } from './input-shapes.js';

const NAME = 'codeloop_discover_screens';
/** Screens named in one reply; the count says when there are more. */
const SHOWN = 100;

export default defineTool({
  name: NAME,
  command: { name: 'screens' },
  title: 'Find the screens of the app',
  description:
    'Pages that source code names (file routes, router configurations) and that links lead to (a bounded crawl of the app itself), and which of them are verified yet.',
  toolset: 'see',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    source: z.enum(['code', 'crawl', 'both']).optional().describe('Default both'),
    max_pages: z.number().int().min(1).max(200).optional().describe('Pages a crawl opens, default 30'),
    save: z.boolean().optional().describe('Add those that are not verified yet to the settings'),
  }),
  output: {
    screens: z.array(
      z.object({ name: z.string(), path: z.string(), found_in: z.array(z.string()), covered: z.boolean() }),
    ),
    screen_count: z.number().int(),
    needs_value: z.array(z.object({ path: z.string(), found_in: z.string() })),
    broken: z.array(z.object({ path: z.string(), linked_from: z.string().optional(), reason: z.string() })),
    saved: z.array(z.string()),
    more: z.boolean(),
  },
  async run(input, context) {
    const project = await context.project();
    const found = await discoverScreens({
      project,
      session: context.session,
      source: input.source ?? 'both',
      maxPages: input.max_pages ?? 30,
      signal: context.signal,
      onPage: (path, done) => context.progress({ done, message: `opened ${path}` }),
    });
    const added = input.save ? newScreens(found, configuredScreens(project)) : [];
    await addScreens(project.dir, added);
    const missing = found.screens.filter(({ covered }) => !covered).length;
    const { length } = found.screens;
    return {
      result: {
        status: 'pass',
        summary: `${length} screen(s): ${length - missing} verified already, ${added.length > 0 ? `${added.length} added` : `${missing} not yet`}${found.needs_value.length > 0 ? `; ${found.needs_value.length} route(s) need a value` : ''}.`,
        ...found,
        screens: found.screens.slice(0, SHOWN),
        screen_count: length,
        needs_value: found.needs_value.slice(0, SHOWN),
        broken: found.broken.slice(0, SHOWN),
        saved: added.map(({ name }) => name),
        next:
          missing > 0 && !input.save
            ? [{ tool: NAME, arguments: { save: true }, why: 'verify them too' }]
            : [{ tool: 'codeloop_verify', arguments: {}, why: 'look at every screen' }],
      },
    };
  },
});
