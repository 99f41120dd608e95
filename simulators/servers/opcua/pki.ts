import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { systemClock } from '../../../src/core/clock.ts';

/** The server's certificates: its own, and the list of trusted clients. Nothing is added to the list automatically. */
export interface ServerPki {
  readonly manager: OPCUACertificateManager;
  /** Users who may sign in by a certificate; none at first. */
  readonly users: OPCUACertificateManager;
  readonly certificateFile: string;
  /** Own certificate, DER. */
  readonly certificate: Buffer;
}

const validDays = 3650;

/** Opens the folder (own, trusted, issuers, rejected), and creates missing keys and certificates. */
export async function openServerPki(rootFolder: string, applicationUri: string): Promise<ServerPki> {
  const manager = strictManager(rootFolder);
  await manager.initialize();
  const certificateFile = join(manager.ownCertFolder, 'certificate.pem');
  if (!existsSync(certificateFile)) {
    await manager.createSelfSignedCertificate({
      outputFile: certificateFile,
      subject: { organization: 'scadawatch', commonName: 'scadawatch simulated OPC UA server' },
      applicationUri,
      dns: [hostname(), 'localhost'],
      ip: ['127.0.0.1'],
      // Peers check a certificate against the real time, not plant time.
      startDate: new Date(systemClock.now()),
      validity: validDays,
    });
  }
  return {
    manager,
    users: strictManager(join(rootFolder, 'users')),
    certificateFile,
    certificate: derOf(await readFile(certificateFile, 'utf8')),
  };
}

function strictManager(rootFolder: string): OPCUACertificateManager {
  return new OPCUACertificateManager({
    rootFolder,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
    keySize: 2048,
  });
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}
