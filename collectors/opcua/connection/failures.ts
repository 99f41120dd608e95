import { type ErrorCode, type ErrorKind, ScadaError } from '../../../src/core/errors.ts';

interface Meaning {
  readonly sign: RegExp;
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint?: string;
}

/** Meaning of node-opcua's messages; the first match counts. The library has no error codes, but names the StatusCode. */
const meanings: readonly Meaning[] = [
  {
    sign: /BadUserAccessDenied|BadIdentityTokenRejected|BadIdentityTokenInvalid|BadUserSignatureInvalid|user token policy/,
    kind: 'config',
    code: 'DEVICE_REFUSED',
    text: 'the server does not accept the login',
    hint: 'check `user`, and that the server lets this user read',
  },
  {
    sign: /Cannot find an Endpoint|cannot find endpoint|No endpoint|BadSecurityPolicyRejected|BadSecurityModeRejected|end ?point must exist/i,
    kind: 'config',
    code: 'DEVICE_REFUSED',
    text: 'the server does not offer this security',
    hint: 'set securityMode and securityPolicy to what the server offers, or better: let the server offer Aes256_Sha256_RsaPss',
  },
  {
    sign: /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|premature disconnection/,
    kind: 'retryable',
    code: 'DEVICE_UNREACHABLE',
    text: 'the server takes no connection at this address',
  },
  {
    sign: /BadTooManySessions|BadTcpNotEnoughResources|BadMaxConnectionsReached/,
    kind: 'retryable',
    code: 'DEVICE_REFUSED',
    text: 'the server has no session free',
  },
  {
    sign: /timeout|timed out|ETIMEDOUT|BadTimeout|BadRequestTimeout/i,
    kind: 'retryable',
    code: 'DEVICE_TIMEOUT',
    text: 'the server did not answer in time',
  },
];

/** Most servers do not report that they reject a client certificate; they close the connection or name a security check. */
const distrust =
  /BadSecurityChecksFailed|BadCertificate|socket has been disconnected by third party|BadConnectionClosed|ECONNRESET/;

/** True if the server closed the channel in the way that it does for an untrusted certificate. */
export const refusesUs = (thrown: unknown): boolean =>
  thrown instanceof ScadaError &&
  thrown.code === 'DEVICE_REFUSED' &&
  thrown.cause instanceof Error &&
  distrust.test(thrown.cause.message);

/** Translates an error of the library. `certificateFile` is the own certificate, which the server may not trust yet. */
export function failureOf(device: string, endpoint: string, thrown: unknown, certificateFile?: string): ScadaError {
  if (thrown instanceof ScadaError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = message.replaceAll(/\s+/g, ' ').trim();
  const place = `${device} (${endpoint})`;
  const meaning = meanings.find(({ sign }) => sign.test(message));
  if (meaning !== undefined) {
    const hint = meaning.hint === undefined ? {} : { hint: meaning.hint };
    return new ScadaError(meaning.kind, meaning.code, `${place}: ${meaning.text}: ${detail}`, { ...hint, cause: thrown });
  }
  if (certificateFile !== undefined && distrust.test(message)) {
    return new ScadaError('retryable', 'DEVICE_REFUSED', `${place}: the server ended the secure channel: ${detail}`, {
      hint: `the server may not trust us yet: put ${certificateFile} on its trust list`,
      cause: thrown,
    });
  }
  return new ScadaError('retryable', 'DEVICE_PROTOCOL', `${place}: ${detail}`, { cause: thrown });
}
