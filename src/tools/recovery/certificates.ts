import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import { isAside, moveAside } from '../../data-directory/index.ts';

const lostOwn = 'A new certificate is made: the server refuses it until it trusts the new certificate.';
const trustAgain = (pki: string): string =>
  `Trust the new certificate ${join(pki, 'own/certs/certificate.pem')} on the server, then check the disk of the data directory`;

/** Folders of a certificate store, parents before children. */
const folders = ['own', 'own/certs', 'own/private', 'rejected'].concat(
  ['trusted', 'issuers'].flatMap((name) => [name, `${name}/certs`, `${name}/crl`]),
);

/** Files that decide whom a store trusts. A file that cannot be read trusts nobody. */
const lists = [
  {
    folder: 'trusted/certs',
    isSound: isCertificates,
    reason: 'is not a certificate',
    lost: 'The server or client that it belongs to is not trusted.',
  },
  {
    folder: 'issuers/certs',
    isSound: isCertificates,
    reason: 'is not a certificate',
    lost: 'Certificates that its authority issued are refused.',
  },
  ...['trusted/crl', 'issuers/crl'].map((folder) => ({
    folder,
    isSound: isRevocationList,
    reason: 'is not a revocation list',
    lost: 'Certificates of its authority are refused while no other list of that authority is there.',
  })),
];

/**
 * Moves damaged OPC UA keys, certificates and revocation lists aside. Own keys and certificates are generated again.
 * @param now ms UTC
 */
export function checkCertificates(dataDir: string, now: number): Damage[] {
  const devices = filesIn(join(dataDir, 'devices'))
    .filter((name) => !isAside(name))
    .map((name) => join(dataDir, 'devices', name));
  return [
    ...devices.flatMap((device) => checkFolder(device, now)),
    ...[...devices.map((device) => join(device, 'pki')), join(dataDir, 'simulator-pki')].flatMap((pki) => checkPki(pki, now)),
  ];
}

function checkPki(pki: string, now: number): Damage[] {
  return [
    ...['', ...folders].flatMap((name) => checkFolder(join(pki, name), now)),
    ...checkOwn(pki, now),
    ...lists.flatMap(({ folder, isSound, reason, lost }) =>
      filesIn(join(pki, folder)).flatMap((name) => {
        const file = join(pki, folder, name);
        if (holds(file, isSound)) return [];
        // out of the folder, because every file in it is read
        const movedTo = moveAside(file, now, join(pki, folder, '..'));
        const action = `Put the file into ${join(pki, folder)} again, then check the disk of the data directory`;
        return [{ file, reason, lost, movedTo, action }];
      }),
    ),
  ];
}

function checkOwn(pki: string, now: number): Damage[] {
  const own = join(pki, 'own');
  const keyFile = join(own, 'private/private_key.pem');
  const files = ['certificate.pem', 'certificate-next.pem']
    .map((name) => join(own, 'certs', name))
    .filter((file) => existsSync(file));
  const report = (file: string, reason: string): Damage => ({
    file,
    reason,
    lost: lostOwn,
    movedTo: moveAside(file, now),
    action: trustAgain(pki),
  });
  const isKeyDamaged = existsSync(keyFile) && readKey(keyFile) === undefined;
  const key = isKeyDamaged ? undefined : readKey(keyFile);
  const damages = isKeyDamaged ? [report(keyFile, 'is not a private key')] : [];
  for (const file of files) {
    const certificate = readCertificate(file);
    if (certificate === undefined) damages.push(report(file, 'is not a certificate'));
    else if (key === undefined || !certificate.checkPrivateKey(key)) damages.push(report(file, 'has no matching private key'));
  }
  return damages;
}

/** Replaces a file at the path of a folder by a new folder. */
function checkFolder(folder: string, now: number): Damage[] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) return [];
  const action = 'Put the certificates there again, then check the disk of the data directory';
  const lost = 'Certificates that lay in the folder are not in use.';
  return [{ file: folder, reason: 'is a file and not a folder', lost, movedTo: moveAside(folder, now), action }];
}

const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function holds(file: string, isSound: (bytes: Buffer) => boolean): boolean {
  try {
    return isSound(readFileSync(file));
  } catch {
    // a folder, or a file that this user cannot read
    return false;
  }
}

/** True for one or more valid certificates, as PEM or DER. */
function isCertificates(bytes: Buffer): boolean {
  const parts = derParts(bytes, 'CERTIFICATE');
  for (const part of parts) new X509Certificate(part);
  return parts.length > 0;
}

function isRevocationList(bytes: Buffer): boolean {
  return derParts(bytes, 'X509 CRL').length > 0;
}

/** DER structures of a file, PEM or DER. @throws RangeError if one is incomplete */
function derParts(bytes: Buffer, label: string): Buffer[] {
  const text = bytes.toString('latin1');
  const begins = text.split(`-----BEGIN ${label}-----`).slice(1);
  if (begins.length === 0) return structures(bytes);
  return begins.flatMap((block) => {
    const [content, ...rest] = block.split(`-----END ${label}-----`);
    if (content === undefined || rest.length === 0) throw new RangeError('a block has no end');
    return structures(Buffer.from(content, 'base64'));
  });
}

/** Splits bytes into DER sequences (ITU-T X.690, 8.1). They must fill the bytes exactly. */
function structures(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt8(at + 1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
    const end = at + 2 + lengthBytes + length;
    if (bytes[at] !== 0x30 || end > bytes.length) throw new RangeError('a structure is not whole');
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
}

function readKey(file: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(readFileSync(file));
  } catch {
    return undefined;
  }
}

function readCertificate(file: string): X509Certificate | undefined {
  try {
    return new X509Certificate(readFileSync(file));
  } catch {
    return undefined;
  }
}
