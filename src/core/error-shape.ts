/** Values that an error's message, advice and `allowed` list are built from. */
export type ErrorValues = Readonly<Record<string, unknown>>;

/** A call that would mend or explain the error: tool name and arguments. */
export interface SuggestedCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** What a terminal's exit code says about an error: 2 wrong usage or configuration, 3 could not run, 130 interrupted. */
export type ErrorClass = 'usage' | 'could_not_run' | 'interrupted';
