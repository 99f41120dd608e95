import compression from 'compression';
import type { Express } from 'express';

/**
 * Paths whose responses stay uncompressed: sessions, accounts and passphrases. Text that an attacker chooses must not share a
 * compressed response with a secret (BREACH). No other response contains a secret; cookies are in headers, which are not
 * compressed.
 */
const confidential = /\/api\/(door|setup|login|logout|account|users|identity|tokens|displays?)(\/|$)/;
/** Size below which compression saves less than its headers cost, bytes. */
const leastBytes = 1024;

/** Compresses HTTP responses as the browser accepts it. The websocket does not use this. */
export function compressAnswers(app: Express): void {
  app.use(
    compression({
      threshold: leastBytes,
      filter: (request, response) => !confidential.test(request.path) && compression.filter(request, response),
    }),
  );
}
