import { type DataValue, DataType, VariantArrayType } from 'node-opcua-client';
import { isGood, Quality } from '../../../src/core/quality.ts';
import type { TagKind } from '../../../src/core/tag.ts';

/** Contents of a DataValue, reused for each sample. */
export interface Reading {
  /** NaN if there is no number. */
  value: number;
  /** Set for strings; for integers beyond 2⁵³ their exact digits, while `value` is the nearest double. */
  text: string | undefined;
  quality: number;
  /** ms UTC; NaN if the server sent none. */
  sourceTime: number;
}

export const emptyReading = (): Reading => ({ value: Number.NaN, text: undefined, quality: 0, sourceTime: Number.NaN });

/** A longer text is not a state, and a few of them would fill the memory. */
const longestText = 1_024;
/** BadEncodingLimitsExceeded */
const tooLong = 0x80080000;

/** Servers without a time send the start of OPC UA's time range, 1601-01-01, or its end, 9999-12-31. */
const firstTime = Date.UTC(1601, 0, 2);
const lastTime = Date.UTC(9999, 0, 1);

/**
 * Reads a DataValue for a tag of the given kind. The server's StatusCode is kept unchanged. If it is Good but the value cannot
 * belong to the tag (an array, a structure, NaN, a text for a number, a text without bound), the quality expresses it: a wrong
 * value never has quality Good.
 */
export function readDataValue(dataValue: DataValue, kind: TagKind, into: Reading): void {
  const time = dataValue.sourceTimestamp?.getTime() ?? Number.NaN;
  into.sourceTime = time > firstTime && time < lastTime ? time : Number.NaN;
  into.quality = dataValue.statusCode.value >>> 0;
  into.value = Number.NaN;
  into.text = undefined;
  const variant = dataValue.value;
  const scalar: unknown = variant?.arrayType === VariantArrayType.Scalar ? variant.value : undefined;
  if (scalar === undefined || scalar === null || (scalar instanceof Date && Number.isNaN(scalar.getTime()))) {
    if (isGood(into.quality)) into.quality = Quality.BadTypeMismatch;
    return;
  }
  decode(scalar, variant.dataType, into);
  if (kind === 'text') {
    into.text ??= String(into.value);
    if (into.text.length > longestText) {
      into.text = undefined;
      if (isGood(into.quality)) into.quality = tooLong;
    }
  } else if (isGood(into.quality) && into.text === undefined && !Number.isFinite(into.value))
    into.quality = Quality.BadSensorFailure;
  else if (into.text !== undefined && !isInteger64(variant.dataType)) {
    into.text = undefined;
    if (isGood(into.quality)) into.quality = Quality.BadTypeMismatch;
  }
}

const isInteger64 = (dataType: DataType): boolean => dataType === DataType.Int64 || dataType === DataType.UInt64;

function decode(scalar: unknown, dataType: DataType, into: Reading): void {
  if (isInteger64(dataType) && Array.isArray(scalar)) {
    const whole = (BigInt(Number(scalar[0]) >>> 0) << 32n) | BigInt(Number(scalar[1]) >>> 0);
    const integer = dataType === DataType.Int64 ? BigInt.asIntN(64, whole) : whole;
    const number = Number(integer);
    into.value = number;
    if (!Number.isSafeInteger(number)) into.text = integer.toString();
  } else if (typeof scalar === 'number') into.value = scalar;
  else if (typeof scalar === 'boolean') into.value = scalar ? 1 : 0;
  else into.text = textOf(scalar);
}

function textOf(scalar: unknown): string {
  if (typeof scalar === 'string') return scalar;
  if (scalar instanceof Date) return scalar.toISOString();
  if (Buffer.isBuffer(scalar)) return scalar.subarray(0, longestText).toString('base64');
  // A LocalizedText is its text; other types (NodeId, QualifiedName, StatusCode) have a text form of their own.
  if (typeof scalar === 'object' && scalar !== null && 'text' in scalar && typeof scalar.text === 'string') return scalar.text;
  return String(scalar);
}
