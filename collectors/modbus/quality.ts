import { Quality } from '../../src/core/quality.ts';

const byException: Readonly<Record<number, number>> = {
  1: Quality.BadNotSupported,
  2: Quality.BadNodeIdUnknown,
  3: Quality.BadConfigurationError,
  4: Quality.BadDeviceFailure,
  5: Quality.BadResourceUnavailable,
  6: Quality.BadResourceUnavailable,
  8: Quality.BadDeviceFailure,
  10: Quality.BadNoCommunication,
  11: Quality.BadNoCommunication,
};

const meanings: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal address',
  3: 'illegal value',
  4: 'device failure',
  5: 'acknowledged, not ready',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target does not answer',
};

/** The device has accepted the request and still processes it: the answer is read later. */
export const acknowledged = 5;
/** The device is busy with another request. */
export const busy = 6;

/** Exceptions of a gateway about the unit behind it: 10 no path, 11 no answer. */
export const isOfGateway = (exception: number): boolean => exception === 10 || exception === 11;

/** Exceptions that one address, or the length, may cause: smaller requests find the cause. */
export const isSearched = (exception: number): boolean => exception === 2 || exception === 3;

/** Exceptions that persist: the configuration does not match the device. */
export const isLasting = (exception: number): boolean => exception >= 1 && exception <= 3;

/** OPC UA StatusCode of a Modbus exception, for the tags of the request. */
export const qualityOfException = (exception: number): number => byException[exception] ?? Quality.BadDeviceFailure;

export const describeException = (exception: number): string => `exception ${exception} (${meanings[exception] ?? 'unknown'})`;
