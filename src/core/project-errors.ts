import { define, list, say } from './error-text.js';

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
