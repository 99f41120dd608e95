import { X509Certificate } from 'node:crypto';
import { copyFile, readdir, readFile, rename, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { otherDisks } from '../../../src/data-directory/disk-access.ts';

const validDays = 1095;
const dayMs = 86_400_000;

/** Trust list that stores the last checked certificate, so that an error can name it. */
class TrustList extends OPCUACertificateManager {
  /** SHA-1 thumbprint, lower case. */
  lastJudged = '';

  override async verifyCertificate(
    ...[certificate, options]: Parameters<OPCUACertificateManager['verifyCertificate']>
  ): ReturnType<OPCUACertificateManager['verifyCertificate']> {
    const leaf = Array.isArray(certificate) ? certificate[0] : certificate;
    this.lastJudged = leaf === undefined ? '' : thumbprintOf(leaf);
    return await super.verifyCertificate(certificate, options);
  }
}

/** SHA-1 thumbprint of a certificate (DER, the first of a chain), as servers and file names show it. */
export const thumbprintOf = (certificate: Buffer): string =>
  new X509Certificate(certificate).fingerprint.replaceAll(':', '').toLowerCase();

/** A certificate and, for an own one, its file. Times in ms UTC. */
export interface Certificate {
  /** Empty for one received over the network. */
  readonly file: string;
  readonly der: Buffer;
  readonly thumbprint: string;
  readonly notAfter: number;
  readonly selfSigned: boolean;
  /** ApplicationUri in the certificate: servers compare it with that of the client. */
  readonly applicationUri: string;
}

/**
 * The collector's certificates, one folder per device: `own` (key and certificates), `trusted/certs` (servers trusted by a
 * person), `rejected` (servers not trusted so far). Only a person moves a certificate from rejected to trusted.
 */
export interface ClientPki {
  readonly manager: TrustList;
  readonly keyFile: string;
  /** Own certificate in use. */
  readonly current: Certificate;
  /** Its successor, which the server may not accept yet. */
  readonly next: Certificate | undefined;
}

const folderOf = (dataDir: string): string => join(dataDir, 'pki');
const currentName = 'certificate.pem';
const nextName = 'certificate-next.pem';
const replacedName = 'certificate-replaced.pem';

/**
 * Opens the folder as it is on disk now, and creates missing keys and certificates.
 * @param wall the real time, not plant time, because peers check certificates against it
 */
export async function openClientPki(dataDir: string, wall: Clock = systemClock): Promise<ClientPki> {
  // the library accesses the folder synchronously: a disk that hangs must be refused before
  await exists(folderOf(dataDir));
  const manager = new TrustList({
    rootFolder: folderOf(dataDir),
    automaticallyAcceptUnknownCertificate: false,
    // The folder is read for each connection instead, so that a moved certificate takes effect at the next attempt.
    disableFileWatchers: true,
    keySize: 2048,
  });
  await manager.initialize();
  const file = join(manager.ownCertFolder, currentName);
  if (!(await exists(file))) await makeCertificate(manager, file, `urn:${hostname()}:scadawatch:collector`, wall.now());
  const nextFile = join(manager.ownCertFolder, nextName);
  const next = (await exists(nextFile)) ? await readCertificate(nextFile) : undefined;
  return { manager, keyFile: manager.privateKey, current: await readCertificate(file), next };
}

/** Creates the successor of the own certificate: same key, same name, a new validity period. */
export async function makeNext({ manager, current }: ClientPki, now: number): Promise<Certificate> {
  const file = join(manager.ownCertFolder, nextName);
  // written under another name first, so that no reader gets a partial certificate
  const made = `${file}.new`;
  await makeCertificate(manager, made, current.applicationUri, now);
  await rename(made, file);
  return await readCertificate(file);
}

/** Replaces the certificate in use with its successor, and keeps the old one as `certificate-replaced.pem`. */
export async function promoteNext({ manager, current, next }: ClientPki): Promise<void> {
  if (next === undefined) return;
  await copyFile(current.file, join(manager.ownCertFolder, replacedName));
  await rename(next.file, current.file);
}

/** Reads a certificate, PEM or DER; the first one of a chain. */
export async function readCertificate(file: string): Promise<Certificate> {
  return readCertificateOf(await otherDisks.run(() => readFile(file)), file);
}

/** Decodes a certificate (PEM or DER). @throws Error if it is not a certificate */
export function readCertificateOf(bytes: Buffer, file: string): Certificate {
  const certificate = new X509Certificate(bytes);
  return {
    file,
    der: certificate.raw,
    thumbprint: thumbprintOf(certificate.raw),
    notAfter: certificate.validToDate.getTime(),
    selfSigned: certificate.checkIssued(certificate),
    applicationUri: /URI:([^,]+)/.exec(certificate.subjectAltName ?? '')?.[1] ?? '',
  };
}

/** @throws ScadaError STATE_UNAVAILABLE if the disk does not answer */
const exists = async (file: string): Promise<boolean> =>
  await otherDisks.run(() =>
    stat(file).then(
      () => true,
      () => false,
    ),
  );

async function makeCertificate(manager: TrustList, outputFile: string, applicationUri: string, now: number): Promise<void> {
  await manager.createSelfSignedCertificate({
    outputFile,
    subject: { organization: 'scadawatch', commonName: 'scadawatch collector' },
    applicationUri,
    dns: [hostname()],
    // Begins a day earlier, so that it is valid for a server with a slow clock too.
    startDate: new Date(now - dayMs),
    validity: validDays,
  });
}

/** The collector's own certificate (DER), created on first use: servers must trust it. */
export async function ownCertificate(dataDir: string): Promise<Buffer> {
  const { manager, current } = await openClientPki(dataDir);
  await manager.dispose();
  return current.der;
}

/** Adds a server's certificate (DER) to the trust list. Called only for a person's decision or for the lab's own server. */
export async function trustServer(dataDir: string, certificate: Buffer): Promise<void> {
  const { manager } = await openClientPki(dataDir);
  await manager.trustCertificate(certificate);
  await manager.dispose();
}

/** File of the refused certificate that was checked last, and the command to trust it. */
export async function howToTrust({ manager }: ClientPki): Promise<{ readonly rejected: string; readonly hint: string }> {
  const thumbprint = manager.lastJudged;
  const file = (await readdir(manager.rejectedFolder)).find((name) => name.includes(thumbprint)) ?? '';
  const rejected = join(manager.rejectedFolder, file);
  const hint =
    `compare its SHA-1 thumbprint ${thumbprint} with the one that the server itself shows; ` +
    `if they are the same, move the file to the trusted ones: mv '${rejected}' '${manager.trustedFolder}'`;
  return { rejected, hint };
}
