import { z } from 'zod';

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
