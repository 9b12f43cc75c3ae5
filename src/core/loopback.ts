/**
 * True for the names and numbers of this machine that need no resolver: `localhost`, 127.0.0.0/8 and `[::1]`. `hostname` as URL gives it. A browser
 * knows names below localhost as well and fewer numbers (`browser/origin-proxy.ts`).
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
