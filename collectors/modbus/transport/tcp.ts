import { Socket } from 'node:net';
import { type Opening, opened, unreachable } from './opening.ts';

/** Host and port of a device on a network. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a TCP connection. Not through the library, whose sockets lose resets and have no deadline.
 * @throws ScadaError DEVICE_UNREACHABLE
 */
export async function openSocket({ host, port }: Endpoint, opening: Opening): Promise<Socket> {
  const socket = new Socket();
  socket.setNoDelay(true);
  socket.connect({ host, port });
  return await opened(socket, 'connect', opening, (cause) => unreachable(`${host}:${port}`, cause));
}
