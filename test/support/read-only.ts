import { AssertionError } from 'node:assert';
import { readFile } from 'node:fs/promises';
import type { FirstRequest } from '../../simulators/lab/request-record.ts';

/** PDUs that the monitor may send, in hexadecimal: functions 1 to 4, and identity requests (43/14, 17). */
const readPdu = /^(0[1-4].{8}|11|2b0e.{4})$/;

/** Services that the monitor may request: they read, or concern only the client's own state in the server. */
const readServices: ReadonlySet<string> = new Set([
  'ActivateSession',
  'Browse',
  'BrowseNext',
  'CloseSecureChannel',
  'CloseSession',
  'CreateMonitoredItems',
  'CreateSession',
  'CreateSubscription',
  'DeleteSubscriptions',
  'GetEndpoints',
  'OpenSecureChannel',
  'Publish',
  'Read',
  'Republish',
  'TransferSubscriptions',
  'TranslateBrowsePathsToNodeIds',
]);

/** @param asked PDUs in hexadecimal @throws AssertionError that names the requests to a Modbus peer that are not reads */
export const assertReadFunctions = (peer: string, asked: readonly string[]): void =>
  assertNone(
    peer,
    [...new Set(asked)].filter((pdu) => !readPdu.test(pdu)),
  );

/**
 * @param asked names of services, undefined for none @throws AssertionError that names the requests to an OPC UA peer that are
 * not reads
 */
export const assertReadServices = (peer: string, asked: Iterable<string | undefined>): void =>
  assertNone(
    peer,
    [...new Set(asked)].filter((service) => service !== undefined).filter((service) => !readServices.has(service)),
  );

/** @param asked functions as recorded by a lab @throws AssertionError that names those that are not reads */
const assertReadOperations = (peer: string, asked: Iterable<string>): void =>
  assertNone(
    peer,
    [...asked].filter((operation) => !/^FC([1-4]|17|43\/14)$/.test(operation)),
  );

/** Operators and attackers of a lab, by address or certificate. Except on Linux they have the monitor's address. */
const actors = /^127\.0\.0\.(20|66)$|^urn:scadawatch:(operator|attacker)$/;

/**
 * Requests to the servers of a lab except those of its actors, from the record of the servers: Modbus functions and OPC UA
 * services.
 */
export async function askedOfLab(record: string): Promise<readonly FirstRequest[]> {
  const lines = (await readFile(record, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as FirstRequest).filter(({ client }) => !actors.test(client));
}

/** @throws AssertionError that names requests to a server of a lab that are not reads, except those of its actors */
export function assertReadLab(asked: readonly FirstRequest[]): void {
  const operations = (services: boolean): string[] =>
    asked.filter(({ server }) => (server === 'opcua') === services).map(({ operation }) => operation);
  assertReadServices('the OPC UA server of the lab', operations(true));
  if (process.platform === 'linux') assertReadOperations('a controller of the lab', operations(false));
}

function assertNone(peer: string, found: readonly string[]): void {
  if (found.length === 0) return;
  throw new AssertionError({
    message: `${peer} was asked for more than reads: ${found.join(', ')}`,
    actual: found,
    expected: [],
  });
}
