import { ACT_ERRORS, define, list, SECTION_ERRORS, STORE_ERRORS, say } from './work-errors.js';

/** Errors of accepted pictures and of those who accept them. */
export const BASELINE_ERRORS = define({
  BASELINE_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no ${say(v.what)} of that name.`,
    fix: (v) =>
      Array.isArray(v.allowed) && v.allowed.length > 0
        ? `Known: ${list(v.allowed)}.`
        : 'See `codeloop baseline list`; pictures are proposed with codeloop_update_baseline.',
  },
  DECISION_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no decision ${say(v.id)} that is still open.`,
    fix: (v) =>
      Array.isArray(v.allowed) && v.allowed.length > 0
        ? `Known: ${list(v.allowed)}.`
        : 'Nothing was decided on the review page since the last commit.',
  },
  DECISION_SETTLED: {
    class: 'usage',
    message: (v) => `Decision ${say(v.id)} can no longer be undone: ${say(v.reason)}.`,
    fix: () => 'Take it back with git, or decide anew on the review page.',
  },
  BASELINE_READ_ONLY: {
    class: 'usage',
    message: () => 'Baselines are never written under CI, proposals neither.',
    fix: () => 'Propose on a developer’s machine; CI compares with what is committed.',
  },
  PERSON_NEEDED: {
    class: 'usage',
    message: (v) => `${say(v.what)} takes a person at a terminal: ${say(v.why)}.`,
    fix: (v) =>
      `Ask the user to run \`${say(v.command)}\` in a terminal of their own, outside of any agent. Do not try to work around it.`,
  },
  PROPOSAL_UNPROVEN: {
    class: 'could_not_run',
    message: (v) => `The proposal for ${say(v.place)} cannot be traced to its run: ${say(v.reason)}.`,
    fix: () => 'Verify again and propose again with codeloop_update_baseline.',
    next: () => [{ tool: 'codeloop_verify', arguments: {} }],
  },
});

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

/** Every error codeloop can answer with: its message, what to do, and the call that helps. `docs/errors.md` is made from it. */
export const CATALOGUE = define({
  ...ACT_ERRORS,
  ...BASELINE_ERRORS,
  ...FIGMA_ERRORS,
  ...SECTION_ERRORS,
  ...STORE_ERRORS,
  APP_NOT_OURS: {
    class: 'could_not_run',
    message: (v) =>
      `Something already answers at ${say(v.url)}, and it cannot be shown to be this project's app with its code as it is (${say(v.reason)}).`,
    fix: () =>
      'Stop that server, or give the app a free port (server.url in .codeloop/config.json, and the port in its own settings) and let codeloop start it by server.command.',
  },
  APP_NOT_READY: {
    class: 'could_not_run',
    message: (v) => `The app did not answer at ${say(v.url)} (${say(v.reason)}).`,
    fix: (v) =>
      typeof v.hint === 'string'
        ? v.hint
        : 'Start it by hand to see why, then check server.command, server.url and server.ready_timeout_ms in .codeloop/config.json.',
  },
  ARGUMENTS_INVALID: {
    class: 'usage',
    message: (v) => `${say(v.tool)}: ${say(v.problem)}`,
    fix: (v) =>
      typeof v.hint === 'string'
        ? v.hint
        : Array.isArray(v.allowed) && v.allowed.length > 0
          ? `Known arguments: ${list(v.allowed)}. Correct the call and send it again.`
          : 'Correct what the message names and send the call again.',
  },
  ARTIFACT_NAME_INVALID: {
    class: 'usage',
    message: (v) => `${say(v.name)} cannot be the name of a file in a run.`,
    fix: () => 'Use letters, digits, `.`, `_` and `-`, starting with a letter or digit, at most 200 bytes.',
  },
  AUDIT_UNWRITABLE: {
    class: 'could_not_run',
    message: (v) =>
      `The call of ${say(v.tool)} could not be written into .codeloop/audit.jsonl (${say(v.reason)}), so its result is withheld.`,
    fix: () => 'Make the folder .codeloop writable and free some space, then call again.',
  },
  BROWSER_CRASHED: {
    class: 'could_not_run',
    message: (v) =>
      v.tab
        ? `The tab of the page crashed during ${say(v.during)}: the browser itself gave up on this page.`
        : `The browser ended or stopped answering during ${say(v.during)}.`,
    fix: (v) =>
      v.tab
        ? 'Run the call again; if it comes back, look at what this page asks of the browser: boxes in boxes thousands deep, memory, a canvas of great size.'
        : 'Run the call again; if it comes back, run `codeloop doctor` and lower capture.concurrency.',
    next: () => [{ tool: 'codeloop_run_history', arguments: { limit: 1 } }],
  },
  BROWSER_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) => `No browser could be started (looked at: ${list(v.looked_at)}).`,
    fix: (v) => `Install one with \`${say(v.command)}\`, or set CODELOOP_BROWSER or browser.executable to its path.`,
  },
  CANCELLED: {
    class: 'interrupted',
    message: () => 'The call was cancelled; what was already written is kept and marked incomplete.',
    fix: () => 'Call again when wanted.',
  },
  CONFIG_INVALID: {
    class: 'usage',
    message: (v) => `${say(v.file)}: ${say(v.problem)}`,
    fix: (v) =>
      typeof v.hint === 'string'
        ? v.hint
        : 'Correct the file; its schema is docs/config.md and dist/config.schema.json.',
  },
  DEADLINE_EXCEEDED: {
    class: 'could_not_run',
    message: (v) => `${say(v.what)} did not finish within ${say(v.ms)} ms.`,
    fix: () =>
      'Look at the app at that place; raise the matching timeout in .codeloop/config.json only if the work is really that long.',
  },
  DISK_FULL: {
    class: 'could_not_run',
    message: (v) => `The disk is full; ${say(v.path)} could not be written. What was written before is kept.`,
    fix: () => 'Free some space (old runs are in artifacts/runs/) and call again.',
  },
  ATTESTATION_REFUSED: {
    class: 'could_not_run',
    message: (v) => `Run ${say(v.run_id)} is not attested: ${say(v.reason)}.`,
    fix: () => 'Attest only what is green: verify, fix what the gate names, and attest the run that passes.',
    next: () => [{ tool: 'codeloop_verify', arguments: {} }],
  },
  EVIDENCE_STALE: {
    class: 'could_not_run',
    message: (v) => `The evidence of run ${say(v.run_id)} belongs to another code state (${say(v.reason)}).`,
    fix: () => 'Verify again, so that the evidence belongs to the code as it is now.',
    next: () => [{ tool: 'codeloop_verify', arguments: {} }],
  },
  EVIDENCE_TAMPERED: {
    class: 'could_not_run',
    message: (v) => `Run ${say(v.run_id)} is not as it was written: ${say(v.reason)}.`,
    fix: () => 'Do not edit files under artifacts/. Verify again to make fresh evidence.',
    next: () => [{ tool: 'codeloop_verify', arguments: { scope: 'full' } }],
  },
  SHARDS_UNFIT: {
    class: 'could_not_run',
    message: (v) => `The shards do not make one verification: ${say(v.reason)}.`,
    fix: () =>
      'Run verify --shard 1/n to n/n on one commit, with the same settings and browser, and give merge the folder of each once.',
  },
  FILE_UNREADABLE: {
    class: 'could_not_run',
    message: (v) => `${say(v.path)} cannot be read: ${say(v.reason)}.`,
    fix: () => 'Put a plain file there, or take it away.',
  },
  IMAGE_TOO_LARGE: {
    class: 'usage',
    message: (v) => `${say(v.path)} is too large to open: ${say(v.size)} (limit ${say(v.limit)}).`,
    fix: () => 'Use a smaller picture, or a crop of the part that matters.',
  },
  IMAGE_UNREADABLE: {
    class: 'usage',
    message: (v) => `${say(v.path)} is not a readable picture: ${say(v.reason)}.`,
    fix: () => 'Give a whole PNG, JPEG or WebP file; export it again if it was cut off.',
  },
  INTERNAL: {
    class: 'could_not_run',
    message: (v) => `codeloop failed in a way it did not foresee: ${say(v.reason)}`,
    fix: () => 'Please report it with the output of `codeloop doctor`. Evidence written so far is kept.',
  },
  LEDGER_UNWRITABLE: {
    class: 'could_not_run',
    message: (v) => `Run ${say(v.run_id)} is kept in a ledger that cannot be written from here: ${say(v.reason)}.`,
    fix: () => 'Leave run_id out to make a run of your own, or allow writes to that folder.',
  },
  NAVIGATION_FAILED: {
    class: 'could_not_run',
    message: (v) => `${say(v.url)} could not be opened: ${say(v.reason)}.`,
    fix: () => 'Check the address and that the app is running.',
  },
  NO_REFERENCES: {
    class: 'usage',
    message: (v) => `There are no design references in ${say(v.dir)}.`,
    fix: () =>
      'Put pictures at designs/<viewport>/<screen>.png (mobile, tablet, desktop by default) and compare again.',
  },
  ORIGIN_BLOCKED: {
    class: 'usage',
    message: (v) =>
      v.url === undefined
        ? 'The page went to another origin, which is outside the allowed origins.'
        : `${say(v.url)} is outside the allowed origins.`,
    fix: (v) =>
      v.origin !== undefined
        ? `Add "${say(v.origin)}" to network.allowed_origins in .codeloop/config.json if the project really needs it.`
        : v.url === undefined
          ? 'The page chose that address (details.untrusted_url): go on in the app with navigate_url and a path of it.'
          : 'Give an http or https address, or a path of the app.',
  },
  PATH_OUTSIDE_ROOTS: {
    class: 'usage',
    message: (v) => `Access to ${say(v.path)} denied: it is outside the allowed folders.`,
    fix: (v) => `Use a path inside: ${list(v.allowed)}.`,
  },
  POLICY_COUNTERS_UNREADABLE: {
    class: 'could_not_run',
    message: (v) => `${say(v.file)} is damaged, so that the policy's limits cannot be counted.`,
    fix: (v) => `Ask the user to look at it and to delete ${say(v.file)}; counting then starts again.`,
  },
  POLICY_DENIED: {
    class: 'usage',
    message: (v) =>
      `The project's policy refuses ${say(v.tool)} (rule "${say(v.rule)}"): ${say(v.why)}.${v.reason ? ` Reason given: ${say(v.reason)}` : ''}`,
    fix: (v) =>
      Array.isArray(v.missing)
        ? `Call it again with ${list(v.missing)}.`
        : v.condition
          ? `Call it again so that ${say(v.condition)} holds, or ask the user to change the policy.`
          : 'Go on without it; only the user can change the policy. Do not repeat the call.',
  },
  POLICY_INVALID: {
    class: 'usage',
    message: (v) =>
      `${say(v.file)}, line ${say(v.line)}, column ${say(v.column)}: ${say(v.problem)}${typeof v.count === 'number' && v.count > 1 ? ` (and ${v.count - 1} more)` : ''}. Until it is corrected every call is refused.`,
    fix: (v) =>
      `${say(v.hint)} \`codeloop policy check\` lists everything that is wrong. Only the user should edit it.`,
  },
  PROJECT_NOT_FOUND: {
    class: 'usage',
    message: (v) => `${say(v.dir)} is no codeloop project (${say(v.reason)}).`,
    fix: () => 'Run `codeloop init` in the project folder, or give project_dir.',
    next: () => [{ tool: 'codeloop_init_project', arguments: {} }],
  },
  RATE_LIMITED: {
    class: 'usage',
    message: (v) =>
      `The project's policy limits ${say(v.tool)} (rule "${say(v.rule)}"): ${say(v.used)} of ${say(v.limit)} per ${say(v.window)} used${v.asked === 1 ? '' : `, this call asks for ${say(v.asked)}`}.${v.reason ? ` Reason given: ${say(v.reason)}` : ''}`,
    fix: (v) =>
      typeof v.retry_after_ms === 'number'
        ? `Wait ${v.retry_after_ms} ms before calling it again; do something else meanwhile.`
        : 'The call alone asks for more than the limit: ask for less, or ask the user to change the policy.',
  },
  REFERENCE_AMBIGUOUS: {
    class: 'usage',
    message: (v) => `Reference ${say(v.path)} can mean more than one thing: ${list(v.meanings)}.`,
    fix: (v) =>
      typeof v.hint === 'string'
        ? v.hint
        : 'Move it to designs/<viewport>/<screen>.png, the layout that is always clear.',
  },
  REPLY_TOO_LARGE: {
    class: 'could_not_run',
    message: (v) => `The result of ${say(v.tool)} does not fit into a reply of ${say(v.limit)} characters.`,
    fix: () =>
      'Ask for less (fewer screens or viewports, a smaller limit), or call the same tool as `codeloop … --json`, which has no limit.',
  },
  RUN_BUSY: {
    class: 'could_not_run',
    message: (v) => `Run ${say(v.run_id)} is being written by another process (${say(v.owner)}).`,
    fix: () => 'Wait until it has ended, then call again.',
  },
  RUN_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no run ${say(v.run)}${v.reason ? ` (${say(v.reason)})` : ''}.`,
    fix: () => 'Leave run_id out for the newest run, or pick one of the runs listed by codeloop_run_history.',
    next: () => [{ tool: 'codeloop_run_history', arguments: {} }],
  },
  SCREEN_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no screen ${say(v.screen)}${v.nearest ? `; did you mean ${say(v.nearest)}?` : '.'}`,
    fix: (v) => `Known screens: ${list(v.allowed)}. Add others to screens[] in .codeloop/config.json, or give url.`,
  },
  STATE_FOLDER_UNUSABLE: {
    class: 'could_not_run',
    message: (v) =>
      `Evidence cannot be vouched for, so no gate could pass: ${say(v.reason)}. codeloop keeps digests of its runs there, outside the project.`,
    fix: () =>
      'Set XDG_STATE_HOME to a folder that you may write and that stays (XDG_STATE_HOME=/path/to/state), or make HOME writable, and call again.',
  },
  TARGET_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) =>
      `Nothing matches ${say(v.target)} on ${say(v.url ?? 'the page')}${v.reason ? ` (${say(v.reason)})` : ''}.`,
    fix: (v) =>
      Array.isArray(v.candidates) && v.candidates.length > 0
        ? `Nearest: ${list(v.candidates)}.`
        : Array.isArray(v.allowed)
          ? 'Use a reference listed as allowed; what they are is in details.untrusted_candidates. Or look again with codeloop_page_snapshot.'
          : 'Check the selector on the page as it is now.',
  },
  TEMP_FOLDER_UNUSABLE: {
    class: 'could_not_run',
    message: (v) => `The folder for temporary files ${say(v.path)} cannot be used: ${say(v.reason)}.`,
    fix: (v) => `Make it, or set ${say(v.variable)} to a folder that you may write: ${say(v.variable)}=/tmp.`,
  },
  TOOL_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no tool ${say(v.tool)}${v.nearest ? `; did you mean ${say(v.nearest)}?` : '.'}`,
    fix: (v) => `Known tools: ${list(v.allowed)}.`,
  },
  VIEWPORT_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no viewport ${say(v.viewport)}${v.nearest ? `; did you mean ${say(v.nearest)}?` : '.'}`,
    fix: (v) => `Known viewports: ${list(v.allowed)}. Add others to viewports in .codeloop/config.json.`,
  },
});

/** Every error code there is. */
export type ErrorCode = keyof typeof CATALOGUE;
