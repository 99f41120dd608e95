import compression from 'compression';
import type { Express } from 'express';

/**
 * Answers about sessions, accounts and passphrases stay uncompressed: text that an attacker chooses must not share a compressed answer with
 * anything secret (BREACH). No other answer holds a secret; cookies travel in headers, which are not compressed.
 */
const confidential = /\/api\/(door|setup|login|logout|account|users)(\/|$)/;
/** Below this the headers cost more than what is saved. */
const leastBytes = 1024;

/** Compresses answers over HTTP as the browser accepts it. The websocket does not pass here. */
export function compressAnswers(app: Express): void {
  app.use(
    compression({
      threshold: leastBytes,
      filter: (request, response) => !confidential.test(request.path) && compression.filter(request, response),
    }),
  );
}
