import { z } from 'zod';
import { Rect } from '../core/vocabulary/geometry.js';
import { AT_LEAST, COMPARED, NOT_NARROWER, NOTHING_MISSING, NOTHING_NEW, ordered, SAME } from './bar-rules.js';

/** A part of the picture that does not count: a selector (every match) or a rectangle in CSS pixels of the picture. */
export const Mask = z.union([z.string().min(1), Rect]);
export type Mask = z.infer<typeof Mask>;

/** Something to wait for before a screen is photographed. */
export const WaitFor = z.union([
  z.string().min(1),
  z.strictObject({
    selector: z.string().optional(),
    text: z.string().optional(),
    url: z.string().optional(),
    timeout_ms: z.number().int().positive().optional(),
  }),
]);
export type WaitFor = z.infer<typeof WaitFor>;

/** Values of a story's globals (theme, locale) or args, by name; args may be nested. */
const Globals = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const Args = z.record(z.string(), z.json());

/** What is said of all stories at once, in the settings, or of one, in its parameters. */
const ofStories = {
  viewports: z.array(z.string()).min(1).optional().register(COMPARED, NOT_NARROWER),
  wait_for: WaitFor.optional().register(COMPARED, SAME),
  mask: z.array(Mask).default([]).register(COMPARED, NOTHING_NEW),
  full_page: z
    .boolean()
    .optional()
    .register(COMPARED, ordered(false, 'auto', true)),
  threshold: z.number().min(0).max(1).optional().register(COMPARED, AT_LEAST),
  allow_size_difference: z.boolean().default(false).register(COMPARED, ordered(true, false)),
  /** Each story is looked at under each of them; none: as Storybook shows it by itself. */
  globals: z.array(Globals).default([]).register(COMPARED, NOTHING_MISSING),
};

/** Parameters of one story, `parameters: { codeloop: … }` in its file. `skip`: it is not looked at. `args`: it is looked at with each. */
export const StoryParameters = z.strictObject({
  skip: z.boolean().default(false),
  args: z.array(Args).default([]),
  ...ofStories,
});
export type StoryParameters = z.infer<typeof StoryParameters>;

/**
 * All stories of a Storybook or a Ladle as screens. `storybook`: its built folder, or the address that it answers at.
 * `include`, `exclude`: ids or `Title/Name`, `*` for any characters.
 */
export const StorybookScreens = z.strictObject({
  storybook: z
    .string()
    .min(1)
    .register(COMPARED, { ...SAME, gone: true }),
  include: z.array(z.string().min(1)).optional().register(COMPARED, NOT_NARROWER),
  exclude: z.array(z.string().min(1)).default([]).register(COMPARED, NOTHING_NEW),
  ...ofStories,
});
export type StorybookScreens = z.infer<typeof StorybookScreens>;
