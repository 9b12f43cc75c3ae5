import { createHash } from 'node:crypto';
import { loadSource } from './load-source.mjs';

/**
 * The page of the pair viewer as a chat shows it (docs/review.md, "In a chat"): one file that asks nobody for anything, with the extension's SDK
 * inside, so that no part of the program that starts for a hook or a gate knows it. Returns the page and esbuild's input paths.
 */
export async function chatViewer(root, plugins = []) {
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: root,
    stdin: {
      contents: "import { startViewer } from './src/report/chat-viewer.js'; startViewer(globalThis.codeloopShown);",
      resolveDir: root,
      loader: 'ts',
      sourcefile: 'chat-viewer-start.ts',
    },
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    plugins,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const { styles, chatStyles, viewerScript } = await loadSource(
    root,
    "export { styles, chatStyles } from './src/report/style/style.js'; export { viewerScript } from './src/report/script/script.js';",
  );
  const script = `globalThis.codeloopShown = ${viewerScript};\n${result.outputFiles[0].text}`;
  const style = `${styles}\n${chatStyles}`;
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; img-src data:; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>codeloop: pictures</title>
<style>${style}</style>
</head>
<body class="chat">
<div id="viewer"></div>
<script>${script}</script>
</body>
</html>
`;
  return { html, inputs: Object.keys(result.metafile.inputs) };
}
