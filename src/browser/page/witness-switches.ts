/** Tells the texts of this document that were not told yet. */
export function flushWitness(): void {
  const flush: unknown = Reflect.get(globalThis, Symbol.for('codeloop.witness.flush'));
  if (typeof flush === 'function') flush();
}

/** Ends what `witness` began in this document. */
export function dismissWitness(): void {
  const stop: unknown = Reflect.get(globalThis, Symbol.for('codeloop.witness'));
  if (typeof stop === 'function') stop();
}
