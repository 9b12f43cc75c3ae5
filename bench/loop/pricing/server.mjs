import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buildSync } from 'esbuild';

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pricing</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><div id="app"></div><script src="/app.js"></script></body></html>`;

/** What is in src at this moment, built anew for each request. */
const FILES = {
  '/': ['text/html', () => PAGE],
  '/style.css': ['text/css', () => readFileSync('src/style.css')],
  '/app.js': [
    'text/javascript',
    () =>
      buildSync({
        entryPoints: ['src/app.jsx'],
        bundle: true,
        write: false,
        jsx: 'automatic',
        jsxImportSource: 'preact',
      }).outputFiles[0].contents,
  ],
};

createServer((request, answer) => {
  const [type, make] = FILES[request.url] ?? [];
  if (!make) return answer.writeHead(404).end();
  answer.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(make());
}).listen(Number(process.argv[2]), '127.0.0.1');
