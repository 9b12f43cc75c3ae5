/** A browser found on this machine. */
export interface FoundBrowser {
  readonly path: string;
  readonly source: 'CODELOOP_BROWSER' | 'playwright' | 'system' | 'record';
}

/** See find-browser.mjs. */
export function findBrowser(
  root: string,
  options?: { probe?: boolean; expected?: string },
): Promise<FoundBrowser | undefined>;
