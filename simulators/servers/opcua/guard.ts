import { StatusCodes } from 'node-opcua-client';
import { type ISocketLike, ServerTCP_transport } from 'node-opcua-transport';

/** Length of a message header in bytes, and offset of the length field in it (OPC 10000-6, 7.1.2.2). */
const header = { bytes: 8, lengthAt: 4 } as const;

/**
 * The part of the library's transport that takes a socket. The library creates its server's transports itself and accepts no
 * other class.
 */
interface Installer {
  _install_socket: (this: ServerTCP_transport, socket: ISocketLike) => void;
}

let guarded = false;

/**
 * Protects the OPC UA servers of this process against invalid messages. While it handles a Hello, the library removes the
 * listeners of its packet assembler, so that a wrong length in the same segment ends the process. It also throws on messages that
 * are too short. With the guard it gets one complete message at a time, and an error of its handler closes only the connection.
 */
export function guardTransports(): void {
  if (guarded) return;
  guarded = true;
  const transports = ServerTCP_transport.prototype as unknown as Installer;
  const install = transports._install_socket;
  transports._install_socket = function installGuarded(socket) {
    install.call(this, socket);
    guard(this, socket);
  };
}

function guard(transport: ServerTCP_transport, socket: ISocketLike): void {
  const [deliver] = socket.listeners('data') as ((data: Buffer) => void)[];
  if (deliver === undefined) throw new Error('node-opcua has changed: its transport does not read from its socket');
  socket.removeListener('data', deliver);
  const isOpen = (): boolean => transport._socket === socket;
  let message = Buffer.alloc(header.bytes);
  let size = 0;
  /** Adds bytes to the message until it has `wanted` of them. Returns the offset after the last added byte. */
  const fill = (data: Buffer, at: number, wanted: number): number => {
    const end = Math.min(data.length, at + wanted - size);
    const needed = size + end - at;
    if (needed > message.length) message = Buffer.concat([message], Math.min(wanted, Math.max(needed, 2 * message.length)));
    data.copy(message, size, at, end);
    size = needed;
    return end;
  };
  const cut = (data: Buffer): void => {
    for (let at = 0; at < data.length && isOpen(); ) {
      if (size < header.bytes) at = fill(data, at, header.bytes);
      if (size < header.bytes) return;
      const length = message.readUInt32LE(header.lengthAt);
      if (length < header.bytes || length > transport.receiveBufferSize) throw new RangeError(`a message of ${length} bytes`);
      at = fill(data, at, length);
      if (size < length) return;
      const whole = message.subarray(0, length);
      message = Buffer.alloc(header.bytes);
      size = 0;
      deliver(whole);
    }
  };
  socket.on('data', (data) => {
    try {
      cut(data);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const status = error instanceof RangeError ? StatusCodes.BadTcpMessageTooLarge : StatusCodes.BadTcpInternalError;
      if (isOpen()) transport.sendErrorMessage(status, error.message);
      transport.prematureTerminate(error, status);
    }
  });
}
