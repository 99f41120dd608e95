import { once } from 'node:events';
import { connect } from 'node:net';
import { vi } from 'vitest';

/** Waits until a program that was started accepts connections on a port of this machine. */
export async function listening(port: number, host = '127.0.0.1'): Promise<void> {
  await vi.waitFor(
    async () => {
      const socket = connect(port, host);
      try {
        await once(socket, 'connect');
      } finally {
        socket.destroy();
      }
    },
    { timeout: 30_000, interval: 50 },
  );
}
