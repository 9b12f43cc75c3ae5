import { z } from 'zod';
import { Stage } from './gate.js';

/** State of a section of the app. */
export const SectionState = z.enum([
  'planned',
  'ready_to_build',
  'building',
  'verifying',
  'needs_repair',
  'internally_verified',
  'integration_pending',
  'done',
  'integration_regression',
]);
export type SectionState = z.infer<typeof SectionState>;

/** The verdict that a move rests on. */
export const SectionEvidence = z.object({
  run_id: z.string(),
  /** Number of the verdict in its run. */
  verdict: z.number().int().positive(),
  stage: Stage,
  /** Code state (tree) that it judged. */
  tree: z.string(),
});
export type SectionEvidence = z.infer<typeof SectionEvidence>;

/** One move of a section, with what it rests on. */
export const SectionMove = z.object({
  at: z.string(),
  from: SectionState.optional(),
  to: SectionState,
  /** Name of the tool that moved it. */
  tool: z.string(),
  /** The reason, in codeloop's words, where no verdict gives it. */
  reason: z.string().optional(),
  evidence: SectionEvidence.optional(),
});
export type SectionMove = z.infer<typeof SectionMove>;

/** A part of the app that is built and verified by itself. */
export const Section = z.object({
  id: z.string(),
  title: z.string(),
  state: SectionState,
  /** Screens and saved flows by which it is verified. */
  screens: z.array(z.string()),
  flows: z.array(z.string()),
  /** Sections that have to be finished before it. */
  after: z.array(z.string()),
  /** True when it came from the spec, and is removed when the spec drops it. */
  from_spec: z.boolean(),
  /** Newest last. */
  history: z.array(SectionMove),
});
export type Section = z.infer<typeof Section>;

/** One part of a specification as it was when it was last looked at. Texts are a person's. */
export const SpecSection = z.object({
  id: z.string(),
  title: z.string(),
  /** Digest of its words, white space and case of list marks aside. */
  digest: z.string(),
  items: z.array(z.string()),
  screens: z.array(z.string()),
  flows: z.array(z.string()),
  after: z.array(z.string()),
});
export type SpecSection = z.infer<typeof SpecSection>;

/** One change of the spec. */
export const ScopeChange = z.object({
  at: z.string(),
  spec: z.string(),
  added: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
});
export type ScopeChange = z.infer<typeof ScopeChange>;

/** `.codeloop/sections.json`. Sections are in the order in which to build them. */
export const SectionsFile = z.object({
  schema_version: z.literal(1),
  sections: z.array(Section),
  /** The specification they were last planned from. */
  spec: z.object({ path: z.string(), sections: z.array(SpecSection) }).optional(),
  scope_changes: z.array(ScopeChange),
});
export type SectionsFile = z.infer<typeof SectionsFile>;
