// Records a page until it is killed: <project folder> <url> [stop]. With `stop` the recording is stopped first, and its video left unfinished.
import path from 'node:path';
import { loadSource } from '../../../scripts/build/load-source.mjs';

const [, , projectDir, url, stop] = process.argv;
const root = path.resolve(import.meta.dirname, '../../..');
const { Session, findFolder } = await loadSource(
  root,
  `export { Session } from './src/live/session.ts';
   export { findFolder } from './src/project/locate.ts';`,
);
const session = new Session();
const project = await findFolder(projectDir, [projectDir]);
const { signal } = new AbortController();
const live = await session.recordings.start({
  project,
  tool: 'codeloop_start_recording',
  url,
  viewport: '640x480',
  signal,
});
await live.page.perform({ action: 'click', target: { role: 'button', name: 'Go' } }, signal);
await new Promise((resolve) => setTimeout(resolve, 1000));
if (stop) await session.recordings.stop(project);
process.stdout.write(`${live.id}\n`);
