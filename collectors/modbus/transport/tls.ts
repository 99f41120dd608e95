import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { ScadaError } from '../../../src/core/errors.ts';
import { assertPrivateKey } from '../../../src/core/private-file.ts';
import { otherDisks } from '../../../src/data-directory/disk-access.ts';
import { roleOf } from '../../../src/modbus/role.ts';
import { type Opening, opened, reasonOf, unreachable } from './opening.ts';
import type { Endpoint } from './tcp.ts';

/** The files of a Modbus/TCP Security client, PEM. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly keyPassphrase?: string | undefined;
  /** Name required in the device's certificate; default: the host. */
  readonly serverName?: string | undefined;
}

/** A connection on which both ends have authenticated themselves. */
export interface SecureOpened {
  readonly stream: TLSSocket;
  /** Role in the own certificate, and SHA-256 fingerprint of the device's. */
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * Modbus/TCP Security: Modbus TCP in mutual TLS 1.3. The device must present a certificate of the configured authority for its
 * name. The own certificate contains the role that the device authorises. Files are read again for each connection, so that a
 * renewed certificate takes effect without a restart.
 * @see MODBUS/TCP Security Protocol Specification V2.1
 * @throws ScadaError `config` for certificates that a person must correct, DEVICE_UNREACHABLE for a temporary failure
 */
export async function openTls(endpoint: Endpoint, files: TlsFiles, opening: Opening): Promise<SecureOpened> {
  await otherDisks.run(() => assertPrivateKey(files.key, `${endpoint.host}:${endpoint.port}: tls.key`));
  const [ca, cert, key] = await Promise.all([readPem(files.ca), readPem(files.cert), readPem(files.key)]);
  const own = ownCertificate(cert, files.cert, opening.machine.now());
  const where = `${endpoint.host}:${endpoint.port}`;
  const name = files.serverName ?? endpoint.host;
  const socket = secure(files, {
    ...endpoint,
    ca,
    cert,
    key,
    passphrase: files.keyPassphrase,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // An IP address must not be sent as a server name (RFC 6066, 3), but it is checked.
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, peer) => checkServerIdentity(name, peer),
  });
  socket.setNoDelay(true);
  const stream = await opened(socket, 'secureConnect', opening, (cause) => refusal(where, cause));
  const role = roleOf(own.raw);
  const device = stream.getPeerX509Certificate();
  return {
    stream,
    credentials: {
      ClientRole: role ?? 'none',
      ...(device === undefined ? {} : { DeviceCertificate: device.fingerprint256 }),
    },
  };
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await otherDisks.run(() => readFile(path));
  } catch (cause) {
    // a disk that does not answer
    if (cause instanceof ScadaError) throw cause;
    throw new ScadaError('config', 'CONFIG_INVALID', `${path} cannot be read: ${reasonOf(cause)}`, {
      hint: 'paths of ca, cert and key must name PEM files that the user of the monitor may read',
      cause,
    });
  }
}

function ownCertificate(pem: Buffer, path: string, now: number): X509Certificate {
  let own: X509Certificate;
  try {
    own = new X509Certificate(pem);
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_INVALID', `${path} is not a certificate: ${reasonOf(cause)}`, { cause });
  }
  if (own.validToDate.getTime() <= now) {
    throw new ScadaError('config', 'CONFIG_INVALID', `our certificate ${path} expired on ${own.validTo}`, {
      hint: 'put a renewed one in its place: it is read with the next connection',
    });
  }
  return own;
}

function secure(files: TlsFiles, options: ConnectionOptions): TLSSocket {
  try {
    return connect(options);
  } catch (cause) {
    // Only the path of the key is reported.
    throw new ScadaError('config', 'CONFIG_INVALID', `${files.cert} and ${files.key} cannot be used: ${codeOf(cause)}`, {
      hint: 'the key must belong to the certificate, and its passphrase must fit',
    });
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : reasonOf(thrown);

/** Error codes of OpenSSL and Node for a rejected certificate of the device. */
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

function refusal(where: string, cause: unknown): ScadaError {
  const code = codeOf(cause);
  if (untrusted.has(code)) {
    return new ScadaError('config', 'DEVICE_UNTRUSTED', `the certificate of ${where} is refused: ${reasonOf(cause)} (${code})`, {
      hint: 'ca must hold the authority of the device, and the certificate must name its host (or serverName) and be valid now',
      cause,
    });
  }
  if (code === 'ECONNRESET') {
    return new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${where} hangs up during the TLS handshake`, {
      hint: 'perhaps it does not speak TLS 1.3, or this is not its port for Modbus/TCP Security',
      cause,
    });
  }
  return explainTls(where, cause) ?? unreachable(where, cause);
}

/** The device has closed a connection without sending anything: some reject a certificate in this way. */
export const unwelcome = (where: string): ScadaError =>
  new ScadaError('retryable', 'DEVICE_REFUSED', `${where} hangs up without a word after the TLS handshake`, {
    hint: 'perhaps it does not trust our certificate, or has no free connection',
  });

/**
 * Meaning of a TLS error; undefined for other errors. In TLS 1.3 a device rejects the client certificate after the handshake has
 * completed on this side, so that errors on an open connection are translated too.
 */
export function explainTls(where: string, cause: unknown): ScadaError | undefined {
  const text = inWords(codeOf(cause));
  if (text === undefined) return undefined;
  return new ScadaError('config', 'DEVICE_REFUSED', `${where}: ${text}`, {
    hint: 'Modbus/TCP Security needs TLS 1.3 and a client certificate that the device trusts',
    cause,
  });
}

function inWords(code: string): string | undefined {
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) return `the device does not speak TLS 1.3 (${code})`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return `the device does not speak TLS (${code})`;
  const alert = /ALERT_(CERTIFICATE_\w+|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE)$/.exec(code)?.[1];
  if (alert !== undefined) return `the device refuses our certificate: ${alert.toLowerCase().replaceAll('_', ' ')} (${code})`;
  return code.startsWith('ERR_SSL') ? `TLS failed: ${code}` : undefined;
}
