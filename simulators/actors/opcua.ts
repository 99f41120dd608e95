import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  AttributeIds,
  type ClientSession,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  setErrorLogger,
  setWarningLogger,
  UserTokenType,
} from 'node-opcua-client';
import { systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { actorUri } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { requireLoopback } from './loopback.ts';
import { openRelay, type Relay } from './relay.ts';

export interface OpcuaActorOptions {
  /** Name in the application URI of its certificate; plants list that of the `operator` as a client. Default `actor`. */
  readonly name?: string;
  /** `opc.tcp://127.0.0.1:…` */
  readonly endpoint: string;
  readonly user: { readonly name: string; readonly passphrase: string };
  /**
   * Folder of the actor's own key, certificate and trust list; different from that of any collector, so that the server sees
   * another client.
   */
  readonly pkiDir: string;
  /** Certificate (DER) of the target server. */
  readonly serverCertificate: Buffer;
  /** Local address from which the actor connects to a target on this host. */
  readonly localAddress?: string;
  /** Permits targets other than this host; only if a person has requested it. Default false. */
  readonly beyondLoopback?: boolean;
}

/** OPC UA client of an operator or an attacker. */
export interface OpcuaActor extends AsyncDisposable {
  /** Writes a number to a node in the node's own type; for a Boolean, anything but 0 is true. @throws ScadaError DEVICE_REFUSED */
  write(node: string, value: number): Promise<void>;
}

/** The actor's own certificate (DER), created on first use: the server must trust it. @param name see the options */
export async function actorCertificate(pkiDir: string, name?: string): Promise<Buffer> {
  const { manager, certificate } = await openPki(pkiDir, name);
  await manager.dispose();
  return certificate;
}

/**
 * Opens a session with SignAndEncrypt. @throws ScadaError LAB_REFUSED for a target that is not this host; `retryable`
 * DEVICE_REFUSED if the server refuses
 */
export async function connectOpcuaActor(options: OpcuaActorOptions, { logger }: PluginContext): Promise<OpcuaActor> {
  const { endpoint, user } = options;
  requireLoopback(new URL(endpoint).hostname, options.beyondLoopback);
  const write = (_place: unknown, ...parts: unknown[]): void => logger.debug(`node-opcua: ${format(...parts)}`);
  setWarningLogger(write);
  setErrorLogger(write);
  await using parts = new AsyncDisposableStack();
  const pki = await openPki(options.pkiDir, options.name);
  parts.defer(async () => await pki.manager.dispose());
  await pki.manager.trustCertificate(options.serverCertificate);
  const client = OPCUAClient.create({
    applicationName: 'scadawatch actor',
    applicationUri: pki.applicationUri,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    privateKeyFile: pki.manager.privateKey,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Aes256_Sha256_RsaPss,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
  });
  const relay = await relayTo(new URL(endpoint), options.localAddress);
  if (relay !== undefined) parts.use(relay);
  parts.defer(async () => await client.disconnect());
  try {
    await client.connect(relay === undefined ? endpoint : `opc.tcp://127.0.0.1:${relay.port}`);
    const session = await client.createSession({ type: UserTokenType.UserName, userName: user.name, password: user.passphrase });
    const open = parts.move();
    return {
      write: async (node, value) => await writeNode(session, endpoint, node, value),
      async [Symbol.asyncDispose]() {
        await open.disposeAsync();
      },
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScadaError('retryable', 'DEVICE_REFUSED', `${endpoint}: the actor cannot log in: ${reason}`, { cause });
  }
}

async function relayTo({ hostname: host, port }: URL, localAddress: string | undefined): Promise<Relay | undefined> {
  return localAddress === undefined ? undefined : await openRelay({ target: { host, port: Number(port) }, localAddress });
}

async function writeNode(session: ClientSession, endpoint: string, nodeId: string, value: number): Promise<void> {
  const attributeId = AttributeIds.Value;
  const { value: current } = await session.read({ nodeId, attributeId });
  // a missing node is written to nevertheless, so that the server's answer is reported
  const dataType = current === undefined || current.dataType === DataType.Null ? DataType.Double : current.dataType;
  const written = dataType === DataType.Boolean ? value !== 0 : value;
  const status = await session.write({ nodeId, attributeId, value: { value: { dataType, value: written } } });
  if (!status.isGood())
    throw new ScadaError('retryable', 'DEVICE_REFUSED', `${endpoint}: ${nodeId} := ${value} was answered ${status.name}`);
}

async function openPki(rootFolder: string, name = 'actor') {
  const applicationUri = actorUri(name);
  const manager = new OPCUACertificateManager({
    rootFolder,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
    keySize: 2048,
  });
  await manager.initialize();
  const certificateFile = join(manager.ownCertFolder, 'certificate.pem');
  // a lab of an earlier version had the name of the host in it
  if (!existsSync(certificateFile) || (await certificateAt(certificateFile)).applicationUri !== applicationUri) {
    await manager.createSelfSignedCertificate({
      outputFile: certificateFile,
      subject: { organization: 'scadawatch', commonName: 'scadawatch actor' },
      applicationUri,
      dns: [hostname()],
      startDate: new Date(systemClock.now()),
      validity: 3650,
    });
  }
  return { manager, certificateFile, ...(await certificateAt(certificateFile)) };
}

/** A certificate (DER) and its application URI. */
async function certificateAt(file: string) {
  const { raw, subjectAltName = '' } = new X509Certificate(await readFile(file));
  return { certificate: raw, applicationUri: /URI:([^,]+)/.exec(subjectAltName)?.[1] ?? '' };
}
