/** The text that replaces a secret. */
export const REDACTED = '[redacted]';

/** What says that something is a secret, as part of a name: `DB_PASSWORD`, `client-secret`, `sharedAccessKey`, `X-Amz-Signature`. */
const NAME =
  '[\\w.-]{0,40}(?:passw(?:or)?d|passphrase|api[_-]?key|(?:access|auth|account|secret|private|signing|encryption|shared[_-]?access)[_-]?(?:token|key)|client[_-]?secret|(?:refresh|session|bearer|csrf|xsrf|id)[_-]?token)[\\w-]{0,20}';
/** Names that are words of everyday life too: what follows has to look like a secret. */
const WORD =
  '[\\w.-]{0,40}(?:token|secret|pwd|signature|credentials?|pin[_-]?code|otp|passwort|kennwort|mot de passe|contrase(?:ñ|n|\\\\u00f1)a|senha|wachtwoord)';
/** Names of short codes that let somebody in: no other code is called so (`status code`, `zip code`, `error code`). */
const SHORT =
  '(?:(?:verification|security|confirmation|one[ _-]?time|sign[ _-]?in|log[ _-]?in|auth(?:entication|orization)?|access|recovery|backup|unlock|2fa|mfa|sms|otp|pin)[ _-]?(?:pass)?code|one[ _-]?time[ _-]?(?:password|pin)|passcode|t?otp|pin(?:[ _-]?number)?)';
/** Four to eight digits, in two groups or one, and no part of a longer number, a date or a size. */
const DIGITS = (least: number) => `(?:\\d{3}[ -]\\d{3}|\\d{4}[ -]\\d{4}|\\d{${least},8})(?![\\w-]|[.:,/]\\d)`;
/** A quote as it stands in code, in JSON (also inside another JSON), in markup and in addresses. */
const QUOTE = '(?:\\\\{0,8}["\'`]|&(?:quot|apos|#0?3[49]|#x2[27]);|\\\\u002[27]|%(?:25){0,2}2[27])';
/** What follows a name in prose and on forms, and is none: "password: must be …", "Password: required". */
const PROSE =
  '(?!(?:required|must|is|are|was|has|should|may|can(?:not)?|too|at|the|this|your|an?|and|or|please|enter|type|choose|forgot|forgotten|show|hide|hidden|change|reset|confirm|new|old|repeat|invalid|incorrect|wrong|weak|strong|not?|null|undefined|true|false|none|empty|missing|field|input|min(?:imum)?|max(?:imum)?|string|number|object|text|password|\\d{1,2})(?![\\w-]))';
/** From a name to its value: what stands between them in code, JSON, headers, assignments, markup and addresses inside addresses. */
const TO = `(${QUOTE}?\\s*(?:=>|[:=]|&#(?:58|61|x3[ad]);|\\\\u003[ad]|%(?:25){0,2}3[ad])\\s*)`;
/** Where a word begins, also behind a letter that belongs to an escape: `%3D`, `%c`, `\n`, `\u003d`, the colours of a terminal. */
const BEGINS =
  '(?:(?<![\\w-])|(?<=%(?:25){0,2}[\\da-fA-F]{2}|%[cdfios]|\\\\[nrtfvb0]|\\\\u[\\da-fA-F]{4}|(?:\\x1b|\\\\(?:u00|x)1b|\\\\e|\\\\033)\\[[\\d;]{0,10}m))';
/** The same, and behind `_` and `-`, for what nothing else begins with: `backup-ghp_…`. */
const ANYWHERE = `(?:(?<![A-Za-z\\d])|${BEGINS})`;
/** Marks that nothing else begins with. */
const UNMISTAKABLE =
  /^(?:gh\[|github_pat|gl\(|AT\(|dckr_|figd_|\(\?:sk\|rk|whsec_|sq0|shp\(|SG|xkeysib|xox\[|xapp|lin_|PMAK|\(\?:AKIA|AIza|ya29|GOCSPX|do\[|pscale|tskey|sb_secret|dapi|glsa_|sntry|AGE-)/;

/**
 * Tokens that their issuer marks by how they begin, with the least length of the rest; from the issuers' own documents, as lists like that
 * of gitleaks collect them. A token is looked for where a word begins.
 */
const MARKED: readonly [least: number, marks: readonly string[]][] = [
  // GitHub, GitLab, Bitbucket and Atlassian, npm, PyPI, RubyGems, Docker, crates
  [
    16,
    ['gh[pousr]_', 'github_pat_', 'gl(?:pat|dt|rt|ft|soat|cbt|imt|agent|ptt|oas|wt)-', 'AT(?:ATT3|CTT3|BB)', 'npm_'],
  ],
  [16, ['pypi-', 'rubygems_', 'dckr_[po]at_', 'cio[A-Za-z0-9]{6}', 'figd_', 'figo_', 'figu_']],
  // Stripe, Square, Shopify, PayPal, Plaid, payment and mail services
  [
    10,
    [
      '(?:sk|rk|pk)_(?:live|test|prod)_',
      'whsec_',
      'sq0(?:atp|csp|idp)-',
      'shp(?:at|ca|pa|ss)_',
      'access_token\\$production\\$',
    ],
  ],
  [
    16,
    ['key-(?=[0-9a-f]{32})', 'pubkey-(?=[0-9a-f]{32})', 're_', 'SG\\.', 'xkeysib-', 'duffel_(?:test|live)_', 'EZ[AT]K'],
  ],
  // Slack, Discord, Twilio, Linear, Notion, Airtable, Postman, Asana
  [
    10,
    ['xox[abeoprs]-', 'xapp-\\d-', 'SK(?=[0-9a-f]{32})', 'lin_(?:api|oauth)_', 'ntn_', 'secret_(?=\\w{40})', 'PMAK-'],
  ],
  // Clouds and their databases, and tools that run things
  [
    16,
    [
      '(?:AKIA|ASIA|ABIA|ACCA)(?=[0-9A-Z]{16})',
      'AIza',
      'ya29\\.',
      'GOCSPX-',
      '1//0',
      'LTAI',
      'do[opr]_v1_',
      'pscale_\\w{2,5}_',
    ],
  ],
  [
    16,
    [
      'hv[sb]\\.',
      'tskey-\\w+-',
      'fo1_',
      'fm[12]_',
      'rnd_',
      'nfp_',
      'sbp_',
      'sb_secret_',
      'pul-',
      'dapi(?=[0-9a-f]{32})',
      'dp\\.\\w{2,5}\\.',
    ],
  ],
  // Models and their hosts, observability, others
  [
    16,
    [
      'sk-',
      'sess-',
      'hf_',
      'r8_',
      'gsk_',
      'xai-',
      'nvapi-',
      'pplx-',
      'glsa_',
      'glc_',
      'NRAK-',
      'sntry[su]_',
      'dt0c01\\.',
      'CFPAT-',
    ],
  ],
  [
    16,
    ['AGE-SECRET-KEY-1', 'ops_eyJ', 'A3-(?=[A-Z0-9]{6}-)', 'sgp_', 'lsv2_', 'phc_', 'phx_', 'rdme_', 'ATZ[A-Z0-9]{2}-'],
  ],
];

/** Shapes of secrets whose value need not be known. Each keeps what names it ($1, $2). Every one costs no more than a multiple of the text's length. */
export const SHAPES: readonly [RegExp, string][] = [
  // A run of token characters is looked at once, from its start: a text of many `eyJ-` must not cost its length squared.
  [
    new RegExp(
      `(?<![\\w-])(?=[\\w-]*?${ANYWHERE}eyJ[\\w-]{8})[\\w-]+\\.(?:[\\w-]{8,}\\.[\\w-]*|(?=\\.))(?:\\.[\\w-]+){0,3}`,
      'g',
    ),
    REDACTED,
  ],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    REDACTED,
  ],
  // The same of SSH.com's and PuTTY's programs, and the private numbers of a JSON Web Key (RFC 7518, 6.2.2, 6.3.2, 6.4).
  [/---- BEGIN [A-Z\d ]{0,40}PRIVATE KEY ----[\s\S]*?(?:---- END [A-Z\d ]{0,40}PRIVATE KEY ----|$)/g, REDACTED],
  [
    /(Private-Lines:\s?\d{1,3})(?:[\r\n]|\\{1,4}[nr])[\s\S]*?(?:Private-(?:MAC|Hash):\s?[\da-f]{8,}|$)/g,
    `$1 ${REDACTED}`,
  ],
  [
    new RegExp(
      `(${QUOTE}(?:d|k|p|q|d[pq]|qi)${QUOTE}\\s*:\\s*${QUOTE})(?=[\\w-]{0,2000}?[A-Z])(?=[\\w-]{0,2000}?[a-z])(?=[\\w-]{0,2000}?\\d)[\\w-]{40,}`,
      'g',
    ),
    `$1${REDACTED}`,
  ],
  [/\b(Bearer|Basic|Token|ApiKey|DPoP)\s+(?=[\w.~+/=-]*[\d.=_-])[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  ...MARKED.map(([least, marks]): [RegExp, string] => [
    new RegExp(
      `(?:${BEGINS}(?:${marks.join('|')})|${ANYWHERE}(?:${marks.filter((mark) => UNMISTAKABLE.test(mark)).join('|') || '(?!)'}))[\\w.=-]{${least},}`,
      'g',
    ),
    REDACTED,
  ]),
  // Telegram, Discord, Mailchimp
  [
    new RegExp(
      `(?:(?<!\\d)\\d{8,10}:AA[\\w-]{32,}|${BEGINS}(?:[MNO][\\w-]{22,26}\\.[\\w-]{6}\\.[\\w-]{27,}|[0-9a-f]{32}-us\\d{1,2}\\b))`,
      'g',
    ),
    REDACTED,
  ],
  // Addresses that let whoever knows them write: the path is the secret.
  [
    /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,63}\.webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook|hooks\.zapier\.com\/hooks\/catch|maker\.ifttt\.com\/trigger|chat\.googleapis\.com\/v1\/spaces)\/)[^\s"'<>]+/gi,
    `$1${REDACTED}`,
  ],
  [/(\/\/)[^/\s?#"'<>:]*:[^/\s?#"'<>]*@/g, `$1${REDACTED}@`],
  [/(:\/\/)[^/\s?#"'<>:@]{8,}@/g, `$1${REDACTED}@`],
  [
    /([?&;#](?:[\w.-]{0,40}(?:token|api[_-]?key|secret|passw(?:or)?d|signature|credential)|key|pwd|auth|sig|session|sid|code|saml(?:response|request)|assertion|otp)=)[^&#\s"']+/gi,
    `$1${REDACTED}`,
  ],
  [
    /([?&;#](?:ticket|invit(?:e|ation)|reset|verif(?:y|ication)|confirm(?:ation)?|activat(?:e|ion)|magic)=)[\w.~%+/=-]{16,}/gi,
    `$1${REDACTED}`,
  ],
  [
    /\b((?:set-)?cookies?|(?:proxy-)?authorization|sec-websocket-protocol|x-api-key)(\\?["']?\s*[:=]\s*\\?["']?)(?!\s*\[redacted\])[^\n"'\\]+/gi,
    `$1$2${REDACTED}`,
  ],
  [
    /\b(x-[\w-]{0,30}(?:token|key|secret|auth|signature)|(?:private|job|deploy)-token|ocp-apim-subscription-key)(\\?["']?\s*[:=]\s*\\?["']?)[^\s"',;}\\]+/gi,
    `$1$2${REDACTED}`,
  ],
  // A cookie's own text, wherever it is printed.
  [
    /((?<![\w])(?:[\w.-]{0,20}sess(?:ion)?[_-]?id|connect\.sid|sid|jwt|_?csrf(?:token)?|xsrf-token|remember_(?:me|token)|__(?:Secure|Host)-[\w.-]{1,40})=)[^\s"'&;,\\]+/gi,
    `$1${REDACTED}`,
  ],
  [/((?<![\w.-])[\w.-]{0,30}(?:session|auth)=)(?=[\w.%~+/=-]{0,200}\d)[\w.%~+/=-]{12,}/gi, `$1${REDACTED}`],
  // A line of a key, where each line is a text of its own: 64 characters (RFC 7468), and no digest.
  [/(?<![\w+/=-])(?=[\w+/]{0,64}[g-z])(?=[\w+/]{0,64}[A-Z])(?=[\w+/]{0,64}\d)[A-Za-z\d+/]{64}(?![\w+/=-])/g, REDACTED],
  // What stands in quotes after a secret's name, to its end; in lists of names and values too, where it looks like a secret.
  [
    new RegExp(`(${QUOTE}?(?<![\\w.-])(?:${NAME}|${WORD}|pass)${TO}${QUOTE})(?:(?!${QUOTE})[^\\n])+`, 'gi'),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(`(${QUOTE}${NAME}${QUOTE}\\s*,\\s*${QUOTE})(?=[^"'\\s]{0,200}\\d)(?:(?!${QUOTE})[^\\s]){8,}`, 'gi'),
    `$1${REDACTED}`,
  ],
  // Without quotes: to the end of the word.
  [new RegExp(`((?<![\\w.-])${NAME}${TO})${PROSE}[^\\s"'&;,<>{}()[\\]\\\\]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`((?<![\\w.-])(?:${WORD}|pass)=)[^\\s"'&;,<>[\\]\\\\]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`((?<![\\w.-])(?:${WORD}|pass)${TO})(?=[^\\s"'&;,]{0,200}\\d)[\\w.~+/=-]{6,}`, 'gi'), `$1${REDACTED}`],
  // Short codes, behind a sign or "is"; behind the name alone they have to be as long as those that are sent.
  [
    new RegExp(
      `((?<![\\w.-])${SHORT}(?:${TO}${QUOTE}?|\\s{1,9}(?:is|ist|est|es)\\s{0,9}:?\\s{0,9}))${DIGITS(4)}`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [new RegExp(`((?<![\\w.-])${SHORT}\\s{1,9})${DIGITS(6)}`, 'gi'), `$1${REDACTED}`],
  // On a command line, and in a file for `machine … login …`.
  [
    new RegExp(
      `(--?${NAME}\\s+${QUOTE}?|\\s--?(?:token|secret|auth)\\s+${QUOTE}?)(?=[^\\s"']{0,200}\\d)[^\\s"'\`-][^\\s"'\`]{5,}`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [
    /((?:^|\s)(?:-u|--user)[ =]["']?[\w.@-]{1,64}:|\blogin\s{1,9}\S{1,64}\s{1,9}password\s{1,9})[^\s"']+/gi,
    `$1${REDACTED}`,
  ],
  // Between the tags of its name.
  [new RegExp(`(<${NAME}>)[^<>\\s]{6,}(?=</)`, 'gi'), `$1${REDACTED}`],
  // The value of a field, or of a setting, whose name, label or kind says so.
  [
    new RegExp(
      `(<(?:input|meta|param|add|setting)\\b(?=[^>]{0,1000}[\\s"'](?:${NAME}|[\\w-]{0,20}(?:token|secret|otp|one-time-code))\\\\?["'])[^>]{0,1000}?\\b(?:value|content)=\\\\?["'])[^"'\\\\>]+`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  // The value of a password field, as markup has it.
  [/(<input\b(?=[^>]{0,1000}\btype=\\?["']?password\b)[^>]{0,1000}?\bvalue=\\?["'])[^"'\\>]+/gi, `$1${REDACTED}`],
];

/** What every shape has something of: a text without it is left as it is at once. */
export const HINT =
  /[=:@]|[\w.+/-]{16}|---- ?BEGIN|-----BEGIN|<\/|["']\s*,|--[a-z]|\bpassword\s|\b(?:Bearer|Basic|Token|ApiKey|DPoP)\s|(?:code|pin|otp|number|password)\s+(?:is|ist|est|es|\d)/i;
