/** Kinds of stack that a tool of the catalogue is made for, as `stackKinds` names them. */
export type StackKind =
  | 'web'
  | 'node'
  | 'react'
  | 'vue'
  | 'svelte'
  | 'angular'
  | 'next'
  | 'astro'
  | 'vite'
  | 'express'
  | 'typescript'
  | 'python'
  | 'go'
  | 'rust'
  | 'native';

/** A well-known tool for verification. Facts are of the tools' own documentation, 2026. */
export interface ToolEntry {
  name: string;
  /** Package names by which a project is seen to have it. */
  packages: readonly string[];
  what: string;
  /** Words of needs that it answers. */
  answers: readonly string[];
  /** Stacks it is made for; one of them is enough. */
  fits: readonly StackKind[];
  install: string;
  licence: string;
  /** Works without a network once installed. */
  offline: boolean;
  /** Starts a real browser of its own. */
  browser: boolean;
}

/** What codeloop itself does, so that nothing has to be installed. */
export interface BuiltIn {
  tool: string;
  arguments: Record<string, unknown>;
  what: string;
  answers: readonly string[];
}
