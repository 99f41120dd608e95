import { X509Certificate } from 'node:crypto';
import type { WireSessionEvent } from '../../../src/core/wire.ts';
import { userNameToken, tokenKinds } from './structures.ts';
import type { ExtensionObject } from './builtin.ts';
import { Reader } from './reader.ts';
import { shown } from './variant.ts';

export type Mode = WireSessionEvent['mode'];

/** What a certificate says of the application that it belongs to. */
export interface CertificateFacts {
  /** SHA-1 of the certificate, in hexadecimal: what OPC UA tools show. */
  readonly thumbprint: string;
  readonly subject: string;
  /** From the alternative names; empty if there is none. */
  readonly applicationUri: string;
}

/** Reads the first certificate of a chain in DER; undefined where the bytes are none. */
export function certificateFacts(der: Buffer): CertificateFacts | undefined {
  if (der.length < 64) return undefined;
  try {
    const { fingerprint, subject, subjectAltName = '' } = new X509Certificate(der);
    const uri = /(?:^|, )URI:([^,"]+)/.exec(subjectAltName)?.[1] ?? '';
    return {
      thumbprint: fingerprint.replaceAll(':', '').toLowerCase(),
      subject: shown(subject.replaceAll('\n', ', ')),
      applicationUri: shown(uri),
    };
  } catch {
    // The bytes come from the wire: that they are no certificate says only that nothing is known.
    return undefined;
  }
}

/** Last part of a security policy's URI. */
export const policyName = (uri: string): string => shown(uri.slice(uri.lastIndexOf('#') + 1), 60);

/** Bytes of a symmetric signature, by policy (OPC 10000-7, 6.6). */
const signatureBytes: Readonly<Record<string, number>> = {
  Basic128Rsa15: 20,
  Basic256: 20,
  Basic256Sha256: 32,
  Aes128_Sha256_RsaOaep: 32,
  Aes256_Sha256_RsaPss: 32,
  ECC_nistP256: 32,
  ECC_brainpoolP256r1: 32,
  ECC_nistP384: 48,
  ECC_brainpoolP384r1: 48,
  ECC_curve25519: 16,
  ECC_curve448: 16,
};
const possibleSignatures = new Set(Object.values(signatureBytes));

/** Who logged in. */
export interface Identity {
  /** In the words of `WireSessionEvent`. */
  readonly token: string;
  readonly user: string | undefined;
}

/** What a user identity token says; without a body it is the anonymous one (OPC 10000-4, 5.6.3). */
export function identityOf({ type, body }: ExtensionObject): Identity {
  const token = body.length === 0 ? 'Anonymous' : (tokenKinds.get(type) ?? '');
  return { token, user: token === 'UserName' ? shown(userNameToken(new Reader(body)).userName) : undefined };
}

/** How a channel is protected and who uses it, as far as it was seen. */
export class Posture {
  /** Undefined where the channel's opening was not seen. */
  policy: string | undefined;
  mode: Mode = '';
  identity: Identity = { token: '', user: undefined };
  applicationUri = '';
  certificate: string | undefined;
  #signature: number | undefined;
  #told = '';

  /** Bytes after each message that belong to its signature; undefined where nothing is known yet. */
  get signature(): number | undefined {
    if (this.policy === 'None') return 0;
    return signatureBytes[this.policy ?? ''] ?? this.#signature;
  }

  /** The channel's client, by its certificate. */
  client(certificate: Buffer): void {
    const facts = certificateFacts(certificate);
    if (facts === undefined) return;
    this.certificate = facts.thumbprint;
    if (this.applicationUri === '') this.applicationUri = facts.applicationUri;
  }

  /** A message was read in clear, with so many bytes after its end. False if these can be no signature. */
  clear(after: number, complete: boolean): boolean {
    const known = this.signature;
    if (known !== undefined) {
      this.mode = known === 0 ? 'None' : 'Sign';
      return after === 0;
    }
    if (!complete || (after > 0 && !possibleSignatures.has(after))) return !complete;
    this.#signature = after;
    this.mode = after === 0 ? 'None' : 'Sign';
    return true;
  }

  /** The event, unless the same was told before. */
  event(): Pick<WireSessionEvent, 'policy' | 'mode' | 'token' | 'applicationUri' | 'user' | 'certificate'> | undefined {
    const event = {
      policy: this.policy ?? '',
      mode: this.mode,
      token: this.identity.token,
      applicationUri: this.applicationUri,
      user: this.identity.user,
      certificate: this.certificate,
    };
    const told = JSON.stringify(event);
    if (told === this.#told) return undefined;
    this.#told = told;
    return event;
  }

  get told(): boolean {
    return this.#told !== '';
  }
}
