import { createPrivateKey, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  bodyOf,
  IN_TOTO,
  parseOnce,
  preAuthEncoding,
  readEnvelopes,
  readPublicKey,
  readSigningKey,
  signEnvelope,
  signerOf,
} from '../../src/core/dsse.js';
import { verifies } from '../requirements.js';
import { verifyByForeigner } from './foreign-verifier.js';

/** A pair of keys as PEM texts. */
function pem({ publicKey, privateKey }: KeyPairKeyObjectResult): { publicKey: string; privateKey: string } {
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
const edwards = () => pem(generateKeyPairSync('ed25519'));
const curve = (namedCurve: string) => pem(generateKeyPairSync('ec', { namedCurve }));
const PAIRS = { ed25519: edwards(), 'P-256': curve('P-256') };
const OTHERS = { 'P-384': curve('P-384'), 'P-521': curve('P-521') };

const body = Buffer.from('{"_type":"https://in-toto.io/Statement/v1","subject":[],"note":"ä"}');
const signed = (privateKey: string) => signEnvelope(IN_TOTO, body, readSigningKey(Buffer.from(privateKey), 'k'));
const key = (publicKey: string) => readPublicKey(Buffer.from(publicKey), 'k');

test.each([
  // The example of the protocol's page, and lengths that are bytes.
  ['http://example.com/HelloWorld', 'hello world', 'DSSEv1 29 http://example.com/HelloWorld 11 hello world'],
  ['', '', 'DSSEv1 0  0 '],
  ['ä', 'ö!', 'DSSEv1 2 ä 3 ö!'],
])('%s around %s is signed as DSSE says', (type, text, encoded) => {
  verifies('attest.dsse');
  expect(preAuthEncoding(type, Buffer.from(text)).toString()).toBe(encoded);
});

test.each(Object.entries({ ...PAIRS, ...OTHERS }))(
  'a key of the kind %s signs what its public half accepts, and nothing else',
  (_kind, pair) => {
    verifies('attest.dsse');
    const envelope = signed(pair.privateKey);
    const [own, other] = [key(pair.publicKey), key(edwards().publicKey)];
    expect([signerOf(envelope, [other, own])?.id, signerOf(envelope, [other])]).toEqual([own.id, undefined]);
    expect(own.id).toBe(envelope.signatures[0]?.keyid);
    expect(bodyOf(envelope)).toEqual(body);
    // Every byte of the body, the type, and the signature count; the key's name counts for nothing.
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(signerOf({ ...envelope, payload: changed.toString('base64') }, [own])).toBeUndefined();
    }
    expect(signerOf({ ...envelope, payloadType: 'application/json' }, [own])).toBeUndefined();
    expect(signerOf({ ...envelope, signatures: [{ sig: '' }] }, [own])).toBeUndefined();
    expect(signerOf({ ...envelope, signatures: [{ sig: 'AAAA', keyid: own.id }] }, [own])).toBeUndefined();
    expect(signerOf({ ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ sig })) }, [own])).toBe(own);
  },
);

test.each(Object.entries(PAIRS))('a key of the kind %s signs what a foreign verifier accepts', (_kind, pair) => {
  verifies('attest.foreign');
  const envelope = signed(pair.privateKey);
  verifyByForeigner(envelope, pair.publicKey);
  const changed = { ...envelope, payload: Buffer.from('{}').toString('base64') };
  expect(() => verifyByForeigner(changed, pair.publicKey)).toThrow();
  expect(() => verifyByForeigner(envelope, edwards().publicKey)).toThrow();
});

test('a key that is none, is locked, or of another kind is refused with what to make', () => {
  const locked = { cipher: 'aes-256-cbc', passphrase: 'lamp', type: 'pkcs8', format: 'pem' } as const;
  const lockedPem = String(createPrivateKey(PAIRS.ed25519.privateKey).export(locked));
  const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  const koblitz = curve('secp256k1');
  for (const text of ['no key', lockedPem, rsa.privateKey, koblitz.privateKey, PAIRS.ed25519.publicKey])
    expect(() => readSigningKey(Buffer.from(text), 'key.pem')).toThrow(/key\.pem cannot be used/);
  expect(readSigningKey(Buffer.from(lockedPem), 'key.pem', 'lamp').id).toBe(key(PAIRS.ed25519.publicKey).id);
});

test('envelopes are read alone, by line, and out of a Sigstore bundle, in either alphabet of base64', () => {
  verifies('attest.dsse');
  const { privateKey, publicKey } = PAIRS.ed25519;
  const envelope = signed(privateKey);
  const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope, more: 1 };
  const urlSafe = { ...envelope, payload: body.toString('base64url') };
  const text = [envelope, bundle, urlSafe, { payload: 1 }].map((value) => JSON.stringify(value)).join('\n');
  const read = readEnvelopes(`${text}\nno JSON\n`);
  expect(read.map((one) => signerOf(one, [key(publicKey)])?.id)).toEqual(Array(3).fill(key(publicKey).id));
  expect(readEnvelopes(JSON.stringify(envelope, null, 2))).toEqual([envelope]);
  expect(readEnvelopes('[]')).toEqual([]);
});

test('what says one thing to who reads the first of two equal names, and another to who reads the last, is not read', () => {
  verifies('attest.holds');
  const { privateKey } = PAIRS.ed25519;
  const text = JSON.stringify(signed(privateKey));
  expect(readEnvelopes(text.replace('"payload"', '"payload":"e30=","payload"'))).toEqual([]);
  expect(readEnvelopes(text.replace('"sig"', '"sig":"AAAA","sig"'))).toEqual([]);
  expect(readEnvelopes(text.replace('"payload"', '"payloa\\u0064":"e30=","payload"'))).toEqual([]);
  const passed = '{"predicate":{"verdict":{"passed":true}}}';
  expect(parseOnce(passed.replace('"passed"', '"passed":false,"passed"'))).toBeUndefined();
  expect(parseOnce(passed.replace('{"predicate"', '{"predicate":{},"predicate"'))).toBeUndefined();
  // Names in other objects, and words that only look like names.
  for (const sound of [passed, '[{"a":1},{"a":2}]', '{"a":"\\"a\\":1, {\\"a\\":2}","b":["a","b"],"__proto__":1}'])
    expect(parseOnce(sound)).toEqual(JSON.parse(sound));
});
