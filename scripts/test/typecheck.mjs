// The suite of types: source and tests. The set-up before the tests has built dist/ without a check: this is it, and the stamp says so.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { markChecked } from '../build/stamp.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '--noEmit'], { cwd: root, stdio: 'inherit' });
if (status === 0) markChecked(root);
process.exitCode = status ?? 1;
