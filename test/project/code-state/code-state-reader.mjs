// Takes the code state of a project as a user who may not read everything: <project>. Prints what it found as JSON.
import path from 'node:path';
import { loadSource } from '../../../scripts/build/load-source.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const { takeCodeState } = await loadSource(
  root,
  `export { takeCodeState } from './src/project/code-state/code-state.ts';`,
);
if (process.getuid() === 0) process.setuid(65534);
const { unreadable, files, state } = await takeCodeState(process.argv[2], { design: { dir: 'designs' }, server: {} });
process.stdout.write(
  JSON.stringify({ unreadable, files: [...files.keys()].sort(), method: state.method, tree: state.tree }),
);
