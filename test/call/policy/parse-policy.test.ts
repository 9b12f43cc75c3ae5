import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ParsedPolicy, parsePolicy } from '../../../src/call/policy/parse-policy.js';
import { verifies } from '../../requirements.js';

/** Problems as `line:column message | fix`. */
async function problemsOf(text: string): Promise<string[]> {
  const parsed = await parsePolicy(text);
  return parsed.ok
    ? []
    : parsed.problems.map(({ line, column, message, fix }) => `${line}:${column} ${message} | ${fix}`);
}

function policyOf(parsed: ParsedPolicy) {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

const inTool = (rule: string) =>
  `version: "1"\ntools:\n  codeloop_verify:\n    rules:\n${rule
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;

const AT = 'tools.codeloop_verify.rules[0]';

test.each<[string, string, string[]]>([
  ['nothing', '', ['1:1 the file is empty | Write a policy (`codeloop policy init` makes one) or delete the file.']],
  ['a text', 'hello', ['1:1 must be a mapping, got "hello" | Write it as key: value lines.']],
  ['a list', '- a', ['1:1 must be a mapping, got ["a"] | Write it as key: value lines.']],
  [
    'no version in the long spelling',
    'default: deny',
    ['1:1 version must be "1", got nothing | Write version: "1" as the first line.'],
  ],
  [
    'another version',
    'version: "2"',
    ['1:10 version: version must be "1", got "2" | Write version: "1" as the first line.'],
  ],
  [
    'an unknown key',
    'version: "1"\nhidden: [a]',
    ['2:1 hidden: unknown key "hidden" | Did you mean "hide"? Otherwise remove it.'],
  ],
  [
    'rules at the top',
    'version: "1"\nzzz: []',
    ['2:1 zzz: unknown key "zzz" | Remove it; known keys here: version, description, default, hide, tools, grants.'],
  ],
  [
    'a wrong default',
    'version: "1"\ndefault: denny',
    ['2:10 default: must be one of "allow", "deny", got "denny" | Did you mean "deny"?'],
  ],
  [
    'an empty entry in hide',
    'version: "1"\nhide: [""]',
    ['2:8 hide[0]: must be a text that is not empty, got "" | Write the text in quotes.'],
  ],
  [
    'hide as a text',
    'version: "1"\nhide: a',
    ['2:7 hide: must be a list, got "a" | Write it as "- item" lines or [a, b].'],
  ],
  [
    'an entry twice in hide',
    'version: "1"\nhide:\n  - a\n  - a',
    ['4:5 hide[1]: "a" is listed twice | Remove one of the two.'],
  ],
  [
    'tools as a list',
    'version: "1"\ntools: []',
    ['2:8 tools: must be a mapping, got [] | Write it as key: value lines.'],
  ],
  [
    'rules as a mapping',
    'version: "1"\ntools:\n  a:\n    rules: {}',
    ['4:12 tools.a.rules: must be a list, got {} | Write it as "- item" lines or [a, b].'],
  ],
  [
    'a tool named _global',
    'version: "1"\ntools:\n  _global:\n    rules: []',
    ['3:3 tools._global: _global is the name of the counters of "*" | Write "*" as the tool.'],
  ],
  [
    'a key beside rules',
    'version: "1"\ntools:\n  a:\n    rule: []',
    ['4:5 tools.a.rule: unknown key "rule" | Did you mean "rules"? Otherwise remove it.'],
  ],
  [
    'a key twice',
    'version: "1"\nversion: "1"',
    [
      '2:1 Map keys must be unique | Correct the YAML at that place; indent with spaces and quote texts that hold a colon.',
    ],
  ],
  [
    'a tab',
    'version: "1"\ntools:\n\ta: 1',
    [
      '3:1 Tabs are not allowed as indentation | Correct the YAML at that place; indent with spaces and quote texts that hold a colon.',
    ],
  ],
])('a file that is wrong as a whole: %s', async (_name, text, problems) => {
  verifies('policy.errors-placed');
  expect(await problemsOf(text)).toEqual(problems);
});

/** Every `¶` stands right before a place that a problem must name, in order. */
test.each<[string, string, string[]]>([
  [
    'a rule without a name',
    '- ¶conditions: [{path: args.a, op: eq, value: 1}]',
    [`${AT}: the rule has no name | Add name: "…"; denials and the audit log cite it.`],
  ],
  [
    'an unknown action',
    '- {name: n, action: ¶require_approval}',
    [
      `${AT}.action: must be one of "evaluate", "deny", "allow", got "require_approval" | Write one of "evaluate", "deny", "allow".`,
    ],
  ],
  [
    'deny with conditions',
    '- {name: n, action: deny, ¶conditions: [{path: args.a, op: eq, value: 1}]}',
    [`${AT}.conditions: a deny rule refuses every call and takes no conditions | Remove conditions.`],
  ],
  [
    'deny with a rate limit',
    '- {name: n, action: deny, ¶rate_limit: 1/hour}',
    [`${AT}.rate_limit: a deny rule refuses every call and takes no rate_limit | Remove rate_limit.`],
  ],
  [
    'evaluate without conditions',
    '- ¶{name: n, action: evaluate}',
    [`${AT}: an evaluate rule needs at least one condition | Add conditions: or rate_limit:.`],
  ],
  [
    'no conditions in the list',
    '- ¶{name: n, conditions: []}',
    [`${AT}: an evaluate rule needs at least one condition | Add conditions: or rate_limit:.`],
  ],
  [
    'allow with conditions',
    '- {name: n, action: ¶allow, conditions: [{path: args.a, op: eq, value: 1}]}',
    [`${AT}.action: an allow rule takes no conditions and no state | Write action: evaluate.`],
  ],
  [
    'a rule that says nothing',
    '- ¶{name: n}',
    [`${AT}: the rule says nothing | Add action: allow or deny, rate_limit:, validate: or conditions:.`],
  ],
  [
    'a wrong root of a path',
    '- {name: n, conditions: [{path: ¶arg.a, op: eq, value: 1}]}',
    [
      `${AT}.conditions[0].path: path must be "args.<name>" or "state.<tool>.<counter>", got "arg.a" | Write for example args.url, or state.codeloop_verify.hourly.`,
    ],
  ],
  [
    'no path',
    '- {name: n, conditions: [¶{op: eq, value: 1}]}',
    [
      `${AT}.conditions[0]: path must be "args.<name>" or "state.<tool>.<counter>", got nothing | Write for example args.url, or state.codeloop_verify.hourly.`,
    ],
  ],
  [
    'an unknown operator',
    '- {name: n, conditions: [{path: args.a, op: ¶equals, value: 1}]}',
    [
      `${AT}.conditions[0].op: unknown operator "equals" | Use one of eq, neq, in, not_in, lt, lte, gt, gte, regex, contains, exists.`,
    ],
  ],
  [
    'a misspelt operator',
    '- {name: n, conditions: [{path: args.a, op: ¶regexp, value: a}]}',
    [`${AT}.conditions[0].op: unknown operator "regexp" | Did you mean "regex"?`],
  ],
  [
    'no operator',
    '- {name: n, conditions: [¶{path: args.a, value: 1}]}',
    [`${AT}.conditions[0]: op is missing | Use one of eq, neq, in, not_in, lt, lte, gt, gte, regex, contains, exists.`],
  ],
  [
    'no value',
    '- {name: n, conditions: [¶{path: args.a, op: eq}]}',
    [`${AT}.conditions[0]: operator "eq" needs a value | Add value: to the condition.`],
  ],
  [
    'in without a list',
    '- {name: n, conditions: [{path: args.a, op: in, value: ¶usd}]}',
    [`${AT}.conditions[0].value: operator "in" needs a list, got "usd" | Write value: ["a", "b"].`],
  ],
  [
    'not_in without a list',
    '- {name: n, conditions: [{path: args.a, op: not_in, value: ¶3}]}',
    [`${AT}.conditions[0].value: operator "not_in" needs a list, got 3 | Write value: ["a", "b"].`],
  ],
  ...(['lt', 'lte', 'gt', 'gte'] as const).map((op): [string, string, string[]] => [
    `${op} without a number`,
    `- name: n\n  conditions:\n    - path: args.a\n      op: ${op}\n      value: ¶"5"`,
    [`${AT}.conditions[0].value: operator "${op}" needs a number, got "5" | Write a number without quotes.`],
  ]),
  [
    'exists without a boolean',
    '- {name: n, conditions: [{path: args.a, op: exists, value: ¶"yes"}]}',
    [`${AT}.conditions[0].value: operator "exists" needs true or false, got "yes" | Write true or false.`],
  ],
  [
    'a pattern that is no text',
    '- {name: n, conditions: [{path: args.a, op: regex, value: ¶5}]}',
    [`${AT}.conditions[0].value: operator "regex" needs a text, got 5 | Write the pattern in quotes.`],
  ],
  [
    'a pattern that does not compile',
    '- {name: n, conditions: [{path: args.a, op: regex, value: ¶"(a"}]}',
    [
      `${AT}.conditions[0].value: invalid regex "(a": error parsing regexp: missing closing ): \`(a\` | Correct it. The syntax is RE2: no look-around, no back references.`,
    ],
  ],
  [
    'a back reference',
    '- {name: n, conditions: [{path: args.a, op: regex, value: ¶"(a)\\\\1"}]}',
    [
      `${AT}.conditions[0].value: invalid regex "(a)\\\\1": error parsing regexp: invalid escape sequence: \`\\1\` | Correct it. The syntax is RE2: no look-around, no back references.`,
    ],
  ],
  [
    'a state block without a counter',
    '- {name: n, conditions: [{path: args.a, op: eq, value: 1}], state: ¶{window: hour}}',
    [`${AT}.state.counter: must be a text that is not empty, got nothing | Write the text in quotes.`],
  ],
  [
    'a wrong window',
    '- {name: n, conditions: [{path: args.a, op: eq, value: 1}], state: {counter: c, window: ¶week}}',
    [`${AT}.state.window: must be one of "minute", "hour", "day", got "week" | Write one of "minute", "hour", "day".`],
  ],
  [
    'a negative increment',
    '- {name: n, conditions: [{path: args.a, op: eq, value: 1}], state: {counter: c, window: day, increment: ¶-1}}',
    [`${AT}.state.increment: must be a number above 0, got -1 | Write 1 or leave it out.`],
  ],
  [
    'an increment that is no argument',
    '- {name: n, conditions: [{path: args.a, op: eq, value: 1}], state: {counter: c, window: day, increment_from: ¶amount}}',
    [
      `${AT}.state.increment_from: must start with "args.", got "amount" | Name an argument of the tool, for example args.duration_seconds.`,
    ],
  ],
  [
    'a counter that nobody counts',
    '- {name: n, conditions: [{path: ¶state.codeloop_verify.hourly, op: lte, value: 1}]}',
    [
      `${AT}.conditions[0].path: state.codeloop_verify.hourly is read, but no state block counts it | Add state: {counter, window} to a rule of that tool (of "*" for _global).`,
    ],
  ],
  [
    'a misspelt counter',
    '- {name: n, conditions: [{path: ¶state.codeloop_verify.hourl, op: lte, value: 1}], state: {counter: hourly, window: hour}}',
    [
      `${AT}.conditions[0].path: state.codeloop_verify.hourl is read, but no state block counts it | Did you mean "state.codeloop_verify.hourly"?`,
    ],
  ],
  [
    'a rate limit without a window',
    '- {name: n, rate_limit: ¶"10"}',
    [`${AT}.rate_limit: rate_limit must be "N/window", got "10" | Write for example 10/minute, 30/hour or 100/day.`],
  ],
  [
    'a rate limit of nothing',
    '- {name: n, rate_limit: ¶0/hour}',
    [
      `${AT}.rate_limit: the count of rate_limit must be a whole number above 0, got "0" | Write for example 10/minute, 30/hour or 100/day.`,
    ],
  ],
  [
    'a rate limit per week',
    '- {name: n, rate_limit: ¶5/week}',
    [
      `${AT}.rate_limit: the window of rate_limit must be minute, hour or day, got "week" | Write for example 10/minute, 30/hour or 100/day.`,
    ],
  ],
  [
    'a rate limit beside conditions',
    '- {name: n, ¶rate_limit: 5/hour, conditions: [{path: args.a, op: eq, value: 1}]}',
    [
      `${AT}.rate_limit: rate_limit cannot stand beside conditions or state | Write two rules, or spell the limit out with conditions and state.`,
    ],
  ],
  [
    'the same window twice',
    '- {name: n, rate_limit: 5/hour}\n- ¶{name: m, rate_limit: 6/hour}',
    [
      'tools.codeloop_verify.rules[1]: counter "_rate_hour" is already counted by rules[0] | Use another window or another counter name, or join the two rules.',
    ],
  ],
  [
    'a sliding limit without a number',
    '- rate_limit: {max: ¶ten, window: 60}',
    [`${AT}.rate_limit.max: must be a whole number above 0, got "ten" | Write for example max: 10.`],
  ],
  [
    'a sliding limit with a unit',
    '- rate_limit: {max: 10, window: ¶60s}',
    [
      `${AT}.rate_limit.window: must be a whole number of seconds from 1 to 31622400, got "60s" | Write for example window: 60.`,
    ],
  ],
  [
    'an unknown scope',
    '- rate_limit: {max: 10, window: 60, scope: ¶user}',
    [`${AT}.rate_limit.scope: must be one of "process", "project", got "user" | Write one of "process", "project".`],
  ],
  [
    'a scope without a sliding limit',
    '- {rate_limit: 5/hour, ¶scope: project}',
    [
      `${AT}.scope: scope belongs to rate_limit: {max, window} | Remove it; "N/window" limits are always shared by the project.`,
    ],
  ],
  [
    'validate that is no mapping',
    '- {action: allow, validate: ¶true}',
    [`${AT}.validate: must be a mapping, got true | Write it as key: value lines.`],
  ],
  [
    'required_args that is no boolean',
    '- {action: allow, validate: {required_args: ¶"yes"}}',
    [
      `${AT}.validate.required_args: required_args must be true, false or a list of argument names, got "yes" | Write required_args: true.`,
    ],
  ],
  [
    'two reasons',
    '- {action: deny, ¶reason: a, on_deny: b}',
    [`${AT}.reason: on_deny and reason say the same thing | Keep one of the two.`],
  ],
  [
    'a reason with control characters',
    '- {action: deny, reason: ¶"\\e[31mred"}',
    [`${AT}.reason: holds control characters | Remove them; only printable text is shown to callers.`],
  ],
  [
    'several at once, in the order of the lines',
    '- {name: n, rate_limit: ¶5/week}\n- {name: m, action: ¶allow, conditions: [¶{path: ¶a, op: eq}]}',
    [
      `${AT}.rate_limit: the window of rate_limit must be minute, hour or day, got "week" | Write for example 10/minute, 30/hour or 100/day.`,
      'tools.codeloop_verify.rules[1].action: an allow rule takes no conditions and no state | Write action: evaluate.',
      'tools.codeloop_verify.rules[1].conditions[0]: operator "eq" needs a value | Add value: to the condition.',
      'tools.codeloop_verify.rules[1].conditions[0].path: path must be "args.<name>" or "state.<tool>.<counter>", got "a" | Write for example args.url, or state.codeloop_verify.hourly.',
    ],
  ],
])('a rule that is wrong: %s', async (_name, rule, problems) => {
  verifies('policy.errors-placed');
  const marked = inTool(rule);
  const places = marked.split('\n').flatMap((line, index) =>
    line
      .split('¶')
      .slice(0, -1)
      .map((_, nth, parts) => `${index + 1}:${parts.slice(0, nth + 1).join('').length + 1}`),
  );
  expect(await problemsOf(marked.replaceAll('¶', ''))).toEqual(
    problems.map((problem, index) => `${places[index]} ${problem}`),
  );
});

test('aliases cannot blow a small file up', async () => {
  const levels = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`);
  const problems = await problemsOf(`a0: &a0 [x]\n${levels.join('\n')}\n`);
  expect(problems).toEqual([
    '1:1 Excessive alias count indicates a resource exhaustion attack | Write the rules out instead of using YAML aliases.',
  ]);
});

test('a file that is too large is refused before it is parsed', async () => {
  expect(await problemsOf('#'.repeat(1_000_001))).toEqual(['1:1 the file is larger than 1 MB | Shorten it.']);
});

test('both spellings in one file come to one form', async () => {
  verifies('policy.both-spellings');
  const parsed = await parsePolicy(
    readFileSync(new URL('../../config/policy/both-spellings.yaml', import.meta.url), 'utf8'),
  );
  const policy = policyOf(parsed);
  expect(policy.default).toBe('deny');
  expect([...policy.hide]).toEqual(['codeloop_replan']);
  const plain = [...policy.tools].map(([tool, rules]) => [
    tool,
    rules.map(({ conditions, ...rule }) => ({ ...rule, conditions: conditions.map(({ text }) => text) })),
  ]);
  expect(Object.fromEntries(plain)).toEqual({
    codeloop_verify: [
      {
        name: 'hourly builds',
        reason: 'Builds are dear.',
        deny: false,
        state: { counter: { key: 'codeloop_verify._rate_hour', window: 'hour' }, increment: 1 },
        conditions: ['state.codeloop_verify._rate_hour lte 5'],
      },
    ],
    codeloop_record_interaction: [
      {
        name: 'daily recording',
        deny: false,
        state: {
          counter: { key: 'codeloop_record_interaction.seconds', window: 'day' },
          increment: 1,
          incrementFrom: { text: 'args.duration_seconds', path: ['duration_seconds'] },
        },
        conditions: ['args.duration_seconds lte 60', 'state.codeloop_record_interaction.seconds lte 600'],
      },
    ],
    codeloop_interact: [
      {
        name: 'tools.codeloop_interact.rules[0]',
        deny: false,
        sliding: {
          key: 'codeloop_interact.tools.codeloop_interact.rules[0]',
          max: 10,
          windowMs: 60_000,
          scope: 'process',
        },
        required: true,
        conditions: [],
      },
    ],
    codeloop_update_baseline: [
      { name: 'tools.codeloop_update_baseline.rules[0]', reason: 'A person does this.', deny: true, conditions: [] },
    ],
    codeloop_diagnose: [],
    codeloop_run_history: [],
    '*': [
      {
        name: 'all calls',
        deny: false,
        sliding: { key: '_global.all calls', max: 60, windowMs: 60_000, scope: 'project' },
        conditions: [],
      },
    ],
  });
});

test('the short spelling is published without a version', async () => {
  verifies('policy.both-spellings');
  const parsed = await parsePolicy(
    'tools:\n  codeloop_replan:\n    rules:\n      - action: allow\n        rate_limit:\n          max: 30\n          window: 60\n',
  );
  expect(policyOf(parsed).tools.get('codeloop_replan')).toEqual([
    {
      name: 'tools.codeloop_replan.rules[0]',
      deny: false,
      conditions: [],
      sliding: { key: 'codeloop_replan.tools.codeloop_replan.rules[0]', max: 30, windowMs: 60_000, scope: 'process' },
    },
  ]);
});

test('a long reason is cut', async () => {
  const parsed = await parsePolicy(inTool(`- {action: deny, reason: "${'x'.repeat(501)}"}`));
  expect(policyOf(parsed).tools.get('codeloop_verify')?.[0]?.reason).toBe(`${'x'.repeat(499)}…`);
});
