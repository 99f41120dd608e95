import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { systemClock } from '../../src/core/clock.ts';

const validDays = 1095;

/** A trust list that remembers whom it judged last, so that an error can name the certificate. */
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

/**
 * The collector's certificates, one folder per device: `own` (key and certificate), `trusted/certs` (servers that a person
 * trusts), `rejected` (servers that nobody has trusted yet). Nothing moves from rejected to trusted by itself.
 */
export interface ClientPki {
  readonly manager: TrustList;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Own certificate, DER. */
  readonly certificate: Buffer;
  /** Our URI as the certificate has it: servers compare the two. */
  readonly applicationUri: string;
}

const folderOf = (dataDir: string): string => join(dataDir, 'pki');

/** Opens the folder as it is on disk now, and makes key and certificate where there are none yet. */
export async function openClientPki(dataDir: string): Promise<ClientPki> {
  const manager = new TrustList({
    rootFolder: folderOf(dataDir),
    automaticallyAcceptUnknownCertificate: false,
    // Read anew for each connection instead: what a person moves counts at the next attempt.
    disableFileWatchers: true,
    keySize: 2048,
  });
  await manager.initialize();
  const certificateFile = join(manager.ownCertFolder, 'certificate.pem');
  if (!existsSync(certificateFile)) {
    await manager.createSelfSignedCertificate({
      outputFile: certificateFile,
      subject: { organization: 'scadawatch', commonName: 'scadawatch collector' },
      applicationUri: `urn:${hostname()}:scadawatch:collector`,
      dns: [hostname()],
      // Peers judge a certificate by the real time, whatever time the plant has.
      startDate: new Date(systemClock.now()),
      validity: validDays,
    });
  }
  const own = new X509Certificate(await readFile(certificateFile));
  const applicationUri = /URI:([^,]+)/.exec(own.subjectAltName ?? '')?.[1] ?? '';
  return { manager, certificateFile, keyFile: manager.privateKey, certificate: own.raw, applicationUri };
}

/** The collector's own certificate (DER), made on first use: what a server must trust. */
export async function ownCertificate(dataDir: string): Promise<Buffer> {
  const { manager, certificate } = await openClientPki(dataDir);
  await manager.dispose();
  return certificate;
}

/** Puts a server's certificate (DER) on the trust list. Only a person's decision, or the laboratory's own server, comes here. */
export async function trustServer(dataDir: string, certificate: Buffer): Promise<void> {
  const { manager } = await openClientPki(dataDir);
  await manager.trustCertificate(certificate);
  await manager.dispose();
}

/** Where the certificate that was judged last lies since it was refused, and what to do if it is the right one. */
export async function howToTrust({ manager }: ClientPki): Promise<{ readonly rejected: string; readonly hint: string }> {
  const thumbprint = manager.lastJudged;
  const file = (await readdir(manager.rejectedFolder)).find((name) => name.includes(thumbprint)) ?? '';
  const rejected = join(manager.rejectedFolder, file);
  const hint =
    `compare its SHA-1 thumbprint ${thumbprint} with the one that the server itself shows; ` +
    `if they are the same, move the file to the trusted ones: mv '${rejected}' '${manager.trustedFolder}'`;
  return { rejected, hint };
}
