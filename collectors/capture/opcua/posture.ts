import { X509Certificate } from 'node:crypto';
import type { WireSessionEvent } from '../../../src/core/wire.ts';
import { userNameToken, tokenKinds } from './structures.ts';
import type { ExtensionObject } from './builtin.ts';
import { Reader } from './reader.ts';
import { shown } from './variant.ts';

export type Mode = WireSessionEvent['mode'];

/** Details of an application from its certificate. */
export interface CertificateFacts {
  /** SHA-1 of the certificate, in hexadecimal, as OPC UA tools display it. */
  readonly thumbprint: string;
  readonly subject: string;
  /** From the alternative names; empty if there is none. */
  readonly applicationUri: string;
}

/** Reads the first certificate of a chain in DER; undefined if the bytes are not a certificate. */
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
    // The bytes come from the network; without a valid certificate the details stay unknown.
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

/** User of a session. */
export interface Identity {
  /** Token kind, with the values of `WireSessionEvent`. */
  readonly token: string;
  readonly user: string | undefined;
}

/** Decodes a user identity token; one without a body is anonymous (OPC 10000-4, 5.6.3). */
export function identityOf({ type, body }: ExtensionObject): Identity {
  const token = body.length === 0 ? 'Anonymous' : (tokenKinds.get(type) ?? '');
  return { token, user: token === 'UserName' ? shown(userNameToken(new Reader(body)).userName) : undefined };
}

/** Protection and user of a channel, as far as they were seen. */
export class Posture {
  /** Undefined if the opening of the channel was not seen. */
  policy: string | undefined;
  mode: Mode = '';
  identity: Identity = { token: '', user: undefined };
  applicationUri = '';
  certificate: string | undefined;
  #signature: number | undefined;
  #reported = '';

  /** Length of the signature after each message, in bytes; undefined if unknown. */
  get signature(): number | undefined {
    if (this.policy === 'None') return 0;
    return signatureBytes[this.policy ?? ''] ?? this.#signature;
  }

  /** Stores the channel's client by its certificate. */
  client(certificate: Buffer): void {
    const facts = certificateFacts(certificate);
    if (facts === undefined) return;
    this.certificate = facts.thumbprint;
    if (this.applicationUri === '') this.applicationUri = facts.applicationUri;
  }

  /** Records a readable message with `after` bytes behind its end. Returns false if these cannot be a signature. */
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

  /** The event, unless an equal one was reported before. */
  event(): Pick<WireSessionEvent, 'policy' | 'mode' | 'token' | 'applicationUri' | 'user' | 'certificate'> | undefined {
    const event = {
      policy: this.policy ?? '',
      mode: this.mode,
      token: this.identity.token,
      applicationUri: this.applicationUri,
      user: this.identity.user,
      certificate: this.certificate,
    };
    const text = JSON.stringify(event);
    if (text === this.#reported) return undefined;
    this.#reported = text;
    return event;
  }

  get isReported(): boolean {
    return this.#reported !== '';
  }
}
