import { z } from 'zod';

/** What a page showed when it was opened again as people's browsers open it: `differences` one kind of look had each time, and the other never. */
export const SecondLook = z.object({
  /** Times that the page was opened for it. */
  looks: z.number().int(),
  differences: z.array(
    z.object({
      /** Who saw it: the browser that takes the pictures, or one without the marks of an automated browser. */
      by: z.enum(['codeloop', 'others']),
      /** `says …`, `shows …`, `lies …`, `answers …`; quotes the page. */
      what: z.string(),
    }),
  ),
});
export type SecondLook = z.infer<typeof SecondLook>;
