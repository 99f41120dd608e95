import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { Quality } from '../core/quality.ts';
import { parseReturn, type StatedReturn } from '../core/return-condition.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { ReturnWaits } from './return-waits.ts';

const start = Date.UTC(2026, 10, 29);
const operator = { role: 'operator' };
const tags = new TagTable([
  tagOf('PS.FT01', { area: 'pumping', equipment: 'PS', unit: 'L/s' }),
  tagOf('P1.RUN', { area: 'pumping', equipment: 'P1', kind: 'discrete' }),
]);
const rationale = { version: 1, class: 'process', cause: 'c', consequence: 'c', respondWithinMs: 600_000, owner: 'o' };
const alarm = (record: string) => ({ priority: 1 as const, response: 'Start a pump', rationale: { record, ...rationale } });
const finding = (more: Partial<Finding> = {}): Finding =>
  tagFinding(tags, 'PS.FT01', start, { alarm: alarm('STOPPED'), ...more });
const intrusion = tagFinding(tags, 'PS.FT01', start, { alarm: alarm('STOPPED') }).explanation;

/** A site whose record STOPPED states a return condition. */
function site(text = 'PS.FT01 above 40 L/s', delayMs = 0, store = new MemoryAlerts(), at = start) {
  const clock = new VirtualClock(at);
  const value = new Float64Array(2).fill(Number.NaN);
  const quality = new Uint32Array(2).fill(Quality.BadWaitingForInitialData);
  const receiveTime = new Float64Array(2).fill(Number.NaN);
  const records = new Map<string, StatedReturn>([['STOPPED', { all: parseReturn(text) ?? [], delayMs }]]);
  const returns = new ReturnWaits({ tags, clock, latest: { value, quality, receiveTime }, conditionOf: (id) => records.get(id) });
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, returns });
  const pass = (seconds = 1): void => {
    for (let i = 0; i < seconds; i++) {
      clock.set(clock.now() + 1_000);
      manager.tick();
    }
  };
  const sample = (tag: number, of: number, q: number = Quality.Good): void => {
    [value[tag], quality[tag], receiveTime[tag]] = [of, q, clock.now()];
    pass();
  };
  const begin = (of = finding()): void => manager.take({ change: 'begin', finding: of });
  const end = (of = finding()): void => manager.take({ change: 'end', finding: { ...of, endedAt: clock.now() } });
  const state = (): string => manager.get('ALT-000001')?.state ?? '';
  const wait = () => manager.get('ALT-000001')?.returnWait;
  const kinds = (): string[] => store.changes.map(({ kind }) => kind);
  return { store, clock, records, manager, pass, sample, begin, end, state, wait, kinds };
}

describe('an alarm with a return condition', () => {
  it('stays after the end of its findings until the condition holds, and states it', () => {
    const { sample, begin, end, state, wait, kinds, pass } = site();
    sample(0, 0);
    begin();
    end();
    pass(3_600);
    expect(state()).toBe('B');
    expect(wait()).toMatchObject({ tag: 'PS.FT01', until: 'PS.FT01 is above 40 L/s', reason: 'unmet' });
    // an hour of waiting stores one change
    expect(kinds()).toEqual(['raised', 'updated']);
    sample(0, 52);
    expect(state()).toBe('D');
    expect(wait()).toBeUndefined();
    expect(kinds()).toEqual(['raised', 'updated', 'returned']);
  });

  it('returns with its findings if the condition holds then', () => {
    const { sample, begin, end, state, kinds } = site();
    sample(0, 52);
    begin();
    end();
    expect(state()).toBe('D');
    expect(kinds()).toEqual(['raised', 'returned']);
  });

  it('waits until the condition has held for the delay, without a gap', () => {
    const { sample, begin, end, state, pass } = site('PS.FT01 above 40 L/s', 60_000);
    sample(0, 0);
    begin();
    end();
    sample(0, 52);
    pass(58);
    sample(0, 39);
    sample(0, 52);
    pass(59);
    expect(state()).toBe('B');
    pass(1);
    expect(state()).toBe('D');
  });

  it('counts the time for which the condition held while its findings were open', () => {
    const { sample, begin, end, state, pass } = site('PS.FT01 above 40 L/s', 60_000);
    sample(0, 52);
    begin();
    pass(61);
    end();
    expect(state()).toBe('D');
  });

  it('needs all of several conditions, and names the first that does not hold', () => {
    const { sample, begin, end, state, wait, pass } = site('PS.FT01 above 40 L/s and P1.RUN is 1');
    sample(0, 52);
    sample(1, 0);
    begin();
    end();
    expect(wait()).toMatchObject({ tag: 'P1.RUN', reason: 'unmet' });
    pass(10);
    sample(1, 1);
    expect(state()).toBe('D');
  });

  it('stays while the tag has no value, bad quality, or no place in the plant, and states why', () => {
    const { sample, begin, end, state, wait, pass, records } = site();
    begin();
    end();
    expect(wait()).toMatchObject({ reason: 'no-value' });
    pass(10);
    sample(0, 52, Quality.BadNoCommunication);
    expect([state(), wait()?.reason]).toEqual(['B', 'bad-quality']);
    pass(10);
    records.set('STOPPED', { all: parseReturn('GONE.FT above 1 L/s') ?? [], delayMs: 0 });
    pass();
    expect([state(), wait()?.reason]).toEqual(['B', 'unknown-tag']);
  });

  it('stores at most one change in five seconds while the quality flickers', () => {
    const { sample, begin, end, kinds } = site();
    begin();
    end();
    for (let i = 0; i < 60; i++) sample(0, 0, i % 2 === 0 ? Quality.Good : Quality.BadTimeout);
    expect(kinds().length).toBeLessThanOrEqual(2 + 60 / 5);
  });

  it('follows the record in force: a removed condition releases it', () => {
    const { sample, begin, end, state, records, pass } = site();
    sample(0, 0);
    begin();
    end();
    expect(state()).toBe('B');
    records.clear();
    pass();
    expect(state()).toBe('D');
  });

  it('is acknowledged, shelved and unshelved in alarm, and one-shot shelving ends with the return', () => {
    const { sample, begin, end, state, manager, clock, kinds } = site();
    sample(0, 0);
    begin();
    end();
    manager.acknowledge('ALT-000001', operator);
    expect(state()).toBe('C');
    const until = clock.now() + 3_600_000;
    expect(manager.shelve('ALT-000001', { until, reason: 'r' }, operator)).toBe(true);
    manager.unshelve('ALT-000001', operator);
    expect(state()).toBe('B');
    expect(manager.shelve('ALT-000001', { until, once: true, reason: 'r' }, operator)).toBe(true);
    sample(0, 52);
    expect(kinds().at(-1)).toBe('unshelved');
    expect(state()).toBe('A');
  });

  it('is the alarm of a new finding at its place, and needs no second acknowledgement for it', () => {
    const { sample, begin, end, state, wait, manager, pass } = site();
    sample(0, 0);
    begin();
    end();
    manager.acknowledge('ALT-000001', operator);
    pass(3_600);
    begin(finding({ id: 'again' }));
    expect(manager.open()).toHaveLength(1);
    expect([state(), wait()]).toEqual(['C', undefined]);
    end(finding({ id: 'again' }));
    expect([state(), wait()?.reason]).toEqual(['C', 'unmet']);
  });

  it('latches when it returns, if it is an intrusion', () => {
    const { sample, begin, end, state } = site();
    const seen = finding({ explanation: { ...intrusion, techniques: ['T0848'], seen: ['T0848'] } });
    sample(0, 0);
    begin(seen);
    end(seen);
    expect(state()).toBe('B');
    sample(0, 52);
    expect(state()).toBe('E');
  });

  it('stays over a restart, without a value at first, and begins its delay anew', () => {
    const before = site('PS.FT01 above 40 L/s', 60_000);
    before.sample(0, 0);
    before.begin();
    before.end();
    before.sample(0, 52);
    before.pass(30);
    const after = site('PS.FT01 above 40 L/s', 60_000, before.store, before.clock.now());
    after.pass(600);
    expect([after.state(), after.wait()?.reason]).toEqual(['B', 'no-value']);
    after.sample(0, 52);
    after.pass(59);
    expect(after.state()).toBe('B');
    after.pass(1);
    expect(after.state()).toBe('D');
  });

  it('of an earlier version whose findings end in this run waits too', () => {
    const { begin, store, clock } = site();
    begin();
    const after = site(undefined, 0, store, clock.now());
    after.sample(0, 0);
    after.pass(600);
    expect([after.state(), after.wait()?.reason]).toEqual(['B', 'unmet']);
  });
});

it('an alarm of a record without a condition returns with its findings', () => {
  const { sample, begin, end, state } = site();
  const other = finding({ alarm: alarm('OTHER') });
  sample(0, 0);
  begin(other);
  end(other);
  expect(state()).toBe('D');
});
