// Generated inputs over real MCP, each of which must be answered: npm run test:fuzz -- [--inputs 10000] [--seed 1]
import { openStage, runAsScript, seeded } from './stage.mjs';

const TEXTS = [
  '',
  '.',
  '../../../etc/passwd',
  '/etc/passwd',
  'file:///etc/passwd',
  'http://169.254.169.254/',
  'home',
  '/',
  '\u0000',
  '\u202e\ud800',
  '-rf',
  '$(id)',
  '`id`',
  '%2e%2e/',
  'con',
  '((a+)+)+$',
  'x'.repeat(4096),
  '😀'.repeat(300),
  '{{unique}}',
  '__proto__',
  '1e999',
];
const NUMBERS = [0, -1, 1, 0.5, 1e9, -1e308, 2 ** 53, 7];
/** Largest answer that a client is sent, bytes: the cap of replies and the envelope around it. */
const MOST_BYTES = 1_200_000;

/**
 * `inputs` messages, seeded: calls of every tool with arguments made from its own schema and then bent, unknown tools and methods, and lines that
 * are no message. Each message with an id must get one answer, none an internal error, and the server must still be there. Returns counts
 * and what went wrong.
 */
export async function fuzz({ inputs, seed, say = () => undefined }) {
  const random = seeded(seed);
  const stage = openStage();
  const wrong = [];
  const counts = {};
  try {
    const server = await stage.serve();
    const { tools } = (await server.ask('tools/list', {})).result;
    for (let at = 0; at < inputs; at++) {
      const [kind, answer] = await one(server, tools, random, stage.dir);
      counts[kind] = (counts[kind] ?? 0) + 1;
      const text = JSON.stringify(answer ?? {});
      const note = (what) => wrong.push(`${at}: ${kind}: ${what}: ${text.slice(0, 400)}`);
      if (answer?.ended) {
        note('the server ended');
        break;
      }
      if (answer && answer.result === undefined && answer.error === undefined) note('no answer');
      // What is no call is the protocol package's to answer, in its own words.
      if (/\\"code\\":\s*\\"INTERNAL\\"/.test(text) || (kind === 'a call' && text.includes('-32603')))
        note('an internal error');
      if (/root:x:0:0/.test(text)) note('a file from outside');
      if (text.length > MOST_BYTES) note('too long');
      if (at % 500 === 499) say(`${at + 1}/${inputs}`);
    }
    const last = await server.call('codeloop_run_history', { project_dir: stage.dir });
    if (last.result === undefined) wrong.push(`afterwards: ${JSON.stringify(last)}`);
    server.child.kill('SIGTERM');
    const { code } = await server.over;
    if (code !== 0) wrong.push(`the server ended with ${code}`);
    const left = await stage.left();
    if (left.processes.length + left.folders.length > 0) wrong.push(`left behind: ${JSON.stringify(left)}`);
  } finally {
    stage.close();
  }
  return { inputs, counts, wrong };
}

async function one(server, tools, random, dir) {
  const dice = random.next();
  if (dice < 0.05) {
    server.send(
      random.pick([
        '{',
        'null',
        '[]',
        '"x"',
        '{"jsonrpc":"2.0"}',
        '['.repeat(3000),
        '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}',
      ]),
    );
    return ['a line that is no message', undefined];
  }
  if (dice < 0.1)
    return [
      'a method',
      await server.ask(
        random.pick(['tools/none', 'resources/read', 'prompts/get', '', 'x'.repeat(4096)]),
        any(random, 3),
      ),
    ];
  if (dice < 0.15)
    return ['a tool that is none', await server.call(random.pick([...TEXTS, 'codeloop_none']), any(random, 3))];
  const tool = random.pick(tools);
  const given = made(tool.inputSchema, random, 4);
  // What drives an app or writes is asked with one thing wrong at least: the answers are wanted, not a thousand recordings.
  const bent =
    tool.annotations?.readOnlyHint === true && random.next() < 0.5 ? given : bend(given, tool.inputSchema, random);
  if (random.next() < 0.7 && typeof bent === 'object' && bent !== null && !Array.isArray(bent))
    bent.project_dir = random.next() < 0.9 ? dir : random.pick(TEXTS);
  return ['a call', await server.call(tool.name, bent)];
}

/** A value that a schema may allow. */
function made(schema, random, depth) {
  if (schema === undefined || typeof schema === 'boolean' || depth === 0) return any(random, 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return made(random.pick(choices), random, depth - 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  switch (schema.type) {
    case 'object': {
      const wanted = Object.entries(schema.properties ?? {}).filter(
        ([name]) => schema.required?.includes(name) || random.next() < 0.4,
      );
      return Object.fromEntries(wanted.map(([name, inner]) => [name, made(inner, random, depth - 1)]));
    }
    case 'array':
      return Array.from({ length: random.below(3) }, () => made(schema.items, random, depth - 1));
    case 'integer':
    case 'number':
      return random.pick([schema.minimum ?? 1, schema.maximum ?? 2, ...NUMBERS]);
    case 'boolean':
      return random.next() < 0.5;
    default:
      return random.pick(TEXTS);
  }
}

/** The same with something in it that no schema of ours allows. */
function bend(value, schema, random) {
  const dice = random.next();
  if (dice < 0.1) return any(random, 5);
  const object = typeof value === 'object' && value !== null ? { ...value } : {};
  const names = Object.keys(schema?.properties ?? {});
  if (dice < 0.5 || names.length === 0)
    object[random.pick(['nonsense', '__proto__x', 'x'.repeat(4096)])] = any(random, 3);
  else object[random.pick(names)] = { wrong: any(random, 6) };
  return object;
}

function any(random, depth) {
  const dice = random.next();
  if (depth > 0 && dice < 0.2) return Array.from({ length: random.below(4) }, () => any(random, depth - 1));
  if (depth > 0 && dice < 0.45)
    return Object.fromEntries(
      Array.from({ length: random.below(4) }, () => [random.pick(TEXTS).slice(0, 50), any(random, depth - 1)]),
    );
  return random.pick([...TEXTS, ...NUMBERS, true, false, null]);
}

await runAsScript(
  import.meta,
  { inputs: 10_000, seed: 1 },
  ({ inputs, seed }, say) => fuzz({ inputs, seed, say }),
  ({ wrong }) => wrong.length > 0,
);
