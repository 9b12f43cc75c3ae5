/** odiff-bin types its API only, not where its program lies. */
declare module 'odiff-bin/binary.js' {
  /** Absolute path of odiff's program. Throws when the platform's optional package is not installed. */
  export function findBinary(): string;
}
