// Opens a terminal on a private display and records it until it is killed: <project folder>. Prints a line when frames are in.
import path from 'node:path';
import { loadSource } from '../../../scripts/build/load-source.mjs';

const [, , projectDir] = process.argv;
const root = path.resolve(import.meta.dirname, '../../..');
const { createNativeDriver, Viewport } = await loadSource(
  root,
  `export { createNativeDriver } from './src/native/native-capture.ts';
   export { Viewport } from './src/core/vocabulary/geometry.ts';`,
);
const clock = ['sh', '-c', 'while :; do date +%s.%N; sleep 0.1; done'];
const driver = createNativeDriver({ apps: { clock: { command: ['xterm', '-e', ...clock] } } }, { projectDir });
const session = driver.create(
  { viewport: Viewport.parse({ width: 800, height: 600 }), allowedOrigins: [], redact: (text) => text },
  { put: () => Promise.reject(new Error('nothing is put')) },
);
await session.open({ kind: 'app', app: 'clock' }, new AbortController().signal);
await session.startRecording({
  id: 'killed',
  projectDir,
  framesDir: 'frames/killed',
  videoFile: 'killed.mp4',
  fps: 25,
  maxSeconds: 60,
  maxMegabytes: 50,
});
setTimeout(() => process.stdout.write('recording\n'), 1000);
