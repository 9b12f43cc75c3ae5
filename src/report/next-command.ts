import type { NextCall } from '../core/vocabulary/tool-result.js';

/** A suggested call as one readable line: `codeloop_verify {"screens":["home"]}`. */
export function nextCommand(call: NextCall): string {
  const given = Object.keys(call.arguments).length > 0;
  return given ? `${call.tool} ${JSON.stringify(call.arguments)}` : call.tool;
}
