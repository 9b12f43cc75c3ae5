import { z } from 'zod';

/**
 * The parts that are used of what the REST API answers (its published description: npm `@figma/rest-api-spec`). Fields that a
 * reply may leave out are optional here; what is not named is dropped.
 */

/** `GET /v1/files/:key/meta`. */
export const MetaReply = z.object({
  file: z.object({
    name: z.string(),
    last_touched_at: z.string().optional(),
    version: z.string().optional(),
  }),
});

/** `GET /v1/files/:key`: the tree is walked, not parsed as a whole. */
export const FileReply = z.object({
  name: z.string(),
  version: z.string(),
  lastModified: z.string().optional(),
  document: z.unknown(),
});

/** A published or local style, by whose name a designer knows a colour or a text. */
export const StyleReply = z.object({ name: z.string(), styleType: z.string().optional() });

/** `GET /v1/files/:key/nodes`. A node that is not there is null. */
export const NodesReply = z.object({
  name: z.string(),
  version: z.string().optional(),
  nodes: z.record(
    z.string(),
    z.object({ document: z.unknown(), styles: z.record(z.string(), StyleReply).optional() }).nullable(),
  ),
});

/** `GET /v1/images/:key`. A node that could not be rendered is null. */
export const ImagesReply = z.object({
  err: z.string().nullish(),
  images: z.record(z.string(), z.string().nullable()),
});

/** `GET /v1/files/:key/variables/local`, which only some plans offer. */
export const VariablesReply = z.object({
  meta: z.object({ variables: z.record(z.string(), z.object({ id: z.string(), name: z.string() })) }),
});
