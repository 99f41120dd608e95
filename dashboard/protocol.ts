/**
 * All messages between server and browser. Queries and actions use HTTP (`Api`), streams use one websocket at `/ws`
 * (`ClientMessage`, `ServerMessage`, value frames). Times are ms UTC in site time, which is plant time in the lab, unless a name
 * contains `wall`. NaN is sent as null, and null has no other meaning: parse JSON with `parseMessage`.
 *
 * A browser program that imports this file gets types of `src/core` and no Node code. Its compiler follows them to
 * `src/core/clock.ts`, so it needs Node's types (`"types": ["node"]`) or its own declarations.
 */
import type { Query } from './protocol/http.ts';
import type { ServerMessage } from './protocol/socket.ts';

export * from './protocol/http.ts';
export * from './protocol/permissions.ts';
export * from './protocol/socket.ts';
export * from './protocol/token-groups.ts';
export * from './protocol/value-frame.ts';

/** Increased with every change that is incompatible with older pages. */
export const protocolVersion = 1;

/** Version of the HTTP API: the first number changes with incompatible changes, the second one with additions. */
export const apiVersion = '1.2';

/** Subprotocol of the websocket; a page of another version must reload. */
export const subprotocol = `scadawatch.${protocolVersion}`;

/** Limits that the server enforces and a page should respect. */
export const limits = {
  watchedTags: 2000,
  tagsPerPage: 1000,
  bandTags: 200,
  historyTags: 16,
  historyPoints: 5000,
  alertsPerQuery: 1000,
  /** Longest time of which cases are returned, days. */
  caseDays: 90,
  changesPerPage: 100,
  auditPerQuery: 1000,
  journalPerQuery: 1000,
  acknowledgedAtOnce: 100,
  similarAlerts: 10,
  minorPerQuery: 200,
  minorPerIncident: 20,
  alarmLimits: 1000,
  maintenanceMinutes: 43_200,
  shelvingMinutes: 43_200,
  linesPerPage: 1000,
  linesApprovedAtOnce: 100,
  figuresPerLine: 32,
  episodesAtOnce: 1000,
  /** Longest file with decisions about episodes, characters. */
  episodeFile: 500_000,
  noteLength: 500,
  shiftNote: 2_000,
  passphraseMin: 8,
  passphraseAdvised: 15,
  passphraseMax: 256,
  /** A frame longer than this closes the websocket, bytes. */
  inboundBytes: 64 * 1024,
} as const;

/** Parses a JSON text of this protocol; null becomes NaN. */
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
