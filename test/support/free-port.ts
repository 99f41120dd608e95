import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports that `freePort` draws from. They end where Linux begins to give out ports by itself: another test that asks for any port could
 * take one of those before the server listens.
 */
const [firstPort, firstOfSystem] = [20_000, 32_768];

/** A free TCP port, for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, firstOfSystem);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
