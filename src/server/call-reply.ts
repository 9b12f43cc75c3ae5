import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import type { DispatchReply, ResultReply } from '../tools/dispatcher.js';
import { fitReply } from '../tools/reply-budget.js';

/** Key of `_meta` that carries the code of an error. */
export const ERROR_META = 'codeloop/error';

/**
 * A dispatcher's reply as it travels (contract section 1): the JSON is always the first text block. Tools with pictures add
 * their images and no `structuredContent`, the others the same JSON as `structuredContent`. An error is `isError` with its
 * code in `_meta` and never `structuredContent`, which clients would hold against the tool's schema.
 */
export function callReply(reply: DispatchReply): CallToolResult {
  if (reply.kind === 'error') {
    const body = fitReply({ ...reply.error }).result;
    return { content: [json(body)], isError: true, _meta: { [ERROR_META]: reply.error.code } };
  }
  if (reply.tool.pictures) return { content: [json(reply.result), ...reply.images.flatMap(imageBlocks)] };
  return { content: [json(reply.result)], structuredContent: reply.result };
}

function json(value: unknown): ContentBlock {
  return { type: 'text', text: JSON.stringify(value) };
}

type Picture = ResultReply['images'][number];

/** A line that says what the picture is and how its pixels map to the file's, then the picture. */
function imageBlocks(image: Picture, index: number, all: readonly Picture[]): ContentBlock[] {
  const place = `${image.width} x ${image.height} px, scale ${Number(image.scale.toFixed(4))} of ${image.path}`;
  const line = `Picture ${index + 1} of ${all.length}: ${image.label} (${place})`;
  return [
    { type: 'text', text: oneLine(line) },
    { type: 'image', data: image.data.toString('base64'), mimeType: image.mime },
  ];
}

/** One line without control characters, at most 300 characters: a name in it cannot pose as another block. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .toWellFormed()
    .slice(0, 300);
}
