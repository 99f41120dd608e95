import fc from 'fast-check';
import { DataType, DataValue, StatusCodes, Variant, VariantArrayType } from 'node-opcua-client';
import { describe, expect, it } from 'vitest';
import { Quality } from '../../../src/core/quality.ts';
import type { TagKind } from '../../../src/core/tag.ts';
import { emptyReading, readDataValue } from './value.ts';

function read(value: unknown, dataType: DataType, kind: TagKind = 'analog', statusCode = StatusCodes.Good) {
  const reading = emptyReading();
  readDataValue(
    new DataValue({ value: new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }), statusCode }),
    kind,
    reading,
  );
  return reading;
}

const pair = (integer: bigint): number[] => [Number(BigInt.asUintN(64, integer) >> 32n), Number(BigInt.asUintN(32, integer))];

describe('a value of OPC UA', () => {
  it.each([
    [true, DataType.Boolean, 1],
    [false, DataType.Boolean, 0],
    [-7, DataType.Int16, -7],
    [4_000_000_000, DataType.UInt32, 4_000_000_000],
    [1.5, DataType.Float, 1.5],
    [-2.25, DataType.Double, -2.25],
  ])('%s is a number', (value, dataType, expected) => {
    expect(read(value, dataType)).toMatchObject({ value: expected, text: undefined, quality: Quality.Good });
  });

  it('is exact up to 2⁵³, and keeps its digits as text beyond, for signed and unsigned 64-bit integers', () => {
    const check = (integer: bigint, dataType: DataType): void => {
      const { value, text, quality } = read(pair(integer), dataType, 'counter');
      expect(quality).toBe(Quality.Good);
      expect(value).toBe(Number(integer));
      expect(text).toBe(Number.isSafeInteger(Number(integer)) ? undefined : integer.toString());
    };
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => check(integer, DataType.Int64)),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (integer) => check(integer, DataType.UInt64)),
      { seed: 2 },
    );
    for (const edge of [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n) + 1n, -1n, 0n]) check(edge, DataType.Int64);
  });

  it.each([
    ['B-17', DataType.String, 'B-17'],
    [new Date(0), DataType.DateTime, '1970-01-01T00:00:00.000Z'],
    [Buffer.from([1, 2]), DataType.ByteString, 'AQI='],
    [42, DataType.Int32, '42'],
    [{ locale: 'en', text: 'running' }, DataType.LocalizedText, 'running'],
  ])('%s is a text for a text tag', (value, dataType, expected) => {
    expect(read(value, dataType, 'text')).toMatchObject({ text: expected, quality: Quality.Good });
  });

  it('is never a wrong value with a good quality', () => {
    expect(read('17', DataType.String)).toMatchObject({ value: Number.NaN, text: undefined, quality: Quality.BadTypeMismatch });
    expect(read(Number.NaN, DataType.Double).quality).toBe(Quality.BadSensorFailure);
    expect(read(Number.POSITIVE_INFINITY, DataType.Double).quality).toBe(Quality.BadSensorFailure);
    const list = emptyReading();
    const value = new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: new Float64Array([1, 2]) });
    readDataValue(new DataValue({ value }), 'analog', list);
    expect(list).toMatchObject({ value: Number.NaN, quality: Quality.BadTypeMismatch });
    const nothing = emptyReading();
    readDataValue(new DataValue({ statusCode: StatusCodes.Good }), 'analog', nothing);
    expect(nothing.quality).toBe(Quality.BadTypeMismatch);
  });

  it('keeps the server’s own quality, and the value that came with it', () => {
    expect(read(3, DataType.Double, 'analog', StatusCodes.BadSensorFailure)).toMatchObject({
      value: 3,
      quality: Quality.BadSensorFailure,
    });
    expect(read('x', DataType.String, 'analog', StatusCodes.UncertainInitialValue).quality).toBe(
      StatusCodes.UncertainInitialValue.value,
    );
  });

  it('has no source time if the server sends none, or the start of its time range', () => {
    const reading = emptyReading();
    readDataValue(new DataValue({ value: { dataType: DataType.Double, value: 1 } }), 'analog', reading);
    expect(reading.sourceTime).toBeNaN();
    readDataValue(
      new DataValue({ value: { dataType: DataType.Double, value: 1 }, sourceTimestamp: new Date(Date.UTC(1601, 0, 1)) }),
      'analog',
      reading,
    );
    expect(reading.sourceTime).toBeNaN();
  });
});

describe('an unbounded value', () => {
  it('is not accepted as text, and uses no memory', () => {
    for (const [value, dataType] of [
      ['x'.repeat(1_025), DataType.String],
      [Buffer.alloc(100_000), DataType.ByteString],
    ] as const) {
      expect(read(value, dataType, 'text')).toMatchObject({ text: undefined, value: Number.NaN, quality: 0x80080000 });
    }
    expect(read('x'.repeat(1_024), DataType.String, 'text').quality).toBe(Quality.Good);
  });

  it('is not a time if it is outside of the calendar, or the end of OPC UA’s time range', () => {
    expect(read(new Date(Number.NaN), DataType.DateTime, 'text').quality).toBe(Quality.BadTypeMismatch);
    const reading = emptyReading();
    const sourceTimestamp = new Date(Date.UTC(9999, 11, 31));
    readDataValue(new DataValue({ value: { dataType: DataType.Double, value: 1 }, sourceTimestamp }), 'analog', reading);
    expect(reading.sourceTime).toBeNaN();
  });
});
