import fc from 'fast-check';
import { DataType, DataValue, StatusCode, StatusCodes } from 'node-opcua-client';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/core/batch.ts';
import { Quality } from '../../../src/core/quality.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { opcuaDevice, opcuaTag } from '../../../test/support/opcua.ts';
import { type Change, SampleHold } from './hold.ts';

const start = Date.UTC(2026, 0, 1);
const publishingMs = 500;

const change = (
  clientHandle: number,
  value: number,
  sourceTime: number | undefined,
  statusCode: StatusCode = StatusCodes.Good,
): Change => ({
  clientHandle,
  value: new DataValue({
    value: { dataType: DataType.Double, value },
    statusCode,
    ...(sourceTime === undefined ? {} : { sourceTimestamp: new Date(sourceTime) }),
  }),
});

const text = (clientHandle: number, value: string, sourceTime: number): Change => ({
  clientHandle,
  value: new DataValue({ value: { dataType: DataType.String, value }, sourceTimestamp: new Date(sourceTime) }),
});

function open(...scanMs: number[]): SampleHold {
  const tags = new TagTable(scanMs.map((ms, i) => opcuaTag(`T${i}`, { scanMs: ms, kind: i === 3 ? 'text' : 'analog' })));
  const hold = new SampleHold({ device: opcuaDevice, tags, dataDir: '', devices: [] });
  hold.restart(start);
  return hold;
}

const rows = (batch: Batch | undefined) =>
  Array.from({ length: batch?.length ?? 0 }, (_, row) => ({
    tag: batch?.tag[row] as number,
    value: batch?.value[row] as number,
    quality: batch?.quality[row] as number,
    source: (batch?.sourceTime[row] as number) - start,
    received: (batch?.receiveTime[row] as number) - start,
    text: batch?.texts.get(row),
  }));

describe('sample and hold', () => {
  it('reports waiting tags until the server has sent a value', () => {
    const hold = open(1000);
    expect(hold.report([], start + 1400, publishingMs, [0])).toBeUndefined();
    expect(rows(hold.report([], start + 1500, publishingMs, [0]))).toMatchObject([
      { quality: Quality.BadWaitingForInitialData, source: 1000 },
    ]);
  });

  it('reports each new built-in type of a tag’s values once, across sessions', () => {
    const hold = open(1000, 1000);
    const typed = (clientHandle: number, dataType: DataType, value: unknown): Change => ({
      clientHandle,
      value: new DataValue({ value: { dataType, value } }),
    });
    const after = (...changes: Change[]) => {
      hold.report(changes, start + 100, publishingMs, []);
      return hold.takeTypeChanges();
    };
    expect(after(typed(0, DataType.Double, 1.5), typed(1, DataType.Boolean, true), typed(0, DataType.Null, null))).toEqual([]);
    hold.restart(start + 50);
    expect(after(typed(0, DataType.String, '1.5'), typed(1, DataType.Boolean, false))).toEqual([
      { position: 0, before: 'Double', after: 'String' },
    ]);
    expect(after(typed(0, DataType.Double, 1), typed(0, DataType.String, 'x'), typed(0, DataType.Double, 2))).toEqual([]);
    expect(after(typed(0, DataType.Int32, 1))).toEqual([{ position: 0, before: 'Double', after: 'Int32' }]);
  });

  it('learns no delay from values that waited while there was no connection', () => {
    const hold = open(1000);
    hold.report([change(0, 1, start)], start + 20, publishingMs, [0]);
    hold.report([change(0, 2, start + 100)], start + 130, publishingMs, [0]);
    hold.restart(start + 30_000);
    hold.report([change(0, 3, start + 5_000)], start + 30_000, publishingMs, [0], true);
    hold.report([change(0, 4, start + 9_000)], start + 30_000, publishingMs, [0], true);
    expect(rows(hold.report([], start + 31_600, publishingMs, [0]))).toMatchObject([{ value: 4, source: 31_000 }]);
  });

  it('counts values once that a successor session reports again, and continues with new ones', () => {
    const hold = open(1000);
    hold.report([change(0, 1, start + 100), change(0, 2, start + 200)], start + 250, publishingMs, [0]);
    hold.takeOver();
    const again = [change(0, 1, start + 100), change(0, 2, start + 200), change(0, 3, start + 300), change(0, 4, start + 400)];
    expect(rows(hold.report(again, start + 450, publishingMs, [0]))).toMatchObject([
      { value: 3, source: 300 },
      { value: 4, source: 400 },
    ]);
    // later, a time that decreases is evidence again
    expect(rows(hold.report([change(0, 5, start + 50)], start + 500, publishingMs, [0]))).toMatchObject([
      { value: 5, source: 50 },
    ]);
  });

  it('repeats a constant value once in its scan period, after the grace that lets a change arrive first', () => {
    const hold = open(1000);
    hold.report([change(0, 7, start + 100)], start + 200, publishingMs, [0]);
    const seen = [];
    for (let at = 700; at <= 4200; at += 500) seen.push(...rows(hold.report([], start + at, publishingMs, [0])));
    expect(seen.map(({ value, source, received }) => [value, source, received])).toEqual([
      [7, 1200, 1700],
      [7, 2200, 2700],
      [7, 3200, 3700],
    ]);
  });

  it('fills the periods before a late change: the value was constant until then', () => {
    const hold = open(1000);
    hold.report([change(0, 1, start)], start + 100, publishingMs, [0]);
    const got = rows(hold.report([change(0, 2, start + 4200), change(0, 3, start + 4900)], start + 5000, publishingMs, [0]));
    expect(got.map(({ value, source }) => [value, source])).toEqual([
      [1, 1000],
      [1, 2000],
      [1, 3000],
      [2, 4200],
      [3, 4900],
    ]);
  });

  it('repeats nothing of a tag that changes in every period', () => {
    const hold = open(1000);
    for (let second = 1; second < 10; second++) {
      const at = start + second * 1000;
      expect(rows(hold.report([change(0, second, at)], at + 300, publishingMs, [0]))).toHaveLength(1);
      expect(hold.report([], at + 800, publishingMs, [0])).toBeUndefined();
    }
  });

  it('holds in the server’s time if that differs from the local time', () => {
    const hold = open(1000);
    const behind = 3_600_000;
    hold.report([change(0, 1, start - behind)], start + 100, publishingMs, [0]);
    hold.report([change(0, 2, start + 1000 - behind)], start + 1100, publishingMs, [0]);
    const [held] = rows(hold.report([], start + 2600, publishingMs, [0]));
    expect(held).toMatchObject({ value: 2, source: 2000 - behind, received: 2600 });
  });

  it('uses a constant’s old source time once, and samples it from then on', () => {
    const hold = open(1000);
    const old = start - 86_400_000;
    expect(rows(hold.report([change(0, 5, old)], start + 100, publishingMs, [0]))).toMatchObject([{ source: old - start }]);
    expect(rows(hold.report([], start + 1600, publishingMs, [0]))).toMatchObject([{ source: 1100 }]);
    // a new session reports the same again: that is no late sample
    hold.restart(start + 5000);
    expect(rows(hold.report([change(0, 5, old)], start + 5100, publishingMs, [0]))).toMatchObject([{ value: 5, source: 5100 }]);
  });

  it('keeps a decreasing time: it is evidence', () => {
    const hold = open(1000);
    hold.report([change(0, 1, start + 5000)], start + 5100, publishingMs, [0]);
    expect(rows(hold.report([change(0, 2, start + 4000)], start + 5600, publishingMs, [0]))).toMatchObject([
      { value: 2, source: 4000 },
    ]);
  });

  it('gives a change without source time its time of arrival', () => {
    const hold = open(1000);
    expect(rows(hold.report([change(0, 1, undefined)], start + 300, publishingMs, [0]))).toMatchObject([{ source: 300 }]);
  });

  it('holds a failed tag under its quality, and a text under its code', () => {
    const hold = open(1000, 1000, 1000, 1000);
    hold.fail(1, Quality.BadNodeIdUnknown, start);
    const first = rows(hold.report([text(3, 'auto', start)], start + 600, publishingMs, [0, 1, 2, 3]));
    const held = rows(hold.report([], start + 2200, publishingMs, [0, 1, 2, 3]));
    expect(first.find(({ tag }) => tag === 1)).toMatchObject({ value: Number.NaN, quality: Quality.BadNodeIdUnknown });
    expect(held.filter(({ tag }) => tag === 1).every(({ quality }) => quality === Quality.BadNodeIdUnknown)).toBe(true);
    expect(held.find(({ tag }) => tag === 3)).toMatchObject({ text: 'auto', value: 0, quality: Quality.Good });
    expect(rows(hold.report([text(3, 'manual', start + 2300)], start + 2400, publishingMs, [0, 1, 2, 3]))).toMatchObject([
      { text: 'manual', value: 1 },
    ]);
    hold.restart(start + 3000);
    expect(rows(hold.report([text(3, 'auto', start + 3000)], start + 3100, publishingMs, [0, 1, 2, 3]))).toMatchObject([
      { text: 'auto', value: 0 },
    ]);
  });

  it('counts overflowed queues, ignores unknown handles, and bounds the samples filled in', () => {
    const hold = open(1000);
    const overflowed = StatusCode.makeStatusCode(StatusCodes.Good, 'InfoTypeDataValue | Overflow');
    hold.report([change(0, 1, start, overflowed)], start + 100, publishingMs, [0]);
    expect(hold.takeOverflows()).toBe(1);
    expect(hold.takeOverflows()).toBe(0);
    expect(rows(hold.report([change(17, 1, start)], start + 200, publishingMs, [0]))).toEqual([]);
    expect(rows(hold.report([], start + 3_600_000, publishingMs, [0]))).toHaveLength(64);
  });

  it('yields polled values as they arrive, and missed ones as uncertain', () => {
    const hold = open(1000, 1000);
    hold.poll([change(0, 1, start + 50), change(1, 2, start + 50)], [], start + 100);
    expect(rows(hold.poll([change(0, 1, start + 50), change(1, 3, start + 1050)], [], start + 1100))).toMatchObject([
      { value: 1, source: 1100 },
      { value: 3, source: 1050 },
    ]);
    expect(rows(hold.missed([0, 1], start + 2100))).toMatchObject([
      { value: 1, quality: Quality.UncertainNoCommunicationLastUsableValue, source: 2050 },
      { value: 3, quality: Quality.UncertainNoCommunicationLastUsableValue, source: 2050 },
    ]);
  });

  it('never decreases in time, never leaves a period without a sample, and keeps every server time, for any clock offset', () => {
    const steps = fc.array(fc.record({ changes: fc.boolean(), delay: fc.integer({ min: 0, max: publishingMs - 1 }) }), {
      minLength: 20,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: -7_200_000, max: 7_200_000 }),
        fc.constantFrom(250, 1000, 2000),
        (reports, skew, scanMs) => {
          const hold = open(scanMs);
          const seen: ReturnType<typeof rows> = [];
          let value = 0;
          let last = Number.NEGATIVE_INFINITY;
          // the first two changes establish the offset of the clocks
          const all = [{ changes: true, delay: 100 }, { changes: true, delay: 100 }, ...reports];
          all.forEach(({ changes, delay }, i) => {
            const now = start + (i + 1) * publishingMs;
            const source = now - delay + skew;
            const come = changes && source > last ? [change(0, ++value, source)] : [];
            if (come.length > 0) last = source;
            const got = rows(hold.report(come, now, publishingMs, [0]));
            if (come.length > 0) expect(got.find((row) => row.value === value)).toMatchObject({ source: source - start });
            for (const row of got) expect(row.value).toBe(row.source < last - start ? value - 1 : value);
            seen.push(...got);
          });
          // a change may wait up to a period less than the one before it, so that a held sample is at most that far ahead
          const times = seen.map(({ source }) => source);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(new Set(times).size).toBe(times.length);
          times.slice(1).forEach((at, k) => expect(at - (times[k] as number)).toBeLessThanOrEqual(1.5 * scanMs + 1));
          const received = seen.map(({ received: at }) => at);
          received.slice(1).forEach((at, i) => {
            expect(at - (received[i] as number)).toBeLessThanOrEqual(scanMs + 2 * publishingMs);
          });
        },
      ),
      { seed: 20_261_124, numRuns: 300 },
    );
  });
});
