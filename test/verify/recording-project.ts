import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../src/core/vocabulary/step.js';
import type { LivePage } from '../../src/live/live-page.js';
import { findFolder } from '../../src/project/locate.js';
import type { Project } from '../../src/project/project.js';

/** A project in a folder of its own, with a ledger of its own. */
export async function recordingProject(): Promise<{ project: Project; state: string; remove(): void }> {
  const dir = mkdtempSync(join(tmpdir(), 'codeloop-recording-'));
  const state = mkdtempSync(join(tmpdir(), 'codeloop-state-'));
  writeFileSync(join(dir, 'package.json'), '{"name":"recorded"}');
  return {
    project: await findFolder(dir, [dir]),
    state,
    remove() {
      for (const folder of [dir, state]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes steps on a page, with time to see what comes of each. */
export async function take(page: LivePage, ...steps: Step[]): Promise<void> {
  for (const step of steps) {
    await page.perform(step, new AbortController().signal);
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
}
