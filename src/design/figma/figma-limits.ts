/** What the client allows itself. Times in milliseconds. */
export interface FigmaLimits {
  /** For one whole piece of work: version, nodes, exports and pictures together. */
  totalMs: number;
  /** For one answer, from the request to the last byte. */
  answerMs: number;
  /** Longest wait that an answer's Retry-After is honoured for; a longer one is FIGMA_RATE_LIMITED. */
  retryAfterMs: number;
  /** First pause after an answer 5xx or none; it doubles each time. */
  backoffMs: number;
  /** Tries of one request. */
  tries: number;
  jsonBytes: number;
  pictureBytes: number;
}

/** As used outside tests. Figma renders up to 32 megapixels a picture; a node tree of a large page is some 20 MB. */
export const FIGMA_LIMITS: FigmaLimits = {
  totalMs: 120_000,
  answerMs: 60_000,
  retryAfterMs: 15_000,
  backoffMs: 500,
  tries: 4,
  jsonBytes: 64 * 1024 * 1024,
  pictureBytes: 96 * 1024 * 1024,
};
