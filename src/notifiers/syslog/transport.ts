import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ScadaError } from '../../core/errors.ts';
import { checkAddress, readTlsFiles } from '../../notifier-kit/receiver.ts';
import { portOf, type SyslogConfig } from './config.ts';

/** Largest datagram of UDP over IPv4, bytes. */
const largestDatagram = 65_507;

/**
 * Sends messages in their order.
 *
 * TCP and TLS use one connection for each call, and end it after the last message. Syslog has no acknowledgement, but a receiver that
 * has read everything closes its side of an ended connection. The call resolves only then, so a message counts as sent when it was read.
 * A receiver that closes before the last message was passed on, or resets the connection, may not have read everything.
 * @throws ScadaError `retryable` if the receiver cannot be reached or has not confirmed; the same messages are then sent again
 */
export async function send(messages: readonly string[], config: SyslogConfig, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(config.timeoutMs);
  const stop = AbortSignal.any([signal, timeout]);
  try {
    await checkAddress(nameOf(config), config.host, config.allowLinkLocal);
    await (config.transport === 'udp' ? sendDatagrams(messages, config) : sendStream(messages, config, stop));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ScadaError) throw cause;
    const reason = timeout.aborted
      ? `it has not confirmed within ${config.timeoutMs} ms by closing the connection`
      : (cause as Error).message;
    throw failed(
      config,
      'retryable',
      reason,
      'see that the receiver runs, and that its address and certificate are right',
      cause,
    );
  }
}

async function sendStream(messages: readonly string[], config: SyslogConfig, signal: AbortSignal): Promise<void> {
  const socket = await open(config);
  const closed = Promise.withResolvers<void>();
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  // `end` comes with the close of the receiver; without it the connection was cut
  let isPassedOn = false;
  let confirmed = false;
  socket.once('end', () => {
    confirmed = isPassedOn;
  });
  // a receiver that ends a TLS session because of an error sends its end as well, and then resets the connection with unread data
  socket.once('error', closed.reject);
  socket.once('close', () => {
    if (confirmed) closed.resolve();
    else closed.reject(new Error('the connection was cut before the receiver confirmed'));
  });
  socket.resume();
  socket.once(config.transport === 'tls' ? 'secureConnect' : 'connect', () => {
    socket.write(framed(messages), () => {
      isPassedOn = true;
    });
    socket.end();
  });
  try {
    if (signal.aborted) abort();
    await closed.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/** Octet counting of RFC 6587 and RFC 5425: the number of bytes, a space, the message. */
function framed(messages: readonly string[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const bytes = Buffer.from(message);
      return [Buffer.from(`${bytes.length} `), bytes];
    }),
  );
}

async function open(config: SyslogConfig): Promise<Socket> {
  const { host, transport, serverName = host } = config;
  const port = portOf(config);
  if (transport === 'tcp') return connectTcp({ host, port });
  return connectTls({
    host,
    port,
    // an address is no name for the extension, but is compared with the certificate
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    minVersion: 'TLSv1.2',
    ...(await readTlsFiles(config)),
  });
}

async function sendDatagrams(messages: readonly string[], config: SyslogConfig): Promise<void> {
  const { host } = config;
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      const bytes = Buffer.from(message);
      if (bytes.length > largestDatagram)
        throw failed(config, 'fatal', `a message of ${bytes.length} bytes does not fit into a datagram`, 'use tcp or tls');
      await new Promise<void>((resolve, reject) =>
        socket.send(bytes, portOf(config), host, (error) => (error === null ? resolve() : reject(error))),
      );
    }
  } finally {
    socket.close();
  }
}

const nameOf = (config: SyslogConfig): string => `syslog ${config.transport}://${config.host}:${portOf(config)}`;

function failed(config: SyslogConfig, kind: 'retryable' | 'fatal', reason: string, hint: string, cause?: unknown): ScadaError {
  return new ScadaError(kind, 'NOTIFY_FAILED', `${nameOf(config)}: ${reason}`, { hint, cause });
}
