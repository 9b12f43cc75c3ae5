import { define, list, say } from './error-text.js';

/** Errors of references from Figma. Figma's own texts are shortened and never hold the token. */
export const FIGMA_ERRORS = define({
  FIGMA_FILE_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no Figma file ${say(v.file_key)} that the token may see.`,
    fix: () =>
      'Copy the key from the address of the file (figma.com/design/<key>/…), and share the file with the owner of the token.',
  },
  FIGMA_FRAME_NOT_FOUND: {
    class: 'usage',
    message: (v) =>
      `The Figma file ${say(v.file_key)} has no frame ${say(v.frame)}${v.was ? ` (it was ${say(v.was)})` : ''}${v.nearest ? `; nearest: ${say(v.nearest)}` : ''}.`,
    fix: (v) =>
      `${Array.isArray(v.allowed) && v.allowed.length > 0 ? `Frames there are: ${list(v.allowed)}. ` : ''}Name frames <viewport>/<screen>, or correct the node id in .codeloop/figma.json (the node-id of the frame’s address).`,
  },
  FIGMA_RATE_LIMITED: {
    class: 'could_not_run',
    message: (v) =>
      `Figma allows no more calls for now${v.limit ? ` (${say(v.limit)})` : ''}, and the frames are not all cached.`,
    fix: (v) =>
      `${typeof v.retry_after_ms === 'number' ? `Call again in ${v.retry_after_ms} ms. ` : ''}Frames fetched so far are kept; some seats get six calls a month, so keep .codeloop/cache/figma between runs.`,
  },
  FIGMA_UNAUTHORIZED: {
    class: 'usage',
    message: (v) => `Figma refuses access to file ${say(v.file_key)}: ${say(v.reason)}.`,
    fix: () =>
      'Set FIGMA_API_TOKEN to a personal access token that is not expired and has the scopes file_content:read and file_metadata:read, or give figma_token. It is stored nowhere.',
  },
  FIGMA_UNAVAILABLE: {
    class: 'could_not_run',
    message: (v) => `Figma could not be asked, and the frames are not all cached: ${say(v.reason)}.`,
    fix: () =>
      'Try again with a network, or leave .codeloop/cache/figma of an earlier run in place: cached frames work offline.',
  },
});
