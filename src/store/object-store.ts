import type { S3Client } from '@aws-sdk/client-s3';
import { sha256 } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';

/** Largest object that is read, bytes: a picture of a very tall page has a tenth of it. */
const MAX_BYTES = 128 * 1024 * 1024;
/** How long a connection and an answer may take, ms. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;

/** Where a store is, as `store.url` says it. */
interface StoreAddress {
  /** The service where it is not Amazon's own. */
  endpoint?: string;
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  prefix: string;
  /** For people: host, bucket and prefix. */
  shown: string;
}

/**
 * Reads `s3://bucket/prefix` (Amazon's own) or `https://host/bucket/prefix` (any service that speaks S3; the bucket is the first part of the path).
 * Throws CONFIG_INVALID: keys do not belong in it.
 */
export function readStoreUrl(text: string): StoreAddress {
  const invalid = (problem: string) =>
    new CodeloopError('CONFIG_INVALID', { file: '.codeloop/config.json', problem: `store.url: ${problem}` });
  if (!URL.canParse(text) || !/^(?:s3|https?):$/.test(new URL(text).protocol))
    throw invalid('it begins with s3://bucket, or with https://host/bucket');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalid('it is an address and nothing else; keys are found where the AWS tools find theirs (AWS_PROFILE, …)');
  const own = url.protocol === 's3:';
  const [bucket = '', ...rest] = [...(own ? [url.hostname] : []), ...url.pathname.split('/').filter(Boolean)].map(
    decodeURIComponent,
  );
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw invalid(`"${bucket}" is no name of a bucket`);
  const prefix = rest.join('/');
  const shown = `${own ? 's3:/' : url.origin}/${[bucket, ...rest].join('/')}`;
  return { ...(own ? {} : { endpoint: url.origin }), bucket, prefix, shown };
}

/** A store of bytes by their SHA-256. What is read is what was asked for, or an error. */
export class ObjectStore {
  readonly #client: S3Client;
  readonly #sdk: typeof import('@aws-sdk/client-s3');
  readonly #address: StoreAddress;

  private constructor(sdk: typeof import('@aws-sdk/client-s3'), client: S3Client, address: StoreAddress) {
    this.#sdk = sdk;
    this.#client = client;
    this.#address = address;
  }

  /** Asks nobody yet. Throws CONFIG_INVALID, STORE_CLIENT_MISSING. */
  static async open(url: string): Promise<ObjectStore> {
    const address = readStoreUrl(url);
    const sdk = await loadClient();
    const client = new sdk.S3Client({
      // Services other than Amazon's have no regions, and sign with this one's name.
      ...(address.endpoint === undefined
        ? {}
        : { endpoint: address.endpoint, forcePathStyle: true, region: process.env.AWS_REGION ?? 'us-east-1' }),
      // Older services know none of the newer checksums; what is read is checked by its name.
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
      ...{ followRegionRedirects: false, maxAttempts: 3 },
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    });
    return new ObjectStore(sdk, client, address);
  }

  /** For people. */
  get shown(): string {
    return this.#address.shown;
  }

  /** Puts bytes under their digest; false where they are there already. Throws STORE_UNREACHABLE, CANCELLED. */
  async write(bytes: Buffer, signal: AbortSignal): Promise<boolean> {
    const place = this.#placeOf(sha256(bytes));
    const there = await this.#ask(signal, async (options) => {
      const { ContentLength } = await this.#client.send(new this.#sdk.HeadObjectCommand(place), options);
      return ContentLength === bytes.length;
    });
    if (there) return false;
    const put = new this.#sdk.PutObjectCommand({ ...place, Body: bytes, ContentType: 'image/png' });
    await this.#ask(signal, (options) => this.#client.send(put, options), false);
    return true;
  }

  /** The bytes of a digest; nothing where the store has none. Throws STORE_DAMAGED (they are other bytes), STORE_UNREACHABLE, CANCELLED. */
  async read(digest: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const bytes = await this.#ask(signal, async (options) => {
      const { Body, ContentLength } = await this.#client.send(
        new this.#sdk.GetObjectCommand(this.#placeOf(digest)),
        options,
      );
      if (Body === undefined || (ContentLength ?? 0) > MAX_BYTES) return Buffer.alloc(0);
      return Buffer.from(await Body.transformToByteArray());
    });
    if (bytes !== undefined && sha256(bytes) !== digest)
      throw new CodeloopError('STORE_DAMAGED', { store: this.shown, key: this.#placeOf(digest).Key });
    return bytes;
  }

  /** Closes its connections. */
  close(): void {
    this.#client.destroy();
  }

  #placeOf(digest: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#address;
    return { Bucket: bucket, Key: [prefix, 'sha256', digest].filter((part) => part !== '').join('/') };
  }

  /** Nothing where the store says that there is no such object, unless that is no answer to what was asked. */
  async #ask<T>(
    signal: AbortSignal,
    work: (options: { abortSignal: AbortSignal }) => Promise<T>,
    mayLack = true,
  ): Promise<T | undefined> {
    try {
      return await work({ abortSignal: signal });
    } catch (error) {
      if (signal.aborted) throw new CodeloopError('CANCELLED', {}, { cause: error });
      const { NoSuchKey, NotFound } = this.#sdk;
      if (mayLack && (error instanceof NoSuchKey || error instanceof NotFound)) return undefined;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new CodeloopError('STORE_UNREACHABLE', { store: this.shown, reason }, { cause: error });
    }
  }
}

/** The official client, which is an optional peer: most projects have no store. Throws STORE_CLIENT_MISSING. */
async function loadClient(): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    if (isErrno(error) && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new CodeloopError('STORE_CLIENT_MISSING', {}, { cause: error });
    throw error;
  }
}
