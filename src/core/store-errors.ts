import { define, say } from './error-text.js';

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
