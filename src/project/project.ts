import { access } from 'node:fs/promises';
import type { Config } from '../config/schema.js';

/** Returns true when something exists at that path that this user may access. Never throws. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // not there, which is the answer
  );
}

/** A project that codeloop works on: its real absolute folder and its settings. */
export interface Project {
  dir: string;
  /** Name for people: the manifest's, else the folder's. */
  name: string;
  config: Config;
  /** False when `.codeloop/config.json` is not there and the defaults stand in. */
  configured: boolean;
}
