// codeloop looks at its own report and review page, at every width and in both schemes, with all gates (test/report/render-html.own-pages.test.ts).
import { startVitest } from 'vitest/node';

process.env.CODELOOP_TEST_FULL = '1';
const vitest = await startVitest('test', ['test/report/render-html.own-pages.test.ts'], { watch: false });
await vitest.close();
