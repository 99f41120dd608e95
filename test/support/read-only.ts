import { AssertionError } from 'node:assert';

/** PDUs that the monitor may send, in hexadecimal: functions 1 to 4, and what a device tells of itself (43/14, 17). */
const readPdu = /^(0[1-4].{8}|11|2b0e.{4})$/;

/** Services that the monitor may ask for: they read, or are about what a server keeps for us and leave its nodes alone. */
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

/** @param asked PDUs in hexadecimal @throws AssertionError that names what a Modbus peer was asked beyond reads */
export const assertReadFunctions = (peer: string, asked: readonly string[]): void =>
  assertNone(
    peer,
    [...new Set(asked)].filter((pdu) => !readPdu.test(pdu)),
  );

/** @param asked names of services, undefined for none @throws AssertionError that names what an OPC UA peer was asked beyond reads */
export const assertReadServices = (peer: string, asked: Iterable<string | undefined>): void =>
  assertNone(
    peer,
    [...new Set(asked)].filter((service) => service !== undefined).filter((service) => !readServices.has(service)),
  );

/** @param asked functions as a tap names them @throws AssertionError that names those that are no reads */
export const assertReadOperations = (peer: string, asked: Iterable<string>): void =>
  assertNone(
    peer,
    [...asked].filter((operation) => !/^FC([1-4]|17|43\/14)$/.test(operation)),
  );

function assertNone(peer: string, found: readonly string[]): void {
  if (found.length === 0) return;
  throw new AssertionError({
    message: `${peer} was asked for more than reads: ${found.join(', ')}`,
    actual: found,
    expected: [],
  });
}
