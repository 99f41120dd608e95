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

/** Exceptions that say "later": 5 acknowledge, 6 busy. */
export const isBusy = (exception: number): boolean => exception === 5 || exception === 6;

/** Exceptions that will not pass by themselves: the configuration and the device do not fit. */
export const isLasting = (exception: number): boolean => exception >= 1 && exception <= 3;

/** The OPC UA StatusCode that a Modbus exception means for the tags of the request. */
export const qualityOfException = (exception: number): number => byException[exception] ?? Quality.BadDeviceFailure;

export const describeException = (exception: number): string => `exception ${exception} (${meanings[exception] ?? 'unknown'})`;
