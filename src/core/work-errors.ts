/** Values that an error's message, advice and `allowed` list are built from. */
export type ErrorValues = Readonly<Record<string, unknown>>;

/** A call that fixes or explains the error: tool name and arguments. */
export interface SuggestedCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Class of an error, which decides the exit code: 2 wrong usage or configuration, 3 could not run, 130 interrupted. */
export type ErrorClass = 'usage' | 'could_not_run' | 'interrupted';

/** The catalogue's entry of one code. */
export interface CatalogueEntry {
  class: ErrorClass;
  message: (values: ErrorValues) => string;
  fix: (values: ErrorValues) => string;
  next?: (values: ErrorValues) => SuggestedCall[];
}

/** A value inside a message: text as it is, `?` where it is missing, else JSON. */
export const say = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '?' : JSON.stringify(value);

/** A list inside a message; `none` when it is empty or missing. */
export const list = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : 'none';

/** Keeps literal keys while checking every entry's shape. */
export const define = <Code extends string>(entries: Record<Code, CatalogueEntry>): Record<Code, CatalogueEntry> =>
  entries;

/** Words that begin a sentence. */
const sentence = (value: unknown): string => say(value).replace(/^./, (letter) => letter.toUpperCase());

/** Errors of acting and recording, in browsers and on the desktop: a part of the catalogue. */
export const ACT_ERRORS = define({
  APP_EXITED: {
    class: 'could_not_run',
    message: (v) => `The app ${say(v.app)} is not running: ${say(v.reason)}.`,
    fix: () =>
      'Run its command (native.apps in .codeloop/config.json) by hand to see why; what it printed is among the log entries.',
  },
  DISPLAY_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) => `There is no display to look at (${say(v.reason)}).`,
    fix: () =>
      'Name the app in native.apps of .codeloop/config.json: it then runs on a private virtual display. Only windows that are already open need DISPLAY to be set.',
  },
  ENCODER_FAILED: {
    class: 'could_not_run',
    message: (v) =>
      `The video could not be written (${say(v.reason)}). The frames are kept, and replay works from them.`,
    fix: () => 'Run `codeloop doctor`; it makes a real two-second video with this ffmpeg.',
  },
  ENCODER_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) => `No video can be made: ${say(v.reason)}. The frames are kept, and replay works from them.`,
    fix: () => 'Install ffmpeg with H.264 and put it on the PATH; `codeloop doctor` prints the command.',
  },
  ENGINE_UNABLE: {
    class: 'usage',
    message: (v) => `${sentence(v.engine)} does not tell ${say(v.what)}; Chromium does.`,
    fix: () =>
      'Assert it in a project with browserName "chromium". In every browser there are toMatchDesign and toMatchBaseline, by the pictures alone.',
  },
  FLOW_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no flow ${say(v.flow)}${v.nearest ? `; did you mean ${say(v.nearest)}?` : '.'}`,
    fix: (v) => `Saved flows: ${list(v.allowed)}. Save one with codeloop_run_flow {steps, save_as}.`,
  },
  INPUT_HELD: {
    class: 'could_not_run',
    message: () =>
      'The browser asks whether to open another program, and the page takes no input meanwhile; loading it again brings the question back.',
    fix: () =>
      'Take out the frame that begins with an address of another program (its scheme is no http), or open it by a link.',
  },
  PAGE_CLOCK_STANDS: {
    class: 'usage',
    message: () =>
      'The clock of the page was stopped before codeloop saw it, so that nobody can wait for what it draws.',
    fix: () =>
      'Take `test` from codeloop/playwright, whose pages are known before their clock is, or photograph before it is stopped.',
  },
  PAGE_KEPT: {
    class: 'usage',
    message: () =>
      'The page asked whether it may be left (beforeunload), was told that it may not, and stays as it is: it says that something on it is not saved.',
    fix: () =>
      'Save what is on it, or take the step {"action": "dialog", "value": "accept"} before this one: it answers the question with yes.',
  },
  PAGE_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no live page ${say(v.page)}${v.reason ? ` (${say(v.reason)})` : ''}.`,
    fix: (v) =>
      Array.isArray(v.allowed) && v.allowed.length > 0
        ? `Live pages: ${list(v.allowed)}. Give page_id, or url to open one.`
        : 'Give url to open one.',
  },
  PAGE_UNRESPONSIVE: {
    class: 'could_not_run',
    message: (v) =>
      v.done
        ? `${sentence(v.done)}; since then the page does not answer: a script of it runs on and on (${say(v.what)} was given up).`
        : `The page does not answer: a script of it runs on and on (${say(v.what)} was given up). What was done before may have taken effect.`,
    fix: () =>
      'Look for an endless loop or very long work in what the last step set off. Open the page again with url; this one can be used again if it comes to rest.',
  },
  PROGRAM_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) => `${say(v.program)} is not on the PATH, and ${say(v.purpose)} needs it.`,
    fix: (v) => `Install it (package ${say(v.package)}); \`codeloop doctor\` prints the command for this system.`,
  },
  RECORDING_ACTIVE: {
    class: 'usage',
    message: (v) => `${say(v.recording)} is still being recorded here.`,
    fix: () => 'Stop it first; a page or window has one recording at a time.',
  },
  RECORDING_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no recording ${say(v.recording)} (${say(v.reason)}).`,
    fix: () => 'Start one, or use an id that start_recording or stop_recording answered with.',
  },
  SCREEN_STEP_FAILED: {
    class: 'could_not_run',
    message: (v) => `Step ${say(v.n)} of the screen's steps (${say(v.action)}) failed: ${say(v.reason)}`,
    fix: () => 'Try the steps with codeloop_interact, and correct screens[].steps in .codeloop/config.json.',
  },
  FLOW_RESET_FAILED: {
    class: 'could_not_run',
    message: (v) => `workflow.reset (${say(v.reset)}) did not bring the back end to its first state: ${say(v.reason)}.`,
    fix: () =>
      'Run it yourself, and correct workflow.reset in .codeloop/config.json: a command, or a request such as "POST /test/reset".',
  },
  STEP_INVALID: {
    class: 'usage',
    message: (v) => `The step "${say(v.action)}" cannot be done: ${say(v.problem)}.`,
    fix: (v) => (Array.isArray(v.allowed) ? `Possible here: ${list(v.allowed)}.` : `Give it ${say(v.wanted)}.`),
  },
  STEP_TIMEOUT: {
    class: 'could_not_run',
    message: (v) =>
      v.done
        ? `The step "${say(v.action)}": ${say(v.done)}, then it waited ${say(v.ms)} ms in vain for ${say(v.waited_for)}.`
        : `The step "${say(v.action)}" waited ${say(v.ms)} ms in vain for ${say(v.waited_for)}.`,
    fix: (v) =>
      v.done
        ? 'It was done: look at a screenshot or a snapshot before taking it again.'
        : 'Look at a screenshot of that moment; give the step a longer timeout_ms only if the app is that slow.',
  },
  TARGET_AMBIGUOUS: {
    class: 'usage',
    message: (v) => `${say(v.target)} means more than one thing here.`,
    fix: (v) =>
      v.details
        ? 'Use one of the references listed as allowed (details.untrusted_candidates says what they are), or nth.'
        : 'Name exactly one of those listed as allowed.',
  },
  VIDEO_UNREADABLE: {
    class: 'usage',
    message: (v) => `${say(v.path)} is not a readable video: ${say(v.reason)}.`,
    fix: () => 'Give a whole MP4, MOV, WebM or MKV file that lies inside the project.',
  },
  WINDOW_NOT_FOUND: {
    class: 'could_not_run',
    message: (v) => `There is no window ${say(v.window)}${v.reason ? ` (${say(v.reason)})` : ''}.`,
    fix: (v) =>
      Array.isArray(v.allowed) && v.allowed.length > 0
        ? `There are these windows: ${list(v.allowed)}. Use one of their titles (native.apps.<name>.window for an app), or an app named in native.apps.`
        : 'No window is open. Start the app, or name it in native.apps of .codeloop/config.json.',
  },
});

/** Errors of sections, specifications and prompts. */
export const SECTION_ERRORS = define({
  PROMPT_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no prompt ${say(v.prompt)}.`,
    fix: (v) => `Known: ${list(v.allowed)}.${v.nearest === undefined ? '' : ` Did you mean ${say(v.nearest)}?`}`,
    next: () => [{ tool: 'codeloop_list_prompts', arguments: {} }],
  },
  SECTION_MOVE_REFUSED: {
    class: 'usage',
    message: (v) =>
      `Section ${say(v.section)} stays ${say(v.from)} and does not become ${say(v.to)}: ${say(v.reason)}.`,
    fix: (v) =>
      v.help === undefined
        ? `From ${say(v.from)} it can become: ${list(v.allowed)}.`
        : v.help === 'fix'
          ? 'Fix what the verdict names and verify again, then move it.'
          : 'A move rests on a verdict of the code as it is now; make one, then move it.',
    next: (v) => {
      if (v.help === 'integration')
        return [{ tool: 'codeloop_integration_check', arguments: { sections: [v.section] } }];
      if (v.help === 'verify') return [{ tool: 'codeloop_verify', arguments: {} }];
      if (v.help === 'fix') return [{ tool: 'codeloop_diagnose', arguments: {} }];
      return [{ tool: 'codeloop_section_status', arguments: { section: v.section } }];
    },
  },
  SECTION_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no section ${say(v.section)}.`,
    fix: (v) =>
      `Known: ${list(v.allowed)}.${v.nearest === undefined ? '' : ` Did you mean ${say(v.nearest)}?`} A new one begins with set: "planned" and its screens.`,
    next: () => [{ tool: 'codeloop_section_status', arguments: {} }],
  },
  SPEC_NOT_FOUND: {
    class: 'usage',
    message: (v) => `There is no specification at ${say(v.path)}.`,
    fix: (v) => `Give spec_path: a Markdown or YAML file inside the project. Looked at: ${list(v.looked_at)}.`,
  },
});

/** Errors of the store that accepted pictures are sent to and fetched from: a part of the catalogue. */
export const STORE_ERRORS = define({
  STORE_CLIENT_MISSING: {
    class: 'could_not_run',
    message: () => 'The client of S3-compatible stores is not installed; codeloop does not bring it along.',
    fix: () => 'Run `npm i -D @aws-sdk/client-s3` in the project.',
  },
  STORE_DAMAGED: {
    class: 'could_not_run',
    message: (v) => `${say(v.key)} in ${say(v.store)} holds other bytes than its name says; nothing was written.`,
    fix: () => 'Remove it from the store, and run `codeloop baseline push` where the accepted pictures are.',
  },
  STORE_NOT_SET: {
    class: 'usage',
    message: () => 'There is no store: store.url is not set.',
    fix: () => 'Set store.url in .codeloop/config.json to s3://bucket/prefix or https://host/bucket/prefix.',
  },
  STORE_UNREACHABLE: {
    class: 'could_not_run',
    message: (v) => `${say(v.store)} did not do what was asked: ${say(v.reason)}`,
    fix: () =>
      'Check store.url, the network, and the keys: they are found where the AWS tools find theirs (AWS_PROFILE, AWS_ACCESS_KEY_ID).',
  },
});
