import { createHash, timingSafeEqual } from 'node:crypto';
import { hostname } from 'node:os';
import { format } from 'node:util';
import {
  MessageSecurityMode,
  SecurityPolicy,
  ServerState,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
} from 'node-opcua-client';
import { nodesets } from 'node-opcua-nodesets';
import { OPCUAServer } from 'node-opcua-server';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Plant } from '../../../src/core/plant.ts';
import type { Logger, PluginContext } from '../../../src/core/plugin.ts';
import { freePortsHint } from '../../plant-kit/free-ports.ts';
import { PlantSpace } from './address-space.ts';
import { type OpcuaAlarm, serveAlarms } from './alarms.ts';
import { guardTransports } from './guard.ts';
import { openServerPki } from './pki.ts';
import { observeRequests, observeWrites, type OpcuaRequest, type OpcuaWrite } from './observers.ts';

export type { OpcuaAlarm } from './alarms.ts';
export type { OpcuaRequest, OpcuaWrite } from './observers.ts';

export interface OpcuaUser {
  readonly name: string;
  /** Created by the caller for this run; there is no default. */
  readonly passphrase: string;
}

export interface OpcuaServerOptions {
  readonly plant: Plant;
  readonly host: string;
  /** 0 selects a free one. */
  readonly port: number;
  /** Folder of the server's own key, certificate and trust list. */
  readonly pkiDir: string;
  /** Users who may sign in; there are no anonymous sessions. */
  readonly users: readonly OpcuaUser[];
  /** Permits clients that a modern server should reject: without security, with the deprecated Basic256, or anonymous. */
  readonly weak?: boolean;
  /** The server's own alarm conditions. Default none. */
  readonly alarms?: readonly OpcuaAlarm[];
  /** Additional namespaces; the points are in the last of them. Default none: the points are in the server's own. */
  readonly namespaces?: readonly string[];
  /** Maximum number of clients. Default 20. */
  readonly sessions?: number;
  /** Offset of its clock (ServerStatus.CurrentTime) to the machine's, ms; negative if behind. Default 0. */
  readonly clockOffsetMs?: number;
  /** Receives every attempted write of a client, with the answer. */
  readonly onWrite?: (write: OpcuaWrite) => void;
  /** Receives every request before it is answered. */
  readonly onRequest?: (request: OpcuaRequest) => void;
}

export interface OpcuaServer extends AsyncDisposable {
  readonly port: number;
  /** `opc.tcp://…`, for clients on this host. */
  readonly endpoint: string;
  /** Own certificate, DER, for a client's trust list. */
  readonly certificate: Buffer;
  /** Number of variables served. */
  readonly points: number;
  /** Adds a client's certificate (DER) to the trust list. There is no other way to add one. */
  trust(certificate: Buffer): Promise<void>;
  /** Permits a user by a certificate (DER). */
  trustUser(certificate: Buffer): Promise<void>;
  /** Publishes the plant's registers to the clients; must be called after each step. */
  publish(): void;
  /** Sets the reported state (ServerStatus.State), as when it is taken out of service; the server continues to serve. */
  setState(state: keyof typeof ServerState): void;
}

/**
 * Serves the points of a plant that have `opcua: true` on an OPC UA port: SignAndEncrypt with Aes256_Sha256_RsaPss or
 * Basic256Sha256, user name and passphrase, clients by trust list. Nothing is trusted automatically. @throws ScadaError `config`
 * if the port is not available
 */
export async function startOpcuaServer(options: OpcuaServerOptions, context: PluginContext): Promise<OpcuaServer> {
  const { plant, host, port, users } = options;
  quietLibrary(context.logger);
  guardTransports();
  const weak = options.weak === true;
  const applicationUri = `urn:${hostname()}:scadawatch:simulator`;
  const pki = await openServerPki(options.pkiDir, applicationUri);
  const server = new OPCUAServer({
    host,
    hostname: host,
    port,
    securityModes: [MessageSecurityMode.SignAndEncrypt, ...(weak ? [MessageSecurityMode.None] : [])],
    securityPolicies: [
      SecurityPolicy.Aes256_Sha256_RsaPss,
      SecurityPolicy.Basic256Sha256,
      ...(weak ? [SecurityPolicy.Basic256, SecurityPolicy.None] : []),
    ],
    allowAnonymous: weak,
    userManager: { isValidUser: (name: string, passphrase: string) => mayLogIn(users, name, passphrase) },
    serverCertificateManager: pki.manager,
    userCertificateManager: pki.users,
    certificateFile: pki.certificateFile,
    serverInfo: { applicationUri, productUri: 'urn:scadawatch:simulator', applicationName: { text: 'scadawatch simulator' } },
    buildInfo: {
      productName: 'Simulated controller',
      manufacturerName: 'scadawatch',
      softwareVersion: '1.0',
      productUri: 'urn:scadawatch:simulator',
    },
    // A rate of 0 lets a client subscribe to every change, at any speed of plant time.
    serverCapabilities: { maxSessions: options.sessions ?? 20, minSupportedSampleRate: 0 },
    registerServerMethod: 1,
    nodesets: [nodesets.standard, ...(plant.companion?.nodesets ?? []).map((name) => nodesets[name])],
  });
  try {
    await server.initialize();
    if (options.onWrite !== undefined) observeWrites(server, plant, options.onWrite);
    if (options.onRequest !== undefined) observeRequests(server, plant, options.onRequest);
    const space = new PlantSpace(server, plant, options.namespaces);
    if (options.clockOffsetMs !== undefined) setClock(server, options.clockOffsetMs);
    serveAlarms(server, space, options.alarms ?? []);
    await server.start();
    const taken = server.endpoints[0]?.port ?? port;
    let closing: Promise<void> | undefined;
    return {
      port: taken,
      endpoint: `opc.tcp://${host}:${taken}`,
      certificate: pki.certificate,
      points: space.size,
      trust: async (certificate) => await pki.manager.trustCertificate(certificate),
      trustUser: async (certificate) => await pki.users.trustCertificate(certificate),
      publish: () => space.publish(),
      setState: (state) => server.engine.setServerState(ServerState[state]),
      async [Symbol.asyncDispose]() {
        closing ??= server.shutdown(0);
        await closing;
      },
    };
  } catch (cause) {
    await server.shutdown(0).catch((error: Error) => context.logger.debug(`OPC UA server: ${error.message}`));
    const message = `cannot serve OPC UA on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ScadaError('config', 'LAB_REFUSED', message, { hint: freePortsHint, cause });
  }
}

function mayLogIn(users: readonly OpcuaUser[], name: string, passphrase: string): boolean {
  const user = users.find((candidate) => candidate.name === name);
  // Compared even for an unknown name, so that the duration reveals nothing.
  const same = timingSafeEqual(digest(user?.passphrase ?? ''), digest(passphrase));
  return user !== undefined && same;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** ServerStatus of the Server object (OPC 10000-6, annex A). */
const serverStatus = 'i=2256';

/** Makes the server report a wrong time, like a controller whose clock was set or has no battery. */
function setClock(server: OPCUAServer, offsetMs: number): void {
  const node = server.engine.addressSpace?.findNode(serverStatus) as { $extensionObject: object } | null;
  if (node === null) return;
  // the library answers from this object, whose time is computed on each access
  node.$extensionObject = new Proxy(node.$extensionObject, {
    get(status, key) {
      const value: unknown = Reflect.get(status, key);
      return key === 'currentTime' && value instanceof Date ? new Date(value.getTime() + offsetMs) : value;
    },
  });
}

/** Redirects node-opcua's console output to the log at level debug; relevant failures arrive as errors. */
function quietLibrary(logger: Logger): void {
  // the first argument is the source position in the library
  const write = (_place: unknown, ...parts: unknown[]): void => logger.debug(`node-opcua: ${format(...parts)}`);
  setDebugLogger(write);
  setWarningLogger(write);
  setErrorLogger(write);
}
