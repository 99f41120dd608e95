import { StatusCodes } from 'node-opcua-client';
import {
  ClientTCP_transport,
  type IClientTransportFactory,
  type ISocketLike,
  type TransportSettingsOptions,
} from 'node-opcua-transport';
import { BadLength, MessageCutter } from './cutter.ts';
import { type RequestQueue, never } from './request-queue.ts';

/** Smallest buffer of the standard (OPC 10000-6, 7.1.2.3: 8,192; 1,024 with elliptic curves). */
const leastBuffer = 1_024;
/** Limits on the size of a server's answers, whatever it announces. */
const mostBuffer = 16 * 1_024 * 1_024;
const mostMessage = 64 * 1_024 * 1_024;
const mostChunks = 1_000;
/** Offsets of the sizes in an Acknowledge message. */
const sizesAt = { receive: 12, send: 16 } as const;

type Received = Parameters<ClientTCP_transport['_install_one_time_message_receiver']>[0];
type Connected = Parameters<ClientTCP_transport['connect']>[1];
type Limits = Parameters<ClientTCP_transport['setLimits']>[0];

/**
 * Transport that validates messages before the library handles them. The library throws uncaught on acknowledged sizes of 0, and
 * buffers without bound if the server states none. While it handles an Acknowledge it removes the listeners of its packet
 * assembler, so that a wrong length in the same segment would end the process. Therefore the library gets one complete message at
 * a time, and an error of its handler closes the connection. The closing of the channel is queued. A silent connection is no
 * error: every request has a deadline.
 */
class GuardedTransport extends ClientTCP_transport {
  readonly #requests: RequestQueue;
  /** Settles when the end of the channel has been sent; undefined until it is queued. */
  #ended: Promise<void> | undefined;

  constructor(requests: RequestQueue, settings?: TransportSettingsOptions) {
    super(settings);
    this.#requests = requests;
  }

  protected override _install_socket(socket: ISocketLike): void {
    super._install_socket(socket);
    const [deliver] = socket.listeners('data') as ((data: Buffer) => void)[];
    if (deliver === undefined) throw new Error('node-opcua has changed: its transport does not read from its socket');
    socket.removeListener('data', deliver);
    const cutter = new MessageCutter();
    socket.on('data', (data) => {
      // the library drops its socket first and closes it later
      if (this._socket !== socket) return;
      try {
        cutter.feed(
          data,
          () => this.receiveBufferSize,
          (message) => {
            if (this._socket === socket) deliver(message);
          },
        );
      } catch (thrown) {
        const status = thrown instanceof BadLength ? StatusCodes.BadTcpMessageTooLarge : StatusCodes.BadTcpInternalError;
        this.prematureTerminate(thrown instanceof Error ? thrown : new Error(String(thrown)), status);
      }
    });
  }

  override connect(endpointUrl: string, connected: Connected): void {
    super.connect(endpointUrl, (error) => {
      // the library would close a connection that is idle for as long as its opening may take
      if (!error) this._socket?.setTimeout(0);
      connected(error);
    });
  }

  /** The library sends CloseSecureChannel last: no message of that channel can follow. */
  override write(...[chunk, written]: Parameters<ClientTCP_transport['write']>): void {
    const send = (): void => super.write(chunk, written);
    if (chunk.toString('latin1', 0, 3) !== 'CLO') send();
    else {
      const end = async (): Promise<void> => {
        if (this.isValid()) send();
      };
      this.#ended = this.#requests.run(end, never);
    }
  }

  override disconnect(...[done]: Parameters<ClientTCP_transport['disconnect']>): void {
    const end = (): void => super.disconnect(done);
    if (this.#ended === undefined) end();
    // the library would wait too briefly
    else void this.#ended.finally(end);
  }

  override _install_one_time_message_receiver(received: Received): void {
    super._install_one_time_message_receiver((error, chunk) => {
      if (error === null && chunk !== undefined && !isSane(chunk))
        received(new Error('the server acknowledges sizes that cannot be'));
      else received(error, chunk);
    });
  }

  override setLimits({ receiveBufferSize, sendBufferSize, maxMessageSize, maxChunkCount }: Limits): void {
    super.setLimits({
      receiveBufferSize: Math.min(receiveBufferSize, mostBuffer),
      sendBufferSize: Math.min(sendBufferSize, mostBuffer),
      // 0 means "no limit"
      maxMessageSize: Math.min(maxMessageSize || mostMessage, mostMessage),
      maxChunkCount: Math.min(maxChunkCount || mostChunks, mostChunks),
    });
  }
}

function isSane(chunk: Buffer): boolean {
  if (chunk.toString('latin1', 0, 3) !== 'ACK' || chunk.length < sizesAt.send + 4) return true;
  return Object.values(sizesAt).every((at) => chunk.readUInt32LE(at) >= leastBuffer);
}

/** Creates the transports of one client. @param requests queue for the end of its channel */
export const guardedTransports = (requests: RequestQueue): IClientTransportFactory => ({
  create: (settings) => new GuardedTransport(requests, settings),
});
