/** A value that a prompt is filled with. */
interface PromptVariable {
  name: string;
  description: string;
  required: boolean;
  /** Its value when it is not given; without it an optional variable leaves its lines out. */
  fallback?: string;
}

/** A prompt: layers of text, put together in order. */
export interface PromptTemplate {
  id: string;
  title: string;
  description: string;
  variables: readonly PromptVariable[];
  /** Names of layers. `stack` is the advice for the project's framework. */
  layers: readonly string[];
}

const FRAMEWORK: PromptVariable = {
  name: 'framework',
  description: 'Framework of the project; found out where it is not given',
  required: false,
};
const SCREENS: PromptVariable = {
  name: 'screens',
  description: 'Names of the screens concerned, separated by commas; default all that are configured',
  required: false,
};
const SCREEN: PromptVariable = {
  name: 'screen',
  description: 'Name of one screen; default the worst one',
  required: false,
  fallback: 'the worst one first',
};

/** Every prompt, by id. */
export const PROMPTS: readonly PromptTemplate[] = [
  {
    id: 'accessibility_pass',
    title: 'Make screens accessible',
    description: 'Works through violations of accessibility rules and the keyboard, without switching a rule off.',
    variables: [SCREENS, FRAMEWORK],
    layers: ['rule', 'accessible', 'stack', 'evidence'],
  },
  {
    id: 'build_section',
    title: 'Build and verify one section',
    description: 'Takes one planned section from building to internally verified, on evidence.',
    variables: [
      { name: 'section', description: 'Id of the section', required: true },
      { name: 'requirements', description: 'What was asked for', required: false },
      FRAMEWORK,
    ],
    layers: ['rule', 'section', 'stack', 'evidence'],
  },
  {
    id: 'design_match',
    title: 'Bring screens to their designs',
    description: 'Compares with the design references, worst pair first, and fixes element by element.',
    variables: [SCREEN, FRAMEWORK],
    layers: ['rule', 'design', 'stack', 'evidence'],
  },
  {
    id: 'fix_failures',
    title: 'Fix what does not pass',
    description: 'Works through the issues of a run in their order, each with the cheapest proof that it is fixed.',
    variables: [
      { name: 'run_id', description: 'The run; default the newest', required: false, fallback: 'the newest' },
      { name: 'tries', description: 'Tries at one issue before a person is asked', required: false, fallback: '3' },
      FRAMEWORK,
    ],
    layers: ['rule', 'repair', 'stack', 'evidence'],
  },
  {
    id: 'plan_from_spec',
    title: 'Plan sections from a specification',
    description: 'Turns a specification into sections with screens, flows and criteria, and orders the work.',
    variables: [
      {
        name: 'spec_path',
        description: 'Markdown or YAML file of the project',
        required: false,
        fallback: 'the one that was used last, or found in the usual places',
      },
    ],
    layers: ['rule', 'plan', 'evidence'],
  },
  {
    id: 'prove_behaviour',
    title: 'Record and replay an interaction',
    description: 'Drives the app, records it, looks at the recording and keeps it as a flow.',
    variables: [
      { name: 'behaviour', description: 'What should work, in a sentence', required: true },
      { name: 'url', description: 'Where it begins', required: false, fallback: '/' },
      FRAMEWORK,
    ],
    layers: ['rule', 'behaviour', 'stack', 'evidence'],
  },
  {
    id: 'release_check',
    title: 'Find out whether it may be released',
    description: 'Verifies everything, judges it by the gates of a release, and lists what a person has to decide.',
    variables: [],
    layers: ['rule', 'release', 'evidence'],
  },
  {
    id: 'review_pictures',
    title: 'Look at changed and new screens',
    description: 'A review with the eye: what numbers do not tell.',
    variables: [SCREEN],
    layers: ['rule', 'look', 'evidence'],
  },
  {
    id: 'verify_change',
    title: 'Make a change and prove it',
    description: 'The whole loop for one task: change, verify, diagnose, fix, gate.',
    variables: [{ name: 'task', description: 'What is to be done', required: true }, SCREENS, FRAMEWORK],
    layers: ['rule', 'change', 'stack', 'evidence'],
  },
];
