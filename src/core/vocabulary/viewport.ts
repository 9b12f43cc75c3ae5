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
