import { CodeloopError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest-name.js';
import { decode } from '../../image/decode.js';
import type { CachedVersion, FigmaCache } from './figma-cache.js';
import type { ExportWish, FigmaClient, NodeReply } from './figma-client.js';
import { FigmaTrouble } from './figma-failure.js';
import { listFrames } from './figma-outline.js';
import { frameBox, readLayers } from './read-layers.js';
import type { WantedFrame } from './wanted-frames.js';

/** What is fetched into where. */
export interface FetchRequest {
  client: FigmaClient;
  cache: FigmaCache;
  /** What is known of the version so far; it is extended, and written after each frame. */
  index: CachedVersion;
  fileKey: string;
  signal: AbortSignal;
}

/**
 * Fetches the frames that the cache does not hold: their nodes, their names of variables, their pictures. Every picture is decoded
 * before it is kept. Throws FIGMA_FRAME_NOT_FOUND, as the client does, and FigmaTrouble for a frame that cannot be rendered or read.
 */
export async function fetchFrames(request: FetchRequest, wanted: readonly WantedFrame[]): Promise<void> {
  const { client, cache, index } = request;
  const missing = wanted.filter(({ nodeId, scale }) => cache.frame(index, nodeId, scale) === undefined);
  if (missing.length === 0) return;
  const nodes = await client.nodes([...new Set(missing.map((frame) => frame.nodeId))], index.version);
  const wishes: ExportWish[] = [];
  for (const frame of missing) {
    const node = nodes.get(frame.nodeId);
    const box = node && frameBox(node);
    if (!box || box.width <= 0 || box.height <= 0) throw await frameNotFound(request, frame);
    const wish = { nodeId: frame.nodeId, scale: frame.scale, width: box.width, height: box.height };
    if (!wishes.some((one) => one.nodeId === wish.nodeId && one.scale === wish.scale)) wishes.push(wish);
  }
  const variables = [...nodes.values()].some(bindsVariables) ? await client.variableNames() : new Map<string, string>();
  await client.export(wishes, index.version, async (wish, png) => {
    const node = nodes.get(wish.nodeId);
    if (!node || png === undefined) throw new FigmaTrouble(`frame ${wish.nodeId} could not be rendered`);
    await checkPicture(wish, png);
    const layers = readLayers(node, variables);
    const { nodeId: node_id, ...size } = wish;
    const stored = await cache.putFrame(index.version, { node_id, name: layers.name, ...size }, png, layers);
    index.frames = [...index.frames.filter((one) => one.node_id !== node_id || one.scale !== wish.scale), stored];
    await cache.write(index);
  });
}

/** Lists the version's frames by name, once. */
export async function fetchListing({
  client,
  cache,
  index,
}: FetchRequest): Promise<NonNullable<CachedVersion['listing']>> {
  if (index.listing) return index.listing;
  index.listing = listFrames(await client.outline(index.version));
  await cache.write(index);
  return index.listing;
}

/** FIGMA_FRAME_NOT_FOUND for a cell whose node is gone, with the names there are; asking for them costs one call. */
async function frameNotFound(request: FetchRequest, frame: WantedFrame): Promise<CodeloopError> {
  const { cache, fileKey } = request;
  const was = (await cache.newest())?.frames.find((one) => one.node_id === frame.nodeId)?.name;
  const listing = await fetchListing(request).catch((error: unknown) => {
    // The finding stands without the names.
    if (error instanceof FigmaTrouble || error instanceof CodeloopError) return [];
    throw error;
  });
  const names = listing.map((one) => one.name);
  const near = nearestName(was ?? '', names) ?? nearestName(`${frame.viewport}/${frame.screen}`, names);
  const nearest = listing.find((one) => one.name === near);
  return new CodeloopError('FIGMA_FRAME_NOT_FOUND', {
    file_key: fileKey,
    frame: `${frame.nodeId} for ${frame.viewport}/${frame.screen}`,
    ...(was === undefined ? {} : { was }),
    ...(nearest ? { nearest: `${nearest.name} (${nearest.node_id})` } : {}),
    allowed: listing.slice(0, 20).map((one) => `${one.name} (${one.node_id})`),
  });
}

async function checkPicture(wish: ExportWish, png: Buffer): Promise<void> {
  try {
    await decode({ bytes: png, name: `frame ${wish.nodeId}` });
  } catch (error) {
    if (error instanceof CodeloopError) throw new FigmaTrouble(error.message, { cause: error });
    throw error;
  }
}

function bindsVariables(node: NodeReply | null): boolean {
  return node !== null && JSON.stringify(node.document).includes('"VARIABLE_ALIAS"');
}
