import { z } from 'zod';
import { defineTool, type Tool } from '../../src/call/define-tool.js';
import { CodeloopError } from '../../src/core/errors.js';

const base = { toolset: 'core', doors: ['mcp', 'cli'], effect: 'read', pictures: false } as const;

/** A PNG of one pixel. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Answers with its arguments: one field of each kind that a door must be able to pass. */
export const echo = defineTool({
  ...base,
  name: 'codeloop_echo',
  command: { name: 'echo', positionals: ['text'] },
  title: 'Echo',
  description: 'Answers with its arguments.',
  input: z.strictObject({
    project_dir: z.string().optional(),
    text: z.string().min(1).describe('What to say'),
    loud: z.boolean().default(false),
    full_page: z.boolean().default(true).describe('Whole page'),
    times: z.number().int().min(1).optional(),
    mood: z.enum(['calm', 'angry']).optional(),
    viewports: z.array(z.string()).optional(),
    sizes: z.array(z.number()).optional(),
    steps: z.array(z.strictObject({ action: z.string() })).optional(),
    where: z.union([z.string(), z.number()]).optional(),
    mask: z.array(z.string()).optional(),
    status: z.enum(['pass', 'fail', 'needs_human', 'could_not_run']).default('pass'),
  }),
  output: { given: z.record(z.string(), z.unknown()), caller: z.record(z.string(), z.unknown()) },
  run: async (input, { door, client, roots, ci, cwd }) => ({
    result: {
      status: input.status,
      summary: `said ${input.text}`,
      given: input,
      caller: { door, client, roots, ci, cwd },
      next: [
        { tool: 'codeloop_echo', arguments: { text: 'it is', loud: true, viewports: ['a', 'b'] }, why: 'to hear it' },
      ],
    },
  }),
});

/** Answers with pictures: `count` within the caps, and one beyond them when `oversized`. */
export const picture = defineTool({
  ...base,
  name: 'codeloop_picture',
  command: { name: 'picture' },
  title: 'Picture',
  description: 'Answers with pictures.',
  pictures: true,
  toolset: 'see',
  effect: 'drive',
  input: z.strictObject({ count: z.number().int().default(1), oversized: z.boolean().default(false) }),
  output: { note: z.string().optional() },
  run: async ({ count, oversized }) => {
    const dot = {
      data: DOT,
      mime: 'image/png' as const,
      label: 'home@desktop\nactual',
      scale: 0.5,
      path: 'artifacts/a.png',
    };
    const images = Array.from({ length: count }, () => ({ ...dot, width: 1, height: 1 }));
    if (oversized) images.unshift({ ...dot, width: 1600, height: 10 });
    return { result: { status: 'pass', summary: 'seen' }, images };
  },
});

/** Reports progress once, then waits: until it is cancelled, or for ever when it is stubborn. */
export const wait = defineTool({
  ...base,
  name: 'codeloop_wait',
  command: { name: 'wait' },
  title: 'Wait',
  description: 'Waits.',
  effect: 'write',
  input: z.strictObject({ stubborn: z.boolean().default(false) }),
  output: { note: z.string().optional() },
  run: async ({ stubborn }, { signal, progress }) => {
    progress({ done: 1, total: 3, message: 'waiting' });
    await new Promise((_resolve, reject) => {
      if (!stubborn) signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      // Keeps the process alive as a browser or an app server would.
      setInterval(() => undefined, 1000);
    });
    return { result: { status: 'pass', summary: 'waited' } };
  },
});

/** Reports work as a verification does, named by a hostile page, and ends with a picture. Of the terminal alone. */
export const work = defineTool({
  ...base,
  doors: ['cli'],
  name: 'codeloop_work',
  command: { name: 'work' },
  title: 'Work',
  description: 'Works.',
  input: z.strictObject({ picture: z.string().optional() }),
  output: { note: z.string().optional() },
  run: async ({ picture: path }, { progress }) => {
    const since = Date.now();
    const name = '\u001b[2J大きさ\u001b]0;owned\u0007@phone';
    const ended = Array.from({ length: 30 }, (_, index) => ({ name: `cell ${index}`, ms: 1000 }));
    const worst = { place: name, words: `Uncaught error: ${'very '.repeat(40)}long`, rank: 0 };
    progress({ done: 30, total: 31, message: 'working', work: { since, now: [{ name, since }], ended, worst } });
    return { result: { status: 'pass', summary: 'worked', artifacts: path === undefined ? [] : [{ path }] } };
  },
});

/** Fails in the way it is told. */
export const failing = defineTool({
  ...base,
  name: 'codeloop_failing',
  command: { name: 'failing' },
  title: 'Failing',
  description: 'Fails.',
  input: z.strictObject({ how: z.enum(['known', 'unknown', 'result', 'missing_browser']) }),
  output: { note: z.string().optional() },
  run: async ({ how }) => {
    if (how === 'known') throw new CodeloopError('RUN_NOT_FOUND', { run: 'r-1' });
    if (how === 'missing_browser')
      throw new CodeloopError('BROWSER_NOT_FOUND', {
        looked_at: ['/usr/bin/chromium'],
        command: 'apt-get install chromium',
      });
    if (how === 'unknown') throw new TypeError('x is not a function');
    // A result that the schema refuses, as a tool with a mistake in it would make.
    return { result: { status: 'pass', summary: Number.NaN as unknown as string } };
  },
});

/** A result of a given size: a long list, or one text that no cutting of lists can shorten. */
export const huge = defineTool({
  ...base,
  name: 'codeloop_huge',
  command: { name: 'huge' },
  title: 'Huge',
  description: 'Answers with much.',
  input: z.strictObject({ rows: z.number().int().default(0), fields: z.number().int().default(0) }),
  output: { rows: z.array(z.object({ text: z.string() })), fields: z.record(z.string(), z.string()) },
  run: async ({ rows, fields }) => ({
    result: {
      status: 'pass',
      summary: 'much',
      rows: Array.from({ length: rows }, (_, index) => ({ text: `row ${index} ${'x'.repeat(100)}` })),
      fields: Object.fromEntries(Array.from({ length: fields }, (_, index) => [`f${index}`, 'y'.repeat(100)])),
    },
  }),
});

/** Prints what a careless library would print. */
export const noisy = defineTool({
  ...base,
  name: 'codeloop_noisy',
  command: { name: 'noisy' },
  title: 'Noisy',
  description: 'Prints.',
  doors: ['mcp'],
  input: z.strictObject({}),
  output: { note: z.string().optional() },
  run: async () => {
    console.log('noise by console');
    process.stdout.write('noise by write\n');
    return { result: { status: 'pass', summary: 'printed' } };
  },
});

/** Only for people. */
export const handOnly = defineTool({
  ...base,
  name: 'codeloop_accept',
  command: { name: 'baseline accept' },
  title: 'Accept',
  description: 'Accepts.',
  doors: ['cli'],
  input: z.strictObject({}),
  output: { note: z.string().optional() },
  run: async () => ({ result: { status: 'pass', summary: 'accepted' } }),
});

/** All of them. */
export const sampleTools: readonly Tool[] = [echo, picture, wait, work, failing, huge, noisy, handOnly];
