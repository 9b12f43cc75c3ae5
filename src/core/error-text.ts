/** Values that an error's message, advice and `allowed` list are built from. */
export type ErrorValues = Readonly<Record<string, unknown>>;

/** A call that fixes or explains the error: tool name and arguments. */
export interface SuggestedCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Class of an error, which decides the exit code: 2 wrong usage or configuration, 3 could not run, 130 interrupted. */
export type ErrorClass = 'usage' | 'could_not_run' | 'interrupted';

/** The catalogue's entry of one code. */
export interface CatalogueEntry {
  class: ErrorClass;
  message: (values: ErrorValues) => string;
  fix: (values: ErrorValues) => string;
  next?: (values: ErrorValues) => SuggestedCall[];
}

/** A value inside a message: text as it is, `?` where it is missing, else JSON. */
export const say = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '?' : JSON.stringify(value);

/** A list inside a message; `none` when it is empty or missing. */
export const list = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : 'none';

/** Keeps literal keys while checking every entry's shape. */
export const define = <Code extends string>(entries: Record<Code, CatalogueEntry>): Record<Code, CatalogueEntry> =>
  entries;
