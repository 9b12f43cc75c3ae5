import { z } from 'zod';
import { Rect } from './geometry.js';
import { InteractionLine } from './interaction-line.js';
import { LogEntry } from './log-entry.js';

/**
 * One line of a recording's log: something that happened while it ran, `at` in ISO 8601. Besides what the app said and the steps that
 * were taken, a page tells that it was pressed (`press`, with the box of the pressed element, CSS px of the viewport, that of the field that had the focus
 * until then, and what it is called, untrusted), that something
 * came of it (`activity`), that something changed which would have changed without the press (`aside`: a message that went after its
 * time, a clock; `boxes`: where, as far as it is known, CSS px of the viewport; `scrolled`: it was scrolled before the press, which it heard only then), which texts came up and which went (`texts`, `gone`; untrusted, secrets masked; `url`: address of the document whose first texts they are), and that its scripts
 * stood still (`stuck`, for `ms`), with what tells whose doing that was: how long its main thread worked meanwhile (`own_ms`, processor time; absent when it
 * could not be asked), how long we stood still ourselves (`held_ms`), the share of processor time that nobody wanted (`idle`, 0-1), and whether the document was still loading.
 */
export const RecordingEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), at: z.string(), entry: LogEntry }),
  z.object({ kind: z.literal('step'), at: z.string(), line: InteractionLine }),
  z.object({
    kind: z.literal('press'),
    at: z.string(),
    box: Rect.optional(),
    left: Rect.optional(),
    name: z.string().optional(),
  }),
  z.object({ kind: z.literal('activity'), at: z.string(), what: z.enum(['dom', 'input', 'network', 'page']) }),
  z.object({ kind: z.literal('aside'), at: z.string(), boxes: z.array(Rect), scrolled: z.boolean().optional() }),
  z.object({
    kind: z.literal('texts'),
    at: z.string(),
    texts: z.array(z.string()),
    gone: z.array(z.string()).optional(),
    url: z.string().optional(),
  }),
  z.object({
    kind: z.literal('stuck'),
    at: z.string(),
    ms: z.number().nonnegative(),
    own_ms: z.number().nonnegative().optional(),
    held_ms: z.number().nonnegative().optional(),
    idle: z.number().min(0).max(1).optional(),
    loading: z.boolean().optional(),
  }),
]);
export type RecordingEvent = z.infer<typeof RecordingEvent>;
