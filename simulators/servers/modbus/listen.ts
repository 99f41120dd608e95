import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { ScadaError } from '../../../src/core/errors.ts';
import { freePortsHint } from '../../plant-kit/free-ports.ts';

/** Permission of a client: `read`, or `write` which includes it. */
export type Rights = 'read' | 'write';

/** Transport of a simulated controller. */
export type ServerTransport =
  | { readonly type: 'tcp' }
  /** RTU frames on a TCP socket, as serial device servers forward them. */
  | { readonly type: 'rtu-over-tcp' }
  | { readonly type: 'serial'; readonly path: string; readonly baudRate: number }
  /**
   * Modbus/TCP Security: clients must present a certificate of `ca` in TLS 1.3. `roles` maps the role in it to a permission;
   * every request with another role, or without one, is answered "illegal function".
   */
  | {
      readonly type: 'tls';
      /** PEM. */
      readonly ca: Buffer;
      readonly cert: Buffer;
      readonly key: Buffer;
      readonly roles: Readonly<Record<string, Rights>>;
    };

/** One client's connection. */
export interface Connection {
  readonly stream: Duplex;
  /** Address and port, or the path of the serial line. */
  readonly client: string;
  /** Undefined if every request is refused. */
  readonly rights: Rights | undefined;
}

export interface Listener extends AsyncDisposable {
  /** 0 without a network port. */
  readonly port: number;
}

/** Accepts connections until it is disposed. @throws ScadaError `config` if the port is not available */
export async function listen(
  transport: ServerTransport,
  host: string,
  port: number,
  controller: string,
  take: (connection: Connection) => void,
): Promise<Listener> {
  switch (transport.type) {
    case 'tcp':
    case 'rtu-over-tcp':
      return await listening(
        createServer({ noDelay: true }, (socket) => take({ stream: socket, client: nameOf(socket), rights: 'write' })),
        host,
        port,
        controller,
      );
    case 'tls': {
      const { ca, cert, key, roles } = transport;
      const options = {
        ca,
        cert,
        key,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.3',
        noDelay: true,
      } as const;
      const server = createTlsServer(options, (socket) =>
        take({ stream: socket, client: nameOf(socket), rights: rightsOf(socket, roles) }),
      );
      // A failed handshake of a client does not affect the server.
      server.on('tlsClientError', () => {});
      return await listening(server, host, port, controller);
    }
    case 'serial':
      return await onLine(transport.path, transport.baudRate, controller, take);
  }
}

const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;

/**
 * Tag, length and identifier of the role extension: 1.3.6.1.4.1.50316.802.1 (MODBUS/TCP Security Protocol Specification V2.1).
 */
const roleExtension = Buffer.from('060b2b0601040183890c862201', 'hex');

/**
 * Role in a certificate, up to 127 bytes. Implemented independently of the collector's code, so that an error in either shows.
 */
function roleIn(certificate: Buffer): string | undefined {
  const found = certificate.indexOf(roleExtension);
  if (found < 0) return undefined;
  const after = certificate.subarray(found + roleExtension.length);
  // the flag of a critical extension is optional
  const value = after[0] === 0x01 ? after.subarray(3) : after;
  const [octets, , utf8, length = 0] = value;
  return octets === 0x04 && utf8 === 0x0c && length < 0x80 ? value.toString('utf8', 4, 4 + length) : undefined;
}

function rightsOf(socket: TLSSocket, roles: Readonly<Record<string, Rights>>): Rights | undefined {
  const role = roleIn(socket.getPeerX509Certificate()?.raw ?? Buffer.alloc(0));
  return role !== undefined && Object.hasOwn(roles, role) ? roles[role] : undefined;
}

const refused = (controller: string, where: string, cause: Error): ScadaError =>
  new ScadaError('config', 'LAB_REFUSED', `${controller}: cannot listen on ${where}: ${cause.message}`, {
    hint: freePortsHint,
    cause,
  });

async function listening(server: Server, host: string, port: number, controller: string): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(refused(controller, `${host}:${port}`, cause)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function onLine(
  path: string,
  baudRate: number,
  controller: string,
  take: (connection: Connection) => void,
): Promise<Listener> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((cause) => (cause === null ? resolve() : reject(refused(controller, path, cause))));
  });
  take({ stream: port, client: path, rights: 'write' });
  return {
    port: 0,
    async [Symbol.asyncDispose]() {
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
