import { describe, expect, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import { callReply } from '../../src/server/mcp-server.js';
import { verifies } from '../requirements.js';
import { echo, picture } from '../tools/sample-tools.js';

const result = { status: 'pass', summary: 'as it was' };
const image = {
  data: Buffer.from('abc'),
  mime: 'image/webp' as const,
  width: 320,
  height: 200,
  scale: 1 / 3,
  path: 'artifacts/runs/r/home.png',
};

describe('what travels', () => {
  test('of a tool without pictures: the JSON as text and the same as structuredContent', () => {
    verifies('doors.travel');
    expect(callReply({ kind: 'result', tool: echo, result, images: [] })).toEqual({
      content: [{ type: 'text', text: '{"status":"pass","summary":"as it was"}' }],
      structuredContent: result,
    });
  });

  test('of a tool with pictures: the JSON, then a line and the image for each, nothing structured', () => {
    verifies('doors.travel');
    const images = [
      { ...image, label: 'home@mobile actual' },
      { ...image, label: 'two\nlines\u001b[2J' },
    ];
    const place = '(320 x 200 px, scale 0.3333 of artifacts/runs/r/home.png)';
    expect(callReply({ kind: 'result', tool: picture, result, images })).toEqual({
      content: [
        { type: 'text', text: '{"status":"pass","summary":"as it was"}' },
        { type: 'text', text: `Picture 1 of 2: home@mobile actual ${place}` },
        { type: 'image', data: 'YWJj', mimeType: 'image/webp' },
        { type: 'text', text: `Picture 2 of 2: two lines [2J ${place}` },
        { type: 'image', data: 'YWJj', mimeType: 'image/webp' },
      ],
    });
  });

  test('of a pair: beside each picture, in _meta alone, which side it shows and which part of the file', () => {
    verifies('mcp.pair-viewer');
    const part = { x: 0, y: 1325, width: 375, height: 1000 };
    const side = { screen: 'home', viewport: 'mobile', side: 'actual' as const, part };
    const images = [
      { ...image, label: 'home@mobile actual', side },
      { ...image, label: 'cart@mobile' },
    ];
    const { content, _meta } = callReply({ kind: 'result', tool: picture, result, images });
    expect(_meta).toEqual({ 'codeloop/pictures': [side, {}] });
    expect(JSON.stringify(content)).not.toContain('1325');
  });

  test('of an error: JSON, the code in _meta, nothing structured', () => {
    verifies('doors.travel');
    const error = new CodeloopError('RUN_NOT_FOUND', { run: 'r-1' });
    const reply = callReply({ kind: 'error', tool: echo, error: error.toBody(), class: error.class, cause: error });
    expect(reply).toEqual({
      content: [{ type: 'text', text: JSON.stringify(error.toBody()) }],
      isError: true,
      _meta: { 'codeloop/error': 'RUN_NOT_FOUND' },
    });
  });

  test('of an error that carries much: at most what a reply may hold', () => {
    verifies('doors.reply-budget');
    const error = new CodeloopError('SCREEN_NOT_FOUND', {
      screen: 'x'.repeat(100_000),
      allowed: Array.from({ length: 5000 }, (_, index) => `screen number ${index}`),
    });
    const [block] = callReply({ kind: 'error', error: error.toBody(), class: error.class, cause: error }).content;
    expect(block?.type === 'text' && block.text.length).toBeLessThanOrEqual(40_000);
  });
});
