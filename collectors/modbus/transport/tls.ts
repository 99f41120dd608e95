import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { ScadaError } from '../../../src/core/errors.ts';
import { assertPrivateKey } from '../../../src/core/private-file.ts';
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

/** A connection on which both ends have shown who they are. */
export interface SecureOpened {
  readonly stream: TLSSocket;
  /** The role that our certificate claims, and the SHA-256 fingerprint of the device's. */
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * Modbus/TCP Security: Modbus TCP in mutual TLS 1.3. The device must show a certificate of our authority for its name; ours
 * carries the role by which the device decides what we may do. Files are read anew for each connection, so that a renewed
 * certificate is taken up by itself.
 * @see MODBUS/TCP Security Protocol Specification V2.1
 * @throws ScadaError `config` for certificates that a person must mend, DEVICE_UNREACHABLE for what may pass
 */
export async function openTls(endpoint: Endpoint, files: TlsFiles, opening: Opening): Promise<SecureOpened> {
  assertPrivateKey(files.key, `${endpoint.host}:${endpoint.port}: tls.key`);
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
    // An address is no name to be sent (RFC 6066, 3), but it is checked.
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
    return await readFile(path);
  } catch (cause) {
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

/** Error codes of OpenSSL and Node for a device's certificate that is not accepted. */
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

/** The device has ended a connection on which it has said nothing: some refuse a certificate so. */
export const unwelcome = (where: string): ScadaError =>
  new ScadaError('retryable', 'DEVICE_REFUSED', `${where} hangs up without a word after the TLS handshake`, {
    hint: 'perhaps it does not trust our certificate, or has no free connection',
  });

/**
 * What an error of TLS means, undefined for others. In TLS 1.3 a device refuses our certificate after the connection is open
 * for us, so this is asked during its life too.
 */
export function explainTls(where: string, cause: unknown): ScadaError | undefined {
  const told = inWords(codeOf(cause));
  if (told === undefined) return undefined;
  return new ScadaError('config', 'DEVICE_REFUSED', `${where}: ${told}`, {
    hint: 'Modbus/TCP Security is spoken in TLS 1.3 alone, with a certificate that the device trusts',
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
