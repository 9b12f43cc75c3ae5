import type { ProbeEnvironment } from './probe-environment.js';

/** What a probe found out by doing it. */
export interface ProbeResult {
  ok: boolean;
  /** What was done and what came of it: version, size, milliseconds. */
  detail: string;
  /** The exact command or step that mends it. */
  fix?: string;
}

/** One capability that the machine must have, proven by using it. */
export interface Probe {
  id: string;
  title: string;
  /** False: nice to have; its failure is a warning. */
  required: boolean;
  run(environment: ProbeEnvironment): Promise<ProbeResult>;
}
