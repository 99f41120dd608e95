import type { OPCUAClientBase } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';

/** The library may never be done with ending a connection that is gone: the next one must not wait for it. */
const patienceMs = 10_000;

/** Ends session, channel and connection, or leaves them behind if that takes too long. */
export async function leave(client: OPCUAClientBase): Promise<void> {
  const gone = new AbortController();
  const patience = systemClock.sleep(patienceMs, gone.signal).catch(() => {});
  try {
    await Promise.race([client.disconnect(), patience]);
  } finally {
    gone.abort();
  }
}
