import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import { moveAside } from '../../data-directory/index.ts';

const lostOwn = 'A new certificate is made: the server refuses it until it trusts the new certificate.';
const trustAgain = (pki: string): string =>
  `Trust the new certificate ${join(pki, 'own/certs/certificate.pem')} on the server, then check the disk of the data directory`;

/**
 * Moves damaged keys and certificates of OPC UA aside, so that new ones are made.
 * @param now ms UTC
 */
export function checkCertificates(dataDir: string, now: number): Damage[] {
  const devices = join(dataDir, 'devices');
  const folders = existsSync(devices) ? readdirSync(devices).map((name) => join(devices, name, 'pki')) : [];
  return [...folders, join(dataDir, 'simulator-pki')].flatMap((pki) => checkPki(pki, now));
}

function checkPki(pki: string, now: number): Damage[] {
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
