import type { ScreenConfig } from '../config/schema.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { RunManifest } from '../core/vocabulary/run.js';

/** What the pictures of a screen depend on: the browser, or for a desktop app's window the display. */
export function cellEnvironment(manifest: RunManifest, { app }: ScreenConfig): Environment | undefined {
  const { environment, native_environment: native = environment } = manifest;
  return app === undefined ? environment : native;
}

/** All that the pictures of a run depend on: the browser first, then the display of desktop apps where there are pages too. */
export function runEnvironments({ environment, native_environment: native }: RunManifest): Environment[] {
  return [environment, native].filter((one) => one !== undefined);
}
