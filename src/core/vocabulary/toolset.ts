/** The sets of tools that a client can ask for, in the order in which they are listed, each with its heading in the help. */
export const TOOLSETS = {
  core: 'Verify',
  see: 'Look',
  design: 'Design',
  act: 'Interact',
  flows: 'Flows',
  reports: 'Reports',
} as const;
export type Toolset = keyof typeof TOOLSETS;
