import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

/** A third-party admin template (startbootstrap-sb-admin-2) on loopback, as `{url, close}`. */
export async function serveSite() {
  const root = path.resolve(
    path.dirname(fileURLToPath(import.meta.url)),
    '../../node_modules/startbootstrap-sb-admin-2',
  );
  const server = createServer((request, answer) => {
    const file = path.join(root, path.normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname)));
    if (!file.startsWith(root) || !existsSync(file) || !statSync(file).isFile()) return answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(answer);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
