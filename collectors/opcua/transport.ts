import { ClientSecureChannelLayer } from 'node-opcua-client';
import { ClientTCP_transport, defaultClientTransportFactory, type TransportSettingsOptions } from 'node-opcua-transport';

/** The smallest buffer that the standard knows (OPC 10000-6, 7.1.2.3: 8,192; 1,024 with elliptic curves). */
const leastBuffer = 1_024;
/** What a server's answers may cost us, whatever it says. */
const mostBuffer = 16 * 1_024 * 1_024;
const mostMessage = 64 * 1_024 * 1_024;
const mostChunks = 1_000;
/** Places of the numbers in an Acknowledge message, behind its header. */
const sizesAt = { receive: 12, send: 16 } as const;
/** The library waits a minute for an answer to its first words where it is not told otherwise, and it is not always. */
const handshakeMs = 10_000;

type Received = Parameters<ClientTCP_transport['_install_one_time_message_receiver']>[0];
type Limits = Parameters<ClientTCP_transport['setLimits']>[0];

/**
 * A transport that looks at what a server acknowledges before the library does: sizes of nothing make the library fail where
 * nobody can catch it, and sizes without end make it hold as much as the server likes to send.
 */
class GuardedTransport extends ClientTCP_transport {
  override _install_one_time_message_receiver(received: Received): void {
    super._install_one_time_message_receiver((error, chunk) => {
      if (error === null && chunk !== undefined && !isSane(chunk))
        received(new Error('the server acknowledges sizes that can not be'));
      else received(error, chunk);
    });
  }

  override setLimits({ receiveBufferSize, sendBufferSize, maxMessageSize, maxChunkCount }: Limits): void {
    super.setLimits({
      receiveBufferSize: Math.min(receiveBufferSize, mostBuffer),
      sendBufferSize: Math.min(sendBufferSize, mostBuffer),
      // 0 stands for "no limit"
      maxMessageSize: Math.min(maxMessageSize || mostMessage, mostMessage),
      maxChunkCount: Math.min(maxChunkCount || mostChunks, mostChunks),
    });
  }
}

function isSane(chunk: Buffer): boolean {
  if (chunk.toString('latin1', 0, 3) !== 'ACK' || chunk.length < sizesAt.send + 4) return true;
  return Object.values(sizesAt).every((at) => chunk.readUInt32LE(at) >= leastBuffer);
}

/**
 * Makes every connection of the library a guarded one. Its own search for endpoints takes no transport from its caller, so that
 * the default has to be replaced; doing it twice changes nothing.
 */
export function guardTransports(): void {
  defaultClientTransportFactory.create = (settings?: TransportSettingsOptions) => new GuardedTransport(settings);
  ClientSecureChannelLayer.defaultTransportTimeout = handshakeMs;
}
