import { expect, test } from 'vitest';
import { baseAddress, printedAddresses, saysPortTaken } from '../../src/project/printed-addresses.js';
import { verifies } from '../requirements.js';

const ESC = '\u001b';
const BEL = '\u0007';
const ST = `${ESC}\\`;

test.each<[string, string, string[]]>([
  [
    'a hyperlink ended by BEL',
    `${ESC}]8;;http://localhost:5173/${BEL}Local${ESC}]8;;${BEL}`,
    ['http://localhost:5173/'],
  ],
  [
    'a hyperlink ended by ST',
    `${ESC}]8;id=1;http://localhost:5173/app/${ST}open${ESC}]8;;${ST}`,
    ['http://localhost:5173/app/'],
  ],
  [
    'a hyperlink of one-byte controls',
    '\u009d8;;http://localhost:5173/\u009cLocal\u009d8;;\u009c',
    ['http://localhost:5173/'],
  ],
  [
    'an address that is its own link text',
    `${ESC}]8;;http://localhost:1234/${ST}http://localhost:1234/${ESC}]8;;${ST}`,
    ['http://localhost:1234/'],
  ],
  ['a window title', `${ESC}]0;http://localhost:9/${BEL}http://localhost:1234/`, ['http://localhost:1234/']],
  ['colours inside', `  ➜  Local:   http://localhost:${ESC}[1m5173${ESC}[22m/`, ['http://localhost:5173/']],
  ['colours with colons', `${ESC}[38:5:2mhttp://localhost:5173/${ESC}[0m`, ['http://localhost:5173/']],
  ['a bracket and a full stop', 'Ready (http://localhost:3000).', ['http://localhost:3000/']],
  ['a comma', 'at http://localhost:3000, in 12 ms', ['http://localhost:3000/']],
  ['square brackets', '[http://localhost:3000]', ['http://localhost:3000/']],
  [
    'dots of omission',
    'Opening http://localhost:3000… and http://localhost:3001...',
    ['http://localhost:3000/', 'http://localhost:3001/'],
  ],
  ['backquotes', 'Open `http://localhost:3000/x`', ['http://localhost:3000/x']],
  ['Markdown', '**[here](http://localhost:3000/a_(b))**', ['http://localhost:3000/a_(b)']],
  ['a document', 'http://localhost:3000/index.html', ['http://localhost:3000/index.html']],
  ['a token', 'http://localhost:8888/lab?token=abc123', ['http://localhost:8888/lab?token=abc123']],
  ['a base path', 'App running at: localhost:8080/base/', ['http://localhost:8080/base/']],
  [
    'a proxy first',
    '[proxy] /api -> http://localhost:8080\nLocal: http://localhost:4000/',
    ['http://localhost:4000/', 'http://localhost:8080/'],
  ],
  [
    'an inspector first',
    'Debugger listening on http://127.0.0.1:9229/x\nup at http://127.0.0.1:4000',
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:9229/x'],
  ],
  [
    'an API first',
    'API: http://localhost:8080\nWeb: http://localhost:4000',
    ['http://localhost:4000/', 'http://localhost:8080/'],
  ],
  [
    'a path that has api in it',
    'http://localhost:8080/api\nhttp://localhost:4000',
    ['http://localhost:8080/api', 'http://localhost:4000/'],
  ],
  [
    'a port that is taken',
    'http://localhost:4803/ is in use, trying another one…\nhttp://localhost:4804/',
    ['http://localhost:4804/', 'http://localhost:4803/'],
  ],
  ['IPv6 alone', 'http://[::1]:3000/', ['http://[::1]:3000/']],
  ['IPv6 without its brackets', 'Available on:\n  http://::1:2011/a', ['http://[::1]:2011/a']],
  ['IPv6, bare', 'listening on [::]:3000', ['http://[::1]:3000/']],
  ['a name below localhost', 'http://app.localhost:3000/', ['http://app.localhost:3000/']],
  ['a star', '* Running on *:3000', ['http://localhost:3000/']],
  ['a star with a scheme', 'http://*:3000/ and http://+:3001/', ['http://localhost:3000/', 'http://localhost:3001/']],
  ['every address', 'https://0.0.0.0:8443/', ['https://127.0.0.1:8443/']],
  ['a port in words', 'Server listening on port 3000', ['http://localhost:3000/']],
  ['a port with a colon', 'listening on :3000', ['http://localhost:3000/']],
  ['a port and a full stop', 'started at 8080.', ['http://localhost:8080/']],
  ['a port in JSON', '{"level":30,"port":3000,"msg":"listening"}', ['http://localhost:3000/']],
  [
    'a port and its address',
    'Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...',
    ['http://127.0.0.1:8000/'],
  ],
  ['a network address', 'Network: http://192.168.1.7:5173/\nLocal: http://localhost:5173/', ['http://localhost:5173/']],
  ['a network address alone', 'http://my-laptop:5173/x', ['http://localhost:5173/x']],
  ['a site elsewhere', 'see https://vite.dev/config and http://localhost/', ['http://localhost/']],
  ['a choice of a character set', `${ESC}(Bhttp://localhost:3000${ESC}(B${ESC}[m`, ['http://localhost:3000/']],
  ['full-width marks', '本地：http://localhost:8000/文档，按 Ctrl+C 停止。', ['http://localhost:8000/']],
  ['low and high quotation marks', 'läuft auf „http://localhost:3000/a“', ['http://localhost:3000/a']],
  ['an arrow', 'http://localhost:3000/a→ open', ['http://localhost:3000/a']],
  ['JSON with escaped slashes', String.raw`{"url":"http:\/\/localhost:3000\/a\/"}`, ['http://localhost:3000/a/']],
  [
    'no scheme',
    'Web Server is available at //localhost:1313/blog/ (bind address 127.0.0.1)',
    ['http://localhost:1313/blog/'],
  ],
  ['a comment', '// see localhost', []],
  ['ports in words', 'Tomcat started on port(s): 8080 (http)', ['http://localhost:8080/']],
  ['line ends of Windows', 'Local: http://localhost:1/a\r\nNetwork: http://10.0.0.5:1/a\r\n', ['http://localhost:1/a']],
  ['a label on a line of its own', 'Local:\n    http://localhost:5173/a', ['http://localhost:5173/a']],
  ['a QR code', '█▀▀▀▀▀█ ▀▄█\n› http://192.168.0.4:8081\n› Web: http://localhost:8081', ['http://localhost:8081/']],
  [
    'a Unix socket first',
    'Listening on unix:/tmp/a.sock\nListening on http://127.0.0.1:3000',
    ['http://127.0.0.1:3000/'],
  ],
  [
    'a narrow box',
    '│ Local: http://loca │\n│ lhost:3000/base/   │\n│ Press h            │',
    ['http://localhost:3000/base/'],
  ],
  [
    'a box with room',
    '│ Local: http://localhost:3000/a  │\n│ b to open                       │',
    ['http://localhost:3000/a'],
  ],
  [
    'times and versions',
    'vite v5.0.1 ready in 3000 ms at 10:45:33, 2026-11-29T14:52:42Z, src/App.tsx:120:15, chrome 127.0.6533',
    [],
  ],
])('an address is read from %s', (_what, output, addresses) => {
  verifies('app.address');
  expect(printedAddresses(output)).toEqual(addresses);
});

test.each([
  ['Port 5173 is in use, trying another one...', true],
  ['http://localhost:4803/ is in use, trying another one…', true],
  ['Error: listen EADDRINUSE: address already in use :::3000', true],
  [' ⚠ Port 3000 is in use by process 12, using available port 3001 instead.', true],
  ['Port 4200 is already in use. Use --port to specify a different port.', true],
  ['Something is already running on port 3000.', true],
  ['OSError: [Errno 98] Address already in use', true],
  ['Unable to start: port 3000 is busy', true],
  ['The port 3000 is used by another application', true],
  ['[Errno 48] Address in use', true],
  ['Could not bind to port 3000', true],
  ['listening on port 3000', false],
  ['port 3000 is used for the pages', false],
  ['the cache is used', false],
])('%j says of its port that it is taken: %s', (output, taken) => {
  expect(saysPortTaken(output)).toBe(taken);
});

test.each([
  ['http://localhost:3000', 'http://localhost:3000/'],
  ['http://localhost:3000/index.html', 'http://localhost:3000/'],
  ['http://localhost:3000/app/main.php?x=1#y', 'http://localhost:3000/app/'],
  ['http://localhost:3000/base', 'http://localhost:3000/base/'],
  ['http://localhost:3000/v1.2/', 'http://localhost:3000/v1.2/'],
  ['http://localhost:8888/?token=abc', 'http://localhost:8888/'],
  ['http://me:pass@localhost:3000/', 'http://localhost:3000/'],
])('the pages of %s lie at %s', (address, base) => {
  expect(baseAddress(address)).toBe(base);
});
