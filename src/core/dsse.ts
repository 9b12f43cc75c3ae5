import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { CodeloopError } from './errors.js';

/** Media type of an in-toto statement (in-toto attestation framework v1, envelope layer). */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** The type of the predicate of our own (docs/attest.md); the number at its end changes with any field. */
export const PREDICATE_TYPE = 'https://www.npmjs.com/package/codeloop/attestations/verified-ui/v1';

/** Signatures of an envelope that are looked at: each is a calculation with every trusted key. */
const MOST_SIGNATURES = 50;

/** A DSSE envelope (secure-systems-lab/dsse, envelope.md 1.0.0); fields that nobody here knows are ignored, as it asks. */
const Envelope = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z
    .array(z.object({ sig: z.string(), keyid: z.string().optional() }))
    .min(1)
    .max(MOST_SIGNATURES),
});
export type Envelope = z.infer<typeof Envelope>;

/** A Sigstore bundle, as far as the envelope in it matters here. */
const Bundle = z.object({ mediaType: z.string(), dsseEnvelope: Envelope });

/**
 * The bytes that are signed: PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in bytes as decimals
 * (secure-systems-lab/dsse, protocol.md).
 */
export function preAuthEncoding(payloadType: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `), body]);
}

/** Digests of ECDSA by its curve, as Sigstore pairs them; ed25519 hashes by itself. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

/** The digest that goes with a key: `undefined` for ed25519. Throws ARGUMENTS_INVALID for a kind of key that is not signed with here. */
function digestFor(key: KeyObject, path: string): string | undefined {
  const kind = key.asymmetricKeyType;
  if (kind === 'ed25519') return undefined;
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const digest = kind === 'ec' ? CURVES[curve] : undefined;
  if (digest === undefined) throw wrongKey(path, `it is a key of the kind ${kind ?? '?'}${curve ? ` ${curve}` : ''}`);
  return digest;
}

function wrongKey(path: string, why: string): CodeloopError {
  return new CodeloopError('ARGUMENTS_INVALID', {
    tool: 'codeloop_attest',
    problem: `${path} cannot be used: ${why}.`,
    hint: 'A key is a PEM file, ed25519 or ECDSA (P-256, P-384, P-521): openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub.pem',
  });
}

/** A key and the name it goes by: SHA-256 of its public half (SPKI, DER), 64 hex digits. */
export interface NamedKey {
  key: KeyObject;
  id: string;
  digest: string | undefined;
}

/** The private key of a PEM text; `path` is for messages. Throws ARGUMENTS_INVALID. */
export function readSigningKey(pem: Buffer, path: string, passphrase?: string): NamedKey {
  return named(path, () => createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) }));
}

/** The public key of a PEM text, of a private key's too. Throws ARGUMENTS_INVALID. */
export function readPublicKey(pem: Buffer, path: string): NamedKey {
  return named(path, () => createPublicKey(pem));
}

function named(path: string, read: () => KeyObject): NamedKey {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    // The library's own words never hold key material, but name what is missing: a passphrase, a PEM header.
    throw wrongKey(path, error instanceof Error ? error.message.slice(0, 120) : 'it cannot be read');
  }
  const half = key.type === 'private' ? createPublicKey(key) : key;
  const id = createHash('sha256')
    .update(half.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { key, id, digest: digestFor(key, path) };
}

/** An envelope around a body, signed with one key. */
export function signEnvelope(payloadType: string, body: Buffer, { key, id, digest }: NamedKey): Envelope {
  const sig = sign(digest, preAuthEncoding(payloadType, body), key).toString('base64');
  return { payload: body.toString('base64'), payloadType, signatures: [{ keyid: id, sig }] };
}

/** The key among `keys` that has signed an envelope; key ids in it are hints and decide nothing. */
export function signerOf(envelope: Envelope, keys: readonly NamedKey[]): NamedKey | undefined {
  const signed = preAuthEncoding(envelope.payloadType, bodyOf(envelope));
  return keys.find(({ key, digest }) =>
    envelope.signatures.some(({ sig }) => verify(digest, signed, key, Buffer.from(sig, 'base64'))),
  );
}

/** The bytes inside an envelope. Both alphabets of base64 are read, as DSSE asks. */
export function bodyOf({ payload }: Envelope): Buffer {
  return Buffer.from(payload, 'base64');
}

/** The envelopes of a file: one JSON, or one a line; each an envelope or a Sigstore bundle around one. Others are left out. */
export function readEnvelopes(text: string): Envelope[] {
  const whole = parseOnce(text);
  const values = whole === undefined ? text.split('\n').map(parseOnce) : [whole];
  return values.flatMap((value) => {
    const bundle = Bundle.safeParse(value);
    if (bundle.success) return [bundle.data.dsseEnvelope];
    const envelope = Envelope.safeParse(value);
    return envelope.success ? [envelope.data] : [];
  });
}

/**
 * Reads JSON in which no name stands twice in one object: which of the two counts, each reader answers otherwise. `undefined` for all else, and
 * for what is no JSON.
 */
export function parseOnce(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const words = text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g) ?? [];
    const names = words.filter((word) => word.endsWith(':')).length;
    return names === namesIn(value) ? value : undefined;
  } catch {
    return undefined; // no JSON, or too deep; the caller says what is wanted
  }
}

function namesIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, one) => sum + namesIn(one), own);
}
