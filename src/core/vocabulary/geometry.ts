import { z } from 'zod';

/** A named size at which screens are looked at. `width` and `height` are CSS pixels. */
export const Viewport = z.strictObject({
  width: z.number().int().min(16).max(8192),
  height: z.number().int().min(16).max(8192),
  device_scale_factor: z.number().min(0.5).max(4).default(1),
  is_mobile: z.boolean().default(false),
  has_touch: z.boolean().default(false),
  color_scheme: z.enum(['light', 'dark', 'no-preference']).default('light'),
  reduced_motion: z.enum(['reduce', 'no-preference']).default('reduce'),
  locale: z.string().default('en-US'),
  timezone: z.string().default('UTC'),
});
export type Viewport = z.infer<typeof Viewport>;

/** A size in whole pixels; whether CSS or device pixels is said where it is used. */
export const Size = z.object({ width: z.number().int().nonnegative(), height: z.number().int().nonnegative() });
export type Size = z.infer<typeof Size>;

/** A rectangle; `x`,`y` is the upper left corner; unit and origin are said where it is used. */
export const Rect = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().nonnegative(),
  height: z.number().nonnegative(),
});
export type Rect = z.infer<typeof Rect>;
