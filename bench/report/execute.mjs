import { spawn } from 'node:child_process';

/** Runs Node with arguments in a folder; answers what it printed, whatever it ended with: a comparison that finds something ends with 1. */
export function execute(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.on('error', reject).on('close', () => resolve(Buffer.concat(said).toString('utf8')));
  });
}
