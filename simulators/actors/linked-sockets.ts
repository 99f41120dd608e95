import type { Socket } from 'node:net';

/** Pairs of connections of a relay: the end of one connection ends the other. */
export class LinkedSockets implements Disposable {
  readonly #sockets = new Set<Socket>();

  link(one: Socket, other: Socket): void {
    for (const [socket, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        peer.destroy();
      });
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
