import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { isAbort } from '../../src/core/errors.ts';

/** Time that a client may leave a full buffer unread, ms. */
const stuckMs = 20_000;

/** Sends server-sent events as fast as the client reads them; one that does not read is disconnected. */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncIterable<string>,
  signal: AbortSignal,
  longestMs = stuckMs,
): Promise<void> {
  try {
    for await (const text of events) {
      // the first event proves that there was a place for the stream
      if (!response.headersSent) {
        // compression and proxies would hold events back
        response.writeHead(200, {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store, no-transform',
          'X-Accel-Buffering': 'no',
        });
      }
      if (!response.write(text))
        await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]) });
    }
    response.end();
  } catch (thrown) {
    if (!response.headersSent) throw thrown;
    // the client has gone, reads nothing, or the server stops
    response.destroy();
    if (!isAbort(thrown)) throw thrown;
  }
}
