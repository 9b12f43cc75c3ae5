import { Dispatcher } from '../../src/call/dispatcher.js';
import { main } from '../../src/cli/main.js';
import { loadSharp } from '../../src/image/read-source.js';
import { Session } from '../../src/live/session.js';
import { sampleTools } from '../tools/sample-tools.js';

// A decoder that hangs in a thread of the pool, as the real thing: it opens a pipe that nobody writes to.
const { SAMPLE_HUNG_PIPE } = process.env;
if (SAMPLE_HUNG_PIPE) void (await loadSharp())(SAMPLE_HUNG_PIPE).metadata();

// The program as dist/bin.js is, with tools that do what no real tool should: print, never end, answer with too much.
await main(process.argv.slice(2), ({ toolsets, ci }) => ({
  dispatcher: new Dispatcher(
    sampleTools.filter((tool) => !toolsets || toolsets.includes(tool.toolset)),
    new Session({ ci }),
  ),
  // What will not end, as a hung browser, or what ends at once.
  dispose: () => (process.env.SAMPLE_STUCK ? new Promise(() => undefined) : Promise.resolve()),
}));
