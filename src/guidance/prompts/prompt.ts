/** A value that a prompt is filled with. */
export interface PromptVariable {
  name: string;
  description: string;
  required: boolean;
  /** What it is when it is not given; without it an optional one leaves its lines out. */
  fallback?: string;
}

/** A prompt: layers of text, put together in order. */
export interface PromptTemplate {
  id: string;
  title: string;
  description: string;
  variables: readonly PromptVariable[];
  /** Names of layers. `stack` stands for what there is to know of the project's framework. */
  layers: readonly string[];
}
