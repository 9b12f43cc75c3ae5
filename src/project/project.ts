import type { Config } from '../config/schema.js';

/** A project that codeloop works on: its real absolute folder and its settings. */
export interface Project {
  dir: string;
  /** Name for people: the manifest's, else the folder's. */
  name: string;
  config: Config;
  /** False when `.codeloop/config.json` is not there and the defaults stand in. */
  configured: boolean;
}
