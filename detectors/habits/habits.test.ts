import { describe, expect, it } from 'vitest';
import type { Detector, DetectorTarget } from '../../src/core/detector.ts';
import { observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { make, tagOf, targetOf } from '../../test/support/detectors.ts';
import { type Written, twin } from './habits.twin.ts';
import { habits } from './index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 5, 1);
const tags = [
  tagOf('CL.SP', { role: 'setpoint', unit: 'mg/L', decimals: 2, equipment: 'CL', device: 'PLC-1' }),
  tagOf('SP.QMAX', { role: 'setpoint', unit: 'L/s', decimals: 0, equipment: 'SP', device: 'PLC-1' }),
];
const [station, other] = ['10.0.0.20', '10.0.0.21'];

const detector = (target: Partial<DetectorTarget> = {}): Detector => make(habits, { ...targetOf(tags), ...target });

const write = ({ client, target, ...rest }: Written) =>
  observeEvent({
    type: 'wire-write',
    tap: 'tap',
    ends: { client, server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'PLC-1' },
    operation: 'FC16',
    unit: 1,
    target: 'holding 12',
    tag: tags.findIndex(({ name }) => name === target),
    ...rest,
  });

/** Ticks cost time: the detector only needs enough of them to count what it watched. */
const tickMs = 10_000;

/** Scores of writes; the monitor watches from `start` on. */
function scoresOf(one: Detector, writes: readonly Written[], from = start): (number | undefined)[] {
  let ticked = from;
  one.score(observeEvent({ type: 'tick', time: ticked }), () => {});
  return writes.map((event) => {
    for (; ticked + tickMs <= event.time; ticked += tickMs)
      one.score(observeEvent({ type: 'tick', time: ticked + tickMs }), () => {});
    let score: number | undefined;
    one.score(write(event), (_channel, _time, surprise) => (score = surprise));
    return score;
  });
}

const written = (time: number, more: Partial<Written> = {}): Written => ({
  time,
  client: station,
  target: 'CL.SP',
  before: 1,
  after: 1.1,
  ...more,
});

/** An operator who changes the chlorine set-point twice on each day between 8 and 16 o'clock UTC. */
function shifts(days: number, seed: number, from = start): Written[] {
  const random = new Random(seed);
  return Array.from({ length: 2 * days }, (_, i) => {
    const day = from + Math.floor(i / 2) * dayMs;
    const time = day + (8 + 4 * (i % 2) + 3.5 * random.next()) * hourMs;
    return written(time, i % 2 === 0 ? {} : { before: 1.1, after: 1 });
  });
}

/** Score and explanation of one write after 40 days of shifts. */
function after40(last: Partial<Written>, hour = 9.5) {
  const one = detector();
  const scores = scoresOf(one, [...shifts(40, 1), written(start + 41 * dayMs + hour * hourMs, last)]);
  const { sentence, title, contributions } = one.explain(last.target === 'SP.QMAX' ? 3 : 2);
  return { score: scores.at(-1), sentence, title, contributions };
}

describe('a write', () => {
  it('as usual is no minor finding', () => {
    expect(after40({}).score).toBeLessThan(0.6);
    // a write as unusual as once in seven days is expected six times in 40 days for each of four habits
    const scores = scoresOf(detector(), shifts(80, 2)).slice(80);
    expect(scores.filter((score) => (score ?? 0) >= 0.6).length).toBeLessThan(12);
  });

  it('at an unusual hour is a minor finding, below an alert', () => {
    const { score, sentence, title, contributions } = after40({}, 3.2);
    expect(score).toBeGreaterThanOrEqual(0.7);
    expect(score).toBeLessThan(1);
    expect(sentence).toBe(
      '10.0.0.20 (Modbus client) wrote CL.SP at 03:12. Normal: of 80 earlier writes in 40 d 17 h, none at such an hour.',
    );
    expect(title).toBe('CL.SP written at 03:12');
    expect(contributions).toMatchObject([{ tag: 'CL.SP', measured: 1.1, expected: 1 }]);
  });

  it('of an unusual size is a minor finding', () => {
    const { score, sentence } = after40({ after: 1.6 });
    expect(score).toBeGreaterThanOrEqual(0.7);
    expect(sentence).toMatch(
      /^10\.0\.0\.20 \(Modbus client\) changed CL\.SP by 0\.60 mg\/L\. Normal: of 80 earlier writes in 40 d .*, none by as much\.$/,
    );
  });

  it('by an unusual client is a minor finding', () => {
    const { score, sentence } = after40({ client: other });
    expect(score).toBeGreaterThanOrEqual(0.7);
    expect(sentence).toMatch(
      /^10\.0\.0\.21 \(Modbus client\) wrote CL\.SP\. Normal: of 80 earlier writes in 40 d .*, none by such a client\.$/,
    );
  });

  it('in an unusual order is a minor finding', () => {
    const { score, sentence } = after40({ target: 'SP.QMAX' });
    expect(score).toBeGreaterThanOrEqual(0.7);
    expect(sentence).toMatch(
      /wrote SP\.QMAX without a write before it\. Normal: of 80 earlier writes in 40 d .*, none in such an order\.$/,
    );
  });

  it('cannot be unusual before enough days and writes were watched', () => {
    const few = [...shifts(3, 1), written(start + 4 * dayMs + 3 * hourMs, { after: 9 })];
    expect(scoresOf(detector(), few).every((score) => (score ?? 0) < 0.6)).toBe(true);
    const rare = Array.from({ length: 9 }, (_, week) => written(start + 7 * week * dayMs + 9 * hourMs));
    expect(scoresOf(detector(), [...rare, written(start + 70 * dayMs, { client: other })])).toEqual(
      rare.map(() => undefined).concat(undefined),
    );
  });

  it('is judged at any score below an alert, however long was watched', () => {
    const scores = scoresOf(detector(), [
      ...shifts(150, 1),
      written(start + 151 * dayMs + 3 * hourMs, { client: other, after: 9 }),
    ]);
    expect(Math.max(...scores.map((score) => score ?? 0))).toBeLessThan(1);
  });

  it('without numbers, time or tag is survived', () => {
    const one = detector();
    for (const event of [written(Number.NaN), written(start, { after: Number.NaN }), written(start, { target: 'none' })])
      one.score(write(event), (_channel, _time, surprise) => expect(Number.isFinite(surprise)).toBe(true));
  });

  it.each([
    ['spring', Date.UTC(2027, 2, 28, 1), -hourMs],
    ['autumn', Date.UTC(2026, 9, 25, 1), hourMs],
  ])('follows the local time over the change in %s', (_, change, shift) => {
    const from = change - (change % dayMs) - 40 * dayMs;
    const random = new Random(3);
    // at 8 o'clock local time, within a quarter of an hour
    const daily = Array.from({ length: 44 }, (_day, day) => {
      const time = from + day * dayMs + (shift < 0 ? 7 : 6) * hourMs + 900_000 * random.next();
      return written(time >= change ? time + shift : time);
    });
    const lastDays = (timeZone: string) => scoresOf(detector({ timeZone }), daily, from).slice(40);
    expect(Math.max(...lastDays('Europe/Vienna').map((score) => score ?? 0))).toBeLessThan(0.6);
    expect(lastDays('UTC')[1]).toBeGreaterThanOrEqual(0.6);
  });

  it('has the score that brute force computes', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed);
      let time = start;
      const writes = Array.from({ length: 250 }, () => {
        time += random.next() < 0.4 ? 300_000 * random.next() : 6 * hourMs * random.next();
        const target = random.next() < 0.7 ? 'CL.SP' : 'SP.QMAX';
        return written(Math.round(time), {
          client: random.next() < 0.9 ? station : other,
          target,
          after: 1 + Math.floor(10 * random.next() ** 4),
        });
      });
      const timeZone = 'Asia/Kolkata';
      const local = (at: number): number => (at + 5.5 * hourMs) % dayMs;
      const expected = twin(writes, (at) => Math.floor((at - start) / tickMs) * tickMs, local);
      const actual = scoresOf(detector({ timeZone }), writes);
      expect(actual.map((score) => score?.toFixed(9))).toEqual(expected.map((score) => score?.toFixed(9)));
      expect(expected.filter((score) => (score ?? 0) >= 0.4).length).toBeGreaterThan(0);
    }
  });

  it('never appears with a person: sessions change nothing', () => {
    const one = detector();
    const ends = { client: station, server: '10.0.0.12', port: 4_840, protocol: 'opcua' } as const;
    const session = {
      type: 'wire-session',
      tap: 'tap',
      ends,
      policy: 'None',
      mode: 'None',
      token: 'UserName',
      applicationUri: '',
    } as const;
    one.score(observeEvent({ ...session, time: start, user: 'ada' }), () => {});
    scoresOf(one, shifts(20, 1));
    expect(JSON.stringify(one.snapshot())).not.toContain('ada');
  });
});
