/**
 * Every message between server and browser. Questions and acts go over HTTP (`Api`), what flows goes over one websocket
 * at `/ws` (`ClientMessage`, `ServerMessage`, value frames). Times are ms UTC in the site's time, which is plant time in
 * the lab, unless a name says `wall`. NaN travels as null, and null means nothing else: read JSON by `parseMessage`.
 *
 * A browser program that imports this file gets types of `src/core` and no code of Node; but its compiler follows them to
 * `src/core/clock.ts`, and so needs Node's types (`"types": ["node"]`) or its own declarations of what is used there.
 */
import type { Query } from './protocol/http.ts';
import type { ServerMessage } from './protocol/socket.ts';

export * from './protocol/http.ts';
export * from './protocol/permissions.ts';
export * from './protocol/socket.ts';
export * from './protocol/value-frame.ts';

/** Raised with every change that an older page can not bear. */
export const protocolVersion = 1;

/** The subprotocol that a page asks for when it opens the websocket: a page of another version is told to reload. */
export const subprotocol = `scadawatch.${protocolVersion}`;

/** Bounds that the server enforces and a page should respect. */
export const limits = {
  watchedTags: 2000,
  tagsPerPage: 1000,
  bandTags: 200,
  historyTags: 16,
  historyPoints: 5000,
  alertsPerQuery: 1000,
  changesPerPage: 100,
  auditPerQuery: 1000,
  journalPerQuery: 1000,
  acknowledgedAtOnce: 100,
  similarAlerts: 10,
  maintenanceMinutes: 43_200,
  linesPerPage: 1000,
  linesApprovedAtOnce: 100,
  figuresPerLine: 32,
  noteLength: 500,
  passphraseMin: 8,
  passphraseAdvised: 15,
  passphraseMax: 256,
  /** A frame longer than this closes the websocket, bytes. */
  inboundBytes: 64 * 1024,
} as const;

/** Reads a JSON text of this protocol: null becomes NaN again. */
export function parseMessage<Message = ServerMessage>(text: string): Message {
  return JSON.parse(text, (_key, value: unknown) => (value === null ? Number.NaN : value)) as Message;
}

/** The query part of a route's address, with its question mark; lists repeat their key. */
export function queryText(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) search.append(key, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
