import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { RegionElement } from '../core/vocabulary/pair.js';
import { attributePairs } from '../verify/visual-attribution.js';
import { projectDir } from './input-shapes.js';

/** Files shown of one pair; those that write an element that differs come first. */
const SHOWN = 15;

const Attributed = z.object({
  screen: z.string(),
  viewport: z.string(),
  against: z.enum(['design', 'baseline']),
  outcome: z.string(),
  score: z.number().optional(),
  first_run: z.string(),
  last_good_run: z.string().optional(),
  same_picture_since: z.string(),
  range: z.object({ from: z.string(), to: z.string(), commits: z.number().int() }).optional(),
  files: z.array(z.string()),
  file_count: z.number().int(),
  elements: z.array(
    RegionElement.extend({ file: z.string().optional(), line: z.number().int().optional(), in_range: z.boolean() }),
  ),
  note: z.string().optional(),
});

export default defineTool({
  name: 'codeloop_visual_attribution',
  command: { name: 'attribution' },
  title: 'Since when, and by which change, a screen looks different',
  description:
    'For each pair that does not match: the first run and commit range where it changed, the files of that range, the elements.',
  toolset: 'design',
  doors: ['mcp', 'cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir, run_id: z.string().optional() }),
  output: { run_id: z.string(), pairs: z.array(Attributed) },
  async run(input, context) {
    const { runId, pairs } = await attributePairs(await context.project(), input.run_id);
    const rows = pairs.map(({ firstRun, lastGood, sameSince, range, elements, ...rest }) => {
      const suspects = elements.flatMap(({ file, in_range }) => (file !== undefined && in_range ? [file] : []));
      const files = [...new Set([...suspects, ...(range?.files ?? [])])];
      return {
        ...rest,
        first_run: firstRun,
        ...(lastGood === undefined ? {} : { last_good_run: lastGood }),
        same_picture_since: sameSince,
        ...(range ? { range: { from: range.from, to: range.to ?? 'working tree', commits: range.commits } } : {}),
        files: files.slice(0, SHOWN),
        file_count: files.length,
        elements,
      };
    });
    const [first] = rows;
    const known = rows.filter(({ range }) => range !== undefined).length;
    return {
      result: {
        status: 'pass',
        summary:
          rows.length === 0
            ? `Every compared pair of ${runId} matches, so there is nothing to trace.`
            : `${rows.length} pair(s) of ${runId} do not match; the change is known for ${known}.`,
        run_id: runId,
        pairs: rows,
        next: first
          ? [
              {
                tool: 'codeloop_diagnose',
                arguments: {
                  run_id: runId,
                  ...(first.files.length > 0 ? { focus_files: first.files.slice(0, 3) } : {}),
                },
                why: 'what to fix in those files',
              },
            ]
          : [],
      },
    };
  },
});
