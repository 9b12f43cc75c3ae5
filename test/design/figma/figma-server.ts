import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type {
  ErrorResponsePayloadWithErrMessage,
  GetFileMetaResponse,
  GetFileNodesResponse,
  GetFileResponse,
  GetImagesResponse,
} from '@figma/rest-api-spec';
import sharp from 'sharp';

/** A node as a test writes it: what the API would send, without the fields that nobody reads. */
export interface TestNode {
  id: string;
  name: string;
  type: string;
  children?: TestNode[];
  absoluteBoundingBox?: { x: number; y: number; width: number; height: number } | null;
  [field: string]: unknown;
}

/** A Figma file on the server; change it between requests as a designer would. */
export interface TestFile {
  key: string;
  name: string;
  version: string;
  /** What lies on its one page. */
  nodes: TestNode[];
  styles: Record<string, { name: string; styleType: string }>;
  variables: Record<string, { id: string; name: string }>;
  /** PNG by node id; without one a white picture of the right size is rendered. */
  pictures: Map<string, Buffer>;
}

/** One request as it came in. */
export interface Seen {
  server: 'api' | 'pictures';
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** What the server does instead of answering soundly. */
export type Trick = (response: ServerResponse, seen: Seen) => void;

export const TOKEN = 'figd_canary-token-that-must-not-leak-0123456789';
export const EXPIRED = 'figd_expired-token-that-must-not-leak-9876543210';

/** `/v1/files`, `/v1/images` and the place of exported pictures, as the published description has them, on this machine. */
export class FigmaServer {
  readonly seen: Seen[] = [];
  readonly #tricks: { pattern: RegExp; trick: Trick; times: number }[] = [];
  readonly #api: Server;
  readonly #pictures: Server;
  #ports = { api: 0, pictures: 0 };

  constructor(readonly file: TestFile) {
    this.#api = createServer((request, response) => void this.#answer('api', request, response));
    this.#pictures = createServer((request, response) => void this.#answer('pictures', request, response));
  }

  async start(): Promise<this> {
    this.#ports = { api: await listen(this.#api), pictures: await listen(this.#pictures) };
    return this;
  }

  async stop(): Promise<void> {
    for (const server of [this.#api, this.#pictures]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  get base(): string {
    return `http://127.0.0.1:${this.#ports.api}`;
  }

  get picturesBase(): string {
    return `http://127.0.0.1:${this.#ports.pictures}`;
  }

  /** The next `times` requests whose path fits are answered by `trick`. */
  play(pattern: RegExp, trick: Trick, times = 1): void {
    this.#tricks.push({ pattern, trick, times });
  }

  /** Paths asked for since the last call of this. */
  paths(): string[] {
    return this.seen.splice(0).map(({ server, path }) => (server === 'pictures' ? 'picture' : path));
  }

  async #answer(server: Seen['server'], request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://figma.test');
    const seen: Seen = { server, path: url.pathname, query: url.searchParams, headers: request.headers };
    this.seen.push(seen);
    const trick = this.#tricks.find((one) => one.times > 0 && one.pattern.test(`${server}:${url.pathname}`));
    if (trick) {
      trick.times -= 1;
      trick.trick(response, seen);
    } else if (server === 'pictures') await this.#picture(response, seen);
    else this.#send(response, this.#reply(seen));
  }

  /** What the API answers: an error as a status with words, else the body of a success. */
  #reply({ path, query, headers }: Seen): Reply {
    const { file } = this;
    if (headers['x-figma-token'] === EXPIRED) return { status: 403, err: 'Token expired' };
    if (headers['x-figma-token'] !== TOKEN) return { status: 403, err: 'Invalid token' };
    const [, kind, key, part] = /^\/v1\/(files|images)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (key !== file.key) return { status: 404, err: 'Not found' };
    const asked = query.get('version');
    if (asked !== null && asked !== file.version) return { status: 404, err: 'Version not found' };
    const facts = {
      name: file.name,
      role: 'viewer',
      lastModified: '2026-11-20T10:00:00Z',
      version: file.version,
    } as const;
    const ids = (query.get('ids') ?? '').split(',').filter(Boolean);
    if (kind === 'images') {
      const scale = Number(query.get('scale') ?? 1);
      const images = Object.fromEntries(
        ids.map((id) => {
          const box = find(file.nodes, id)?.absoluteBoundingBox;
          return [id, box ? `${this.picturesBase}/${id}@${scale}.png?signature=${file.version}` : null];
        }),
      );
      return body({ err: null, images } satisfies GetImagesResponse);
    }
    if (part === '/meta')
      return body({
        file: {
          name: file.name,
          version: file.version,
          last_touched_at: facts.lastModified,
          editorType: 'figma',
          creator: { id: '1', handle: 'designer', img_url: '' },
        },
      } satisfies GetFileMetaResponse);
    if (part === '/variables/local') return body({ status: 200, error: false, meta: { variables: file.variables } });
    if (part === '/nodes') {
      const nodes = Object.fromEntries(
        ids.map((id) => {
          const document = find(file.nodes, id);
          return [
            id,
            document ? { document, components: {}, componentSets: {}, schemaVersion: 0, styles: file.styles } : null,
          ];
        }),
      );
      // The nodes are what a test wrote, and the API sends null for one that is gone, which its types leave out.
      const reply = {
        ...facts,
        editorType: 'figma',
        thumbnailUrl: '',
        nodes: nodes as unknown as GetFileNodesResponse['nodes'],
      } as const;
      return body(reply satisfies GetFileNodesResponse);
    }
    if (part !== undefined) return { status: 404, err: 'Not found' };
    const depth = Number(query.get('depth') ?? 99);
    const page: TestNode = {
      id: '0:1',
      name: 'Page 1',
      type: 'CANVAS',
      children: file.nodes.map((node) => cut(node, depth - 2)),
    };
    const document = {
      id: '0:0',
      name: 'Document',
      type: 'DOCUMENT',
      scrollBehavior: 'SCROLLS',
      children: depth > 1 ? [page] : [],
    };
    const reply = {
      ...facts,
      editorType: 'figma',
      components: {},
      componentSets: {},
      schemaVersion: 0,
      styles: {},
    } as const;
    return body({
      ...reply,
      document: document as unknown as GetFileResponse['document'],
    } satisfies GetFileResponse);
  }

  #send(response: ServerResponse, reply: Reply): void {
    if ('err' in reply) refuse(response, reply.status, reply.err);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  }

  async #picture(response: ServerResponse, { path }: Seen): Promise<void> {
    const [, id = '', scale = '1'] = /^\/(.+)@([\d.]+)\.png$/.exec(path) ?? [];
    const box = find(this.file.nodes, id)?.absoluteBoundingBox;
    const known = this.file.pictures.get(id);
    if (!box) {
      response.writeHead(404).end();
      return;
    }
    const [width, height] = [Math.round(box.width * Number(scale)), Math.round(box.height * Number(scale))];
    const blank = sharp({ create: { width, height, channels: 3, background: '#ffffff' } });
    response.writeHead(200, { 'content-type': 'image/png' }).end(known ?? (await blank.png().toBuffer()));
  }
}

/** Answers with an error in the form the description gives. */
export function refuse(
  response: ServerResponse,
  status: number,
  err: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ status, err } satisfies ErrorResponsePayloadWithErrMessage));
}

type Reply = { status: number; err: string } | { body: unknown };

function body(value: unknown): Reply {
  return { body: value };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function find(nodes: readonly TestNode[], id: string): TestNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : find(node.children ?? [], id);
    if (found) return found;
  }
  return undefined;
}

function cut(node: TestNode, depth: number): TestNode {
  const { children = [], ...own } = node;
  return { ...own, children: depth > 0 ? children.map((child) => cut(child, depth - 1)) : [] };
}
