/** Texts a page could say to break a report, each with a mark (`hacked`) to look for. */
export const hostileTexts: readonly string[] = [
  '<script>window.hacked = true</script>',
  '</script><script>window.hacked = true</script>',
  '</style><img src=x onerror="window.hacked = true">',
  '" onfocus="window.hacked = true" autofocus x="',
  "' onmouseover='window.hacked = true",
  '--><svg onload=window.hacked=true><!--',
  ']]><hacked/>',
  '&lt;script&gt;hacked&lt;/script&gt; &#60;hacked&#62;',
  '\u202egnp.exe hacked\u202c \u2066\u200f',
  'lone \ud800 and \udfff surrogates, hacked',
  'nul \u0000 bell \u0007 escape \u001b[31m hacked \ufffe\uffff',
  `hacked${'x'.repeat(30_000)}`,
  '`` ` ``` hacked | cell | @everyone [link](https://evil.example) ![img](https://evil.example/x.png)',
  '# hacked\n\n- [ ] list\n\n| a | b |\n|---|---|',
  'smuggled \u{e0068}\u{e0061}\u{e0063}\u{e006b} hacked',
];
