import type { OPCUAClientBase } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';

/** Maximum wait for the library to close a lost connection, ms: it may never finish. */
const patienceMs = 10_000;

/** Closes session, channel and connection, or abandons them if that takes too long. */
export async function leave(client: OPCUAClientBase): Promise<void> {
  const gone = new AbortController();
  const patience = systemClock.sleep(patienceMs, gone.signal).catch(() => {});
  try {
    await Promise.race([client.disconnect(), patience]);
  } finally {
    gone.abort();
  }
}
