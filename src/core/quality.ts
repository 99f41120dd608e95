/**
 * Quality of a sample: an OPC UA StatusCode (OPC 10000-4, 7.39). The two highest bits are the severity. Modbus results are mapped
 * to the same codes, so that all protocols share one column.
 */
export const Quality = {
  Good: 0x00000000,
  Uncertain: 0x40000000,
  /**
   * A good value whose impossible source time was replaced by its receive time. OPC UA has no code for this: it is `Uncertain`
   * with the info bits of a data value, which no server needs to set.
   */
  UncertainTimestamp: 0x40000400,
  /** A value of a simulated plant for a time at which nothing was collected. */
  UncertainSimulatedValue: 0x42090000,
  UncertainNoCommunicationLastUsableValue: 0x408f0000,
  UncertainEngineeringUnitsExceeded: 0x40940000,
  BadResourceUnavailable: 0x80040000,
  BadCommunicationError: 0x80050000,
  BadTimeout: 0x800a0000,
  BadNoCommunication: 0x80310000,
  BadWaitingForInitialData: 0x80320000,
  BadNodeIdUnknown: 0x80340000,
  BadNotSupported: 0x803d0000,
  BadTypeMismatch: 0x80740000,
  BadConfigurationError: 0x80890000,
  BadNotConnected: 0x808a0000,
  BadDeviceFailure: 0x808b0000,
  BadSensorFailure: 0x808c0000,
  BadOutOfService: 0x808d0000,
} as const;

const names = new Map<number, string>(Object.entries(Quality).map(([name, code]) => [code, name]));

export const isGood = (quality: number): boolean => quality >>> 30 === 0;
export const isUncertain = (quality: number): boolean => quality >>> 30 === 1;
export const isBad = (quality: number): boolean => quality >>> 31 === 1;

export const isSimulated = (quality: number): boolean => quality >>> 16 === Quality.UncertainSimulatedValue >>> 16;

/** True for a value that can be judged: it is good, or only its time is uncertain. */
export const isUsable = (quality: number): boolean => isGood(quality) || quality === Quality.UncertainTimestamp;

const unanswered: ReadonlySet<number> = new Set([
  Quality.UncertainNoCommunicationLastUsableValue,
  Quality.BadCommunicationError,
  Quality.BadTimeout,
  Quality.BadNoCommunication,
  Quality.BadWaitingForInitialData,
  Quality.BadNotConnected,
]);

/** True for a quality that a device may have without answering. */
export const isUnanswered = (quality: number): boolean => unanswered.has(quality);

/** The name of a StatusCode that this project uses, otherwise its hexadecimal form. */
export function qualityName(quality: number): string {
  const code = quality >>> 0;
  return names.get(code) ?? names.get((code & 0xffff0000) >>> 0) ?? `0x${code.toString(16).padStart(8, '0')}`;
}
