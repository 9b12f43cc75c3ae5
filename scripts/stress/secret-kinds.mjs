/** Letters and digits that look like a secret, put together here so that no scanner of this repository takes them for one. */
export const filler = (length, of = 'aB3dE5gH7jK9mN1pQ2sT4vW6xY8z') =>
  of.repeat(Math.ceil(length / of.length)).slice(0, length);
export const hex = (length) => filler(length, '0a1b2c3d4e5f6789');

/**
 * Kinds of secrets, with how each begins, and the rest.
 * @type {Record<string, [mark: string, rest: string]>}
 */
export const MARKED = {
  'GitHub, personal': ['ghp_', filler(36)],
  'GitHub, fine-grained': ['github_pat_', filler(60)],
  GitLab: ['glpat-', filler(20)],
  'GitLab, routable': ['glpat-', `${filler(27)}.01.${filler(9)}`],
  Atlassian: ['ATATT3', filler(60)],
  npm: ['npm_', filler(36)],
  PyPI: ['pypi-', filler(60)],
  Docker: ['dckr_pat_', filler(27)],
  Figma: ['figd_', filler(40)],
  'Stripe, live': ['sk_live_', filler(24)],
  'Stripe, restricted': ['rk_test_', filler(24)],
  'Stripe, webhook': ['whsec_', filler(32)],
  Square: ['sq0csp-', filler(43)],
  Shopify: ['shpat_', hex(32)],
  Mailgun: ['key-', hex(32)],
  SendGrid: ['SG.', `${filler(22)}.${filler(43)}`],
  Brevo: ['xkeysib-', filler(64)],
  'Slack, bot': ['xoxb-', `123456789012-${filler(24)}`],
  'Slack, app': ['xapp-1-', filler(40)],
  Twilio: ['SK', hex(32)],
  Linear: ['lin_api_', filler(40)],
  Notion: ['ntn_', filler(46)],
  Postman: ['PMAK-', `${hex(24)}-${hex(34)}`],
  'AWS, key id': ['AKIA', filler(16, 'QW3RTY7UIOP2ASDF')],
  'AWS, temporary': ['ASIA', filler(16, 'QW3RTY7UIOP2ASDF')],
  'Google, API': ['AIza', filler(35)],
  'Google, OAuth': ['ya29.', filler(60)],
  'Google, client': ['GOCSPX-', filler(28)],
  DigitalOcean: ['dop_v1_', hex(64)],
  PlanetScale: ['pscale_tkn_', filler(40)],
  Vault: ['hvs.', filler(90)],
  Tailscale: ['tskey-auth-', filler(30)],
  Supabase: ['sbp_', hex(40)],
  Databricks: ['dapi', hex(32)],
  Doppler: ['dp.pt.', filler(43)],
  OpenAI: ['sk-proj-', filler(48)],
  Anthropic: ['sk-ant-api03-', filler(80)],
  'Hugging Face': ['hf_', filler(34)],
  Groq: ['gsk_', filler(52)],
  Grafana: ['glsa_', `${filler(32)}_${hex(8)}`],
  Sentry: ['sntrys_', filler(60)],
  Telegram: ['123456789:AA', filler(33)],
  Mailchimp: [hex(32), '-us12'],
};

/** One whole secret of each kind. */
export function secretKinds() {
  return Object.fromEntries(Object.entries(MARKED).map(([kind, [mark, rest]]) => [kind, mark + rest]));
}
