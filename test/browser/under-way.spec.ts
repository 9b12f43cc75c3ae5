import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { liveStyles, styles } from '../../src/report/style/style.js';
import { verifies } from '../requirements.js';

test('of the lines that say how far it is the last one shows, while the page is still being sent @once', async ({
  page,
}) => {
  verifies('review.live');
  // A browser that has not read all children of an element does not know the last one of a type.
  const now = (words: string) => `<p class="now" role="status">${words}</p>\n`;
  const figure = '<figure class="seen"><p class="absent">No picture</p><figcaption>home</figcaption></figure>\n';
  let send: (part: string) => void = () => undefined;
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.write(
      `<!doctype html><html lang="en"><head><title>Live</title><style>${styles}\n${liveStyles}</style></head>`,
    );
    response.write(`<body class="live"><main>\n${now('0 of 2')}`);
    send = (part) => response.write(part);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  try {
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    const line = page.locator('.now:visible');
    await expect(line).toHaveText('0 of 2');
    send(figure + now('1 of 2'));
    await expect(line).toHaveText('1 of 2');
    send(figure + now('2 of 2; comparing and judging'));
    await expect(line).toHaveText('2 of 2; comparing and judging');
    // It stands above the cells.
    const [said, cell] = [await line.boundingBox(), await page.locator('.seen').first().boundingBox()];
    expect((said?.y ?? 0) + (said?.height ?? 0)).toBeLessThanOrEqual(cell?.y ?? 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
