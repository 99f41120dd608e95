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
export const apiVersion = '1.26';

/** Subprotocol of the websocket; a page of another version must reload. */
export const subprotocol = `scadawatch.${protocolVersion}`;

/** Limits that the server enforces and a page should respect. */
export const limits = {
  watchedTags: 2000,
  tagsPerPage: 5000,
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
  changedSettings: 100,
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
  /** Longest hint of an instructor: every page shows it in one notice. */
  hintLength: 300,
  passphraseMin: 8,
  passphraseAdvised: 15,
  passphraseMax: 256,
  /** A frame longer than this closes the websocket, bytes. */
  inboundBytes: 64 * 1024,
} as const;

/** Parses a JSON text of this protocol; null becomes NaN. */
export function parseMessage<Message = ServerMessage>(text: string): Message {
  const parsed: unknown = JSON.parse(text);
  return (text.includes('null') ? withoutNulls(parsed) : parsed) as Message;
}

/** Replaces nulls in place: the reviver of `JSON.parse` takes several times as long, which a list of thousands of tags shows. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (typeof value !== 'object') return value;
  const entries = value as Record<string, unknown>;
  for (const key of Object.keys(entries)) {
    const item = entries[key];
    if (typeof item === 'object') entries[key] = withoutNulls(item);
  }
  return value;
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
