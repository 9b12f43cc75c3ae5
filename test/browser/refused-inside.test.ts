import { expect, test } from 'vitest';
import { errorAtEnd, errorInside } from '../../src/browser/refused-inside.js';
import { verifies } from '../requirements.js';

const json = 'application/json';
const query = JSON.stringify({ query: 'query { a }' });
const errors = [{ message: 'no field b' }];
const trpc = { message: 'No procedure', code: -32004, data: { code: 'NOT_FOUND', httpStatus: 404, path: 'a.b' } };
const part = (body: object) =>
  `\r\n--- \r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}`.replace('--- ', '---');

/** What came with success: its type, what it holds, and what was asked. */
const REFUSED: Record<string, [type: string, body: unknown, says: string, asked?: { url?: string; sent?: string }]> = {
  'GraphQL as text': ['text/plain;charset=utf-8', { errors }, 'no data: no field b', { sent: query }],
  'GraphQL by its own type': [
    'application/graphql-response+json',
    { errors, data: { a: 1 } },
    'only a part of the data: no field b',
  ],
  'GraphQL in parts': [
    'multipart/mixed; boundary="-"',
    `${part({ data: { a: 1 }, hasNext: true })}${part({ incremental: [{ path: ['b'], data: null, errors }], hasNext: false })}\r\n-----\r\n`,
    'no data: no field b',
    { sent: query },
  ],
  'tRPC alone': [json, { error: trpc }, 'an error: No procedure'],
  'tRPC among others, behind a transformer': [
    json,
    [{ result: { data: 1 } }, { error: { json: trpc } }],
    'an error: No procedure',
  ],
  'JSON-RPC': [json, { jsonrpc: '2.0', id: 1, error: { code: -1, message: 'lost' } }, 'an error: lost'],
  'JSON:API': ['application/vnd.api+json', { errors: [{ status: '404', title: 'Gone' }] }, 'an error: Gone'],
  'a problem': [
    'application/problem+json; charset=utf-8',
    { title: 'Out of stock', balance: 3 },
    'a problem: Out of stock',
  ],
  'a server’s own error': [
    json,
    { statusCode: 500, error: 'Internal Server Error', message: 'no table' },
    'a status of its own, 500: no table',
  ],
  'another server’s': [
    json,
    { timestamp: '2026-01-01T00:00:00Z', status: 404, error: 'Not Found', path: '/a' },
    'a status of its own, 404: Not Found',
  ],
};

/** What is no error of whoever answers, though it speaks of one. */
const SOUND: Record<string, [type: string, body: unknown, asked?: { url?: string; sent?: string }]> = {
  'a refusal that the app asked for': [json, { ok: false, error: 'not signed in' }],
  'a field that is missing': [json, { errors, data: null }, { sent: '{"query":"mugs and cups"}' }],
  'a list of what happened': [json, [{ status: 404, message: 'mug not found', at: '10:00', order: 7 }]],
  'the state of another server': [json, { status: 503, message: 'down', name: 'search' }],
  'a status that is none of HTTP’s': [json, { status: 1, message: 'done' }],
  'an order with a code': [json, { code: 404, message: 'a mug', price: 4 }],
  'an error that a form shows': [json, { error: { code: 12, message: 'too short' } }],
  words: ['text/plain', 'errors', { sent: query }],
  'GraphQL without errors': [json, { data: { a: 1 }, errors: [] }, { sent: query }],
  'a mixed body of others': ['multipart/mixed; boundary=x', `--x\r\n\r\n${JSON.stringify({ errors })}\r\n--x--`],
};

const inside = (type: string, body: unknown, { url = 'http://a.test/api', sent = '' } = {}) =>
  errorInside({ url, sent, type }, typeof body === 'string' ? body : JSON.stringify(body));

test('errors are found inside answers that came with success, by the shape that their way of asking gives them', () => {
  verifies('runtime.refused-inside');
  const found = Object.entries(REFUSED).map(([name, [type, body, , asked]]) => [name, inside(type, body, asked)?.said]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(REFUSED).map(([name, [, , says]]) => [name, says])),
  );
});

test('what an app answers for itself is no error of its server', () => {
  verifies('runtime.refused-inside');
  const found = Object.entries(SOUND).flatMap(([name, [type, body, asked]]) => {
    const told = inside(type, body, asked);
    return told ? [[name, told]] : [];
  });
  // Whether a refusal is a fault is seen where its page is photographed.
  expect(found).toEqual([
    ['a refusal that the app asked for', { said: 'a refusal: not signed in', doubt: { of: 'nothing' } }],
  ]);
});

test('a call of gRPC-Web or Connect that ends with an error is told, by its headers or its last message', () => {
  verifies('runtime.refused-inside');
  const message = (flags: number, text: string) => {
    const head = Buffer.from([flags, 0, 0, 0, 0]);
    head.writeUInt32BE(Buffer.byteLength(text), 1);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const data = message(0, 'grpc-status: 9\r\n');
  const end = (status: number) => message(0x80, `Grpc-Status: ${status}\r\ngrpc-message: no%20mug\r\n`);
  const [binary, text] = ['application/grpc-web+proto', 'application/grpc-web-text'];
  const inBase64 = (parts: Buffer[]) => Buffer.from(parts.map((part) => part.toString('base64')).join(''));
  const connect = (value: object) => Buffer.concat([message(0, '{"error":{}}'), message(2, JSON.stringify(value))]);
  expect([
    errorAtEnd(binary, { 'grpc-status': '5', 'grpc-message': 'no%20mug' }),
    errorAtEnd(binary, { 'grpc-status': '0' }),
    errorAtEnd(binary, Buffer.concat([data, end(5)])),
    errorAtEnd(binary, Buffer.concat([data, end(0)])),
    errorAtEnd(text, inBase64([data, end(13)])),
    errorAtEnd(text, inBase64([data, end(0)])),
    errorAtEnd('application/connect+json', connect({ error: { code: 'not_found', message: 'no mug' } })),
    errorAtEnd('application/connect+json', connect({ metadata: {} })),
    errorAtEnd(binary, Buffer.concat([data, end(5).subarray(0, 3)])),
  ]).toEqual([
    'the status 5 of gRPC: no mug',
    undefined,
    'the status 5 of gRPC: no mug',
    undefined,
    'the status 13 of gRPC: no mug',
    undefined,
    'the status not_found of Connect: no mug',
    undefined,
    undefined,
  ]);
});
