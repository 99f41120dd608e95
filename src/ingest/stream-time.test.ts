import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../core/batch.ts';
import { inStreamTime, type Observation, observeEvent, streamTimeOf } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';
import { StreamTime } from './stream-time.ts';

const start = Date.UTC(2026, 10, 28, 12);
const year = 365 * 86_400_000;
/** Most time that a sample may be placed after its receipt, ms. */
const mostLeadMs = 5_000;

/** A clock that can be set and slewed. */
class Machine {
  up = 0;
  wall = start;
  slew = 0;
  now = (): number => Math.round(this.wall);
  monotonic = (): number => this.up;

  pass(ms: number): void {
    this.up += ms;
    this.wall += ms * (1 + this.slew);
  }
}

interface Row {
  readonly tag: number;
  readonly time: number;
  readonly value: number;
}

function batchOf(rows: readonly Row[], received: number): Observation {
  const batch = new BatchBuilder('plc', rows.length);
  for (const { tag, time, value } of rows) batch.add(tag, value, Quality.Good, time, received);
  return { kind: 'batch', batch: batch.publish() };
}

const placesOf = (observation: Observation): { readonly times: readonly number[]; readonly received: number } => {
  const judged = inStreamTime(observation);
  if (judged.kind !== 'batch') throw new Error('no batch');
  return { times: [...judged.batch.sourceTime], received: judged.batch.receiveTime[0] as number };
};

/** Sets a clock every ten seconds. */
const setEach = (second: number, machine: Machine, byMs: number): void => void (machine.wall += second % 10 === 0 ? byMs : 0);
const unset = (): void => {};
const hourInTurns = (second: number): number => (second % 20 === 0 ? 3_600_000 : -3_600_000);

const sizes = [1_000, 4_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000, year];
const step = fc.record({
  at: fc.nat(120),
  by: fc.constantFrom(...sizes.flatMap((ms) => [ms, -ms])),
  what: fc.constantFrom('monitor', 'server', 'tag'),
});

describe('stream time', () => {
  it('leaves ordinary samples as they are, and copies nothing', () => {
    const machine = new Machine();
    const time = new StreamTime(2, machine);
    for (let second = 0; second < 300; second++) {
      machine.pass(1_000);
      const observation = batchOf([{ tag: 0, time: machine.now() - 40, value: second }], machine.now());
      const placed = time.place(observation);
      expect(inStreamTime(placed)).toMatchObject({ batch: (observation as { batch: unknown }).batch });
      expect(streamTimeOf(placed)).toBe(machine.now());
    }
    expect([time.aheadMs, time.takeStep(), time.ranBack, time.dropped]).toEqual([0, 0, 0, 0]);
  });

  it('gives every new sample a later time near its receipt, whatever clock is set, at any size, repeatedly and slewed', () => {
    const slews = fc.constantFrom(0, 0.0005, -0.0005, 0.08, -0.08);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), slews, slews, (steps, slew, ofServer) => {
        const machine = new Machine();
        machine.slew = slew;
        const time = new StreamTime(3, machine);
        let server = 0;
        let tag = 0;
        const last = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
        let lastAt = Number.NEGATIVE_INFINITY;
        for (let second = 1; second <= 130; second++) {
          machine.pass(1_000);
          for (const { at, by, what } of steps) {
            if (at !== second) continue;
            if (what === 'monitor') machine.wall += by;
            else if (what === 'server') server += by;
            else tag += by;
          }
          const now = start + machine.up * (1 + ofServer) + server;
          const rows = [
            { tag: 0, time: machine.now() - 20, value: second },
            { tag: 1, time: now, value: second },
            { tag: 2, time: now + tag, value: second },
          ];
          const placed = time.place(batchOf(rows, machine.now()));
          const at = streamTimeOf(placed);
          expect(at - lastAt).toBeGreaterThan(0);
          // stream time runs as the machine does, but for slewing
          if (second > 1) expect(at - lastAt).toBeLessThan(3_200);
          lastAt = at;
          const { times, received } = placesOf(placed);
          for (const [i, one] of times.entries()) {
            expect(one).toBeGreaterThan(last[i] as number);
            expect(one - received).toBeLessThanOrEqual(mostLeadMs);
            last[i] = one;
          }
        }
        expect(time.dropped).toBe(0);
      }),
      { seed: 50, numRuns: 100 },
    );
  });

  it('keeps the intervals of the device over a step of either clock', () => {
    for (const by of sizes.flatMap((ms) => [ms, -ms])) {
      const machine = new Machine();
      const time = new StreamTime(2, machine);
      let server = 0;
      const intervals: number[] = [];
      let last = Number.NaN;
      for (let second = 0; second < 60; second++) {
        machine.pass(1_000);
        if (second === 20) machine.wall += by;
        if (second === 40) server += by;
        const rows = [
          { tag: 0, time: machine.now() - 20, value: second },
          { tag: 1, time: start + machine.up + server - 20, value: second },
        ];
        const [own, ofServer] = placesOf(time.place(batchOf(rows, machine.now()))).times as [number, number];
        if (second > 0) intervals.push(own - last);
        last = own;
        // at the step itself, the receipt counts
        if (second > 0 && second !== 40) expect(Math.abs(ofServer - (start + machine.up))).toBeLessThan(6_000);
      }
      expect(intervals.every((ms) => Math.abs(ms - 1_000) <= 2 || Math.abs(by) <= 1_000)).toBe(true);
    }
  });

  it.each<readonly [string, (second: number, machine: Machine) => number, (second: number, machine: Machine) => void]>([
    ['a server at 1.01 times the speed', (_, { up }) => start + 1.01 * up, unset],
    ['a server at half the speed', (_, { up }) => start + 0.5 * up, unset],
    ['a monitor at 0.99 times the speed', (_, { up }) => start + up, (_, machine) => void (machine.slew = -0.01)],
    ['a server set back by 300 ms each 10 s', (second, { up }) => start + up - 300 * Math.floor(second / 10), unset],
    ['a monitor set back by 240 ms each 10 s', (_, { up }) => start + up, (second, machine) => setEach(second, machine, -240)],
    ['a monitor set ahead by 990 ms each 10 s', (_, { up }) => start + up, (second, machine) => setEach(second, machine, 990)],
    [
      'a monitor an hour ahead and behind in turns',
      (_, { wall }) => wall,
      (second, machine) => setEach(second, machine, hourInTurns(second)),
    ],
    [
      'a device in 1970 after its restart',
      (second, { up }) => (second > 100 && second < 200 ? 1_000 * (second - 100) : start + up),
      unset,
    ],
    ['a device in 1970 from the start', (second, { up }) => (second < 100 ? 1_000 * second : start + up), unset],
    ['a device in 2090 from the start', (second, { up }) => start + up + (second < 100 ? 2e12 : 0), unset],
    ['a device an hour behind from the start', (second, { up }) => start + up - (second < 100 ? 3_600_000 : 0), unset],
  ])('gives every sample of %s a later time, and refuses none', (_, source, set) => {
    const machine = new Machine();
    const time = new StreamTime(1, machine);
    let [last, lastAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let second = 1; second <= 3_600; second++) {
      machine.pass(1_000);
      set(second, machine);
      const placed = time.place(batchOf([{ tag: 0, time: source(second, machine), value: second }], machine.now()));
      const { times, received } = placesOf(placed);
      const at = streamTimeOf(placed);
      expect(times[0]).toBeGreaterThan(last);
      expect((times[0] as number) - received).toBeLessThanOrEqual(mostLeadMs);
      if (second > 1) expect([at - lastAt > 0, at - lastAt < 2_100]).toEqual([true, true]);
      [last, lastAt] = [times[0] as number, at];
    }
    expect(time.dropped).toBe(0);
  });

  it('places a repeated sample once, and another value of the same source time after it', () => {
    const machine = new Machine();
    const time = new StreamTime(1, machine);
    const at = (value: number): number => {
      machine.pass(500);
      return placesOf(time.place(batchOf([{ tag: 0, time: start, value }], machine.now()))).times[0] as number;
    };
    expect([at(1), at(1), at(2), at(2), at(3)]).toEqual([start, start, start + 1_000, start + 1_000, start + 2_000]);
  });

  it('counts source times that run back, not steps of the monitor’s own clock', () => {
    const machine = new Machine();
    const time = new StreamTime(2, machine);
    let server = 0;
    for (let second = 0; second < 30; second++) {
      machine.pass(1_000);
      if (second === 10) machine.wall -= 3_600_000;
      if (second === 20) server -= 7_200_000;
      const rows = [
        { tag: 0, time: machine.now(), value: second },
        { tag: 1, time: start + machine.up + server, value: second },
      ];
      time.place(batchOf(rows, machine.now()));
    }
    expect(time.ranBack).toBe(1);
    expect(time.takeStep()).toBe(-3_600_000);
    expect(time.takeStep()).toBe(0);
    expect(time.aheadMs).toBe(3_600_000);
  });

  it('continues after an earlier run, also if the clock was set back meanwhile', () => {
    for (const by of [0, ...sizes.flatMap((ms) => [ms, -ms])]) {
      const machine = new Machine();
      const first = new StreamTime(1, machine);
      first.place(batchOf([{ tag: 0, time: machine.now() + 3_000, value: 1 }], machine.now()));
      const saved = first.save();
      const restarted = new Machine();
      restarted.wall = machine.wall + 5_000 + by;
      const second = new StreamTime(1, restarted);
      second.resume(saved);
      let last = saved.latest;
      for (let i = 0; i < 10; i++) {
        restarted.pass(1_000);
        const source = [restarted.now(), start - 9_000 + restarted.up, start + restarted.up][i % 3] as number;
        const [time] = placesOf(second.place(batchOf([{ tag: 0, time: source, value: i }], restarted.now()))).times as [number];
        expect(time).toBeGreaterThan(last);
        last = time;
      }
      expect(streamTimeOf(second.place(observeEvent({ type: 'tick', time: restarted.now() })))).toBeGreaterThan(saved.at);
    }
  });

  it('refuses and counts different samples of a tag that come all at once', () => {
    const machine = new Machine();
    const time = new StreamTime(1, machine);
    const rows = Array.from({ length: 12_000 }, (_, value) => ({ tag: 0, time: start - value, value }));
    const { times } = placesOf(time.place(batchOf(rows, machine.now())));
    expect(Math.max(...times)).toBeLessThanOrEqual(start + 2 * mostLeadMs);
    expect(time.dropped).toBeLessThan(3_000);
    expect(time.dropped).toBeGreaterThan(1_000);
  });

  it('places recorded data without a clock, each sample after the last one', () => {
    const time = new StreamTime(1);
    const placed = [0, 1_000, 2_000, -3_600_000, -3_599_000, 6_000].map((source, i) => {
      const observation = time.place(batchOf([{ tag: 0, time: start + source, value: i }], start + 1_000 * i));
      return (placesOf(observation).times[0] as number) - start;
    });
    expect(placed).toEqual([0, 1_000, 2_000, 3_000, 4_000, 6_000]);
  });
});
