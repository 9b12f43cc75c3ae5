import { z } from 'zod';
import { CodeloopError } from '../../core/errors.js';
import { type FigmaAccess, FigmaHttp, FigmaTrouble, foreignText } from './figma-http.js';

/**
 * The parts that are used of what the REST API answers (its published description: npm `@figma/rest-api-spec`). Fields that a
 * reply may leave out are optional here; what is not named is dropped.
 */

/** `GET /v1/files/:key/meta`. */
const MetaReply = z.object({
  file: z.object({
    name: z.string(),
    last_touched_at: z.string().optional(),
    version: z.string().optional(),
  }),
});

/** `GET /v1/files/:key`: the tree is walked, not parsed as a whole. */
const FileReply = z.object({
  name: z.string(),
  version: z.string(),
  lastModified: z.string().optional(),
  document: z.unknown(),
});

/** A published or local style, by whose name a designer knows a colour or a text. */
const StyleReply = z.object({ name: z.string(), styleType: z.string().optional() });

/** `GET /v1/files/:key/nodes`. A node that is not there is null. */
const NodesReply = z.object({
  name: z.string(),
  version: z.string().optional(),
  nodes: z.record(
    z.string(),
    z.object({ document: z.unknown(), styles: z.record(z.string(), StyleReply).optional() }).nullable(),
  ),
});

/** `GET /v1/images/:key`. A node that could not be rendered is null. */
const ImagesReply = z.object({
  err: z.string().nullish(),
  images: z.record(z.string(), z.string().nullable()),
});

/** `GET /v1/files/:key/variables/local`, which only some plans offer. */
const VariablesReply = z.object({
  meta: z.object({ variables: z.record(z.string(), z.object({ id: z.string(), name: z.string() })) }),
});

/** Ids asked for in one call; some hundred would make an address too long for a proxy. */
const BATCH_IDS = 20;
/** Pixels asked for in one export; very large ones are known to end as 500 after a minute. */
const BATCH_PIXELS = 60_000_000;
/** Most halvings of a call that is refused as too large: a server that is down is not asked twenty times. */
const MOST_HALVINGS = 2;

/** A frame that is to be exported. Sizes in CSS pixels. */
export interface ExportOrder {
  nodeId: string;
  scale: number;
  width: number;
  height: number;
}

/** One node with everything below it, as Figma returns it. */
export interface NodeReply {
  document: unknown;
  styles: Readonly<Record<string, z.infer<typeof StyleReply>>>;
}

/** A file's version and name, known before its nodes are read. */
export interface FileVersion {
  name: string;
  version: string;
  lastModified?: string;
}

/** The endpoints that codeloop asks, for one file. Each method throws as `FigmaHttp.json` does. */
export class FigmaClient {
  readonly #http: FigmaHttp;
  readonly #key: string;

  constructor(fileKey: string, access: FigmaAccess) {
    this.#http = new FigmaHttp(access);
    this.#key = fileKey;
  }

  /** The file's present version, by the cheapest call there is: metadata; a token without that scope costs a file call. */
  async version(): Promise<FileVersion> {
    try {
      const { file } = this.#read(MetaReply, await this.#http.json(this.#key, `/v1/files/${this.#key}/meta`));
      if (file.version !== undefined)
        return {
          name: file.name,
          version: file.version,
          ...(file.last_touched_at === undefined ? {} : { lastModified: file.last_touched_at }),
        };
    } catch (error) {
      const scope = error instanceof CodeloopError && /scope/i.test(String(error.values.reason ?? ''));
      if (!scope) throw error;
    }
    const { name, version, lastModified } = await this.#file(1);
    return { name, version, ...(lastModified === undefined ? {} : { lastModified }) };
  }

  /** The pages with what lies on them, two levels deep, so that frames inside sections are among it. */
  async outline(version: string): Promise<unknown> {
    return (await this.#file(3, version)).document;
  }

  /** The nodes of these ids with everything below; null for those that are not there. */
  async nodes(ids: readonly string[], version: string): Promise<Map<string, NodeReply | null>> {
    const found = new Map<string, NodeReply | null>();
    for (const batch of batches(ids, () => 0)) {
      const query = { ids: batch.join(','), version };
      const reply = this.#read(NodesReply, await this.#http.json(this.#key, `/v1/files/${this.#key}/nodes`, query));
      for (const id of batch) {
        const node = reply.nodes[id] ?? null;
        found.set(id, node && { document: node.document, styles: node.styles ?? {} });
      }
    }
    return found;
  }

  /**
   * Renders frames as PNG and hands each on as it arrives, so that what is there is not lost when a later one fails. Many ids go
   * into one call; a call that Figma finds too large is halved. `undefined` bytes: Figma could not render that frame.
   */
  async export(
    orders: readonly ExportOrder[],
    version: string,
    onPicture: (order: ExportOrder, png: Buffer | undefined) => Promise<void>,
  ): Promise<void> {
    const scales = [...new Set(orders.map((order) => order.scale))].sort((a, b) => a - b);
    for (const scale of scales) {
      const same = orders.filter((order) => order.scale === scale);
      for (const batch of batches(same, (order) => order.width * order.height * scale * scale)) {
        const addresses = await this.#addresses(batch, scale, version);
        for (const order of batch) {
          const address = addresses.get(order.nodeId);
          await onPicture(order, address === undefined ? undefined : await this.#http.picture(this.#key, address));
        }
      }
    }
  }

  /** Names of variables by id; empty where plan or token do not allow to ask. */
  async variableNames(): Promise<Map<string, string>> {
    try {
      const reply = this.#read(
        VariablesReply,
        await this.#http.json(this.#key, `/v1/files/${this.#key}/variables/local`),
      );
      return new Map(Object.values(reply.meta.variables).map(({ id, name }) => [id, name]));
    } catch (error) {
      // Names make findings readable; values are in the nodes. An error that stops everything will stop the next call too.
      if (error instanceof FigmaTrouble || (error instanceof CodeloopError && error.code !== 'CANCELLED'))
        return new Map();
      throw error;
    }
  }

  async #file(depth: number, version?: string): Promise<z.infer<typeof FileReply>> {
    const query = { depth: String(depth), ...(version === undefined ? {} : { version }) };
    return this.#read(FileReply, await this.#http.json(this.#key, `/v1/files/${this.#key}`, query));
  }

  async #addresses(
    batch: readonly ExportOrder[],
    scale: number,
    version: string,
    halved = 0,
  ): Promise<Map<string, string>> {
    const query = {
      ids: batch.map((order) => order.nodeId).join(','),
      scale: String(scale),
      format: 'png',
      // The frame's own box: a shadow that reaches out of it must not make the picture larger than the screen.
      use_absolute_bounds: 'true',
      version,
    };
    try {
      const reply = this.#read(ImagesReply, await this.#http.json(this.#key, `/v1/images/${this.#key}`, query));
      if (typeof reply.err === 'string' && reply.err !== '')
        throw new FigmaTrouble(`it could not export (${foreignText(reply.err)})`, { smaller: true });
      return new Map(Object.entries(reply.images).flatMap(([id, url]) => (url === null ? [] : [[id, url] as const])));
    } catch (error) {
      const smaller = error instanceof FigmaTrouble && error.remedy.smaller === true;
      if (!smaller || batch.length === 1 || halved >= MOST_HALVINGS) throw error;
      const half = Math.ceil(batch.length / 2);
      const first = await this.#addresses(batch.slice(0, half), scale, version, halved + 1);
      const second = await this.#addresses(batch.slice(half), scale, version, halved + 1);
      return new Map([...first, ...second]);
    }
  }

  #read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new FigmaTrouble(`its answer is not as described (${issue?.path.join('.')}: ${issue?.message})`);
  }
}

/** Lists of at most BATCH_IDS items and BATCH_PIXELS, in order; an item that is too large by itself is alone. */
function batches<Item>(items: readonly Item[], pixels: (item: Item) => number): Item[][] {
  const lists: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const last = lists.at(-1);
    const size = pixels(item);
    if (last && last.length < BATCH_IDS && size <= room) {
      last.push(item);
      room -= size;
    } else {
      lists.push([item]);
      room = BATCH_PIXELS - size;
    }
  }
  return lists;
}
