import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { type AlarmSettings, type DelayRule, noAlarmSettings } from '../core/alarm-settings.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { TagTable } from '../core/tag.ts';
import { Delays } from './delays.ts';
import { AlertManager } from './manager.ts';

const start = Date.UTC(2026, 10, 25);
const operator = { role: 'operator', session: 's1' };
const tags = new TagTable([tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW' })]);

function room(delays: readonly DelayRule[], settings: Partial<AlarmSettings> = {}) {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, settings: { ...noAlarmSettings, ...settings } });
  let refuses = false;
  const delay = new Delays(delays, clock, (change) => {
    if (refuses) throw new Error('the store is full');
    manager.take(change);
  });
  let number = 0;
  const finding = (more: Partial<Finding> = {}): Finding => ({
    id: `F${number++}`,
    detector: 'limits',
    channel: 'CW.LT01',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: clock.now(),
    beganAt: clock.now(),
    updatedAt: clock.now(),
    score: 2,
    peak: 2,
    certainty: { kind: 'stated' },
    explanation: { sentence: 'High.', title: 'High', contributions: [], normalIf: '', techniques: [] },
    alarm: { priority: 2, response: 'Check the inflow.' },
    ...more,
  });
  const take = (change: FindingChange['change'], of: Finding): void =>
    delay.take({ change, finding: change === 'end' ? { ...of, endedAt: clock.now() } : of });
  const pass = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      clock.set(clock.now() + 1000);
      delay.tick();
      manager.tick();
    }
  };
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  return { manager, finding, take, pass, kinds, refuse: (now: boolean) => (refuses = now) };
}

describe('delays', () => {
  const slow: DelayRule = { priority: 2, onMs: 15_000, offMs: 60_000 };

  it('raise an alert only for a condition that lasts, and end it only when the condition stays away', () => {
    const { finding, take, pass, kinds } = room([slow]);
    const brief = finding();
    take('begin', brief);
    pass(14);
    take('end', brief);
    pass(100);
    expect(kinds()).toEqual([]);
    const first = finding();
    take('begin', first);
    pass(15);
    expect(kinds()).toEqual(['raised B']);
    take('end', first);
    pass(59);
    const second = finding();
    take('begin', second);
    pass(16);
    // one alert in alarm: the condition came back within the off-delay
    expect(kinds().filter((kind) => !kind.startsWith('updated'))).toEqual(['raised B']);
    take('end', second);
    pass(60);
    expect(kinds().filter((kind) => !kind.startsWith('updated'))).toEqual(['raised B', 'returned D']);
  });

  it('apply by priority and tag, and never to an intrusion', () => {
    const { finding, take, kinds } = room([slow, { tags: ['CW.LT01'], priority: 3, onMs: 9_000, offMs: 0 }]);
    take('begin', finding({ alarm: { priority: 1, response: 'Stop.' } }));
    take('begin', finding({ alarm: { priority: 3, response: 'Look.' }, tags: [], equipment: 'X' }));
    const { explanation } = finding();
    take('begin', finding({ equipment: 'Y', explanation: { ...explanation, seen: ['T1692.001'] } }));
    expect(kinds()).toEqual(['raised B', 'raised B', 'raised B']);
    take('begin', finding({ alarm: { priority: 3, response: 'Look.' }, equipment: 'Z' }));
    expect(kinds()).toHaveLength(3);
  });

  it('do not delay an event that is over at once', () => {
    const { finding, take, kinds } = room([{ onMs: 15_000, offMs: 0 }]);
    const event = finding();
    take('begin', event);
    take('end', event);
    expect(kinds()).toEqual(['raised B', 'returned D']);
  });

  it('lose no change that the alerts refuse', () => {
    const { finding, take, pass, kinds, refuse } = room([slow]);
    take('begin', finding());
    refuse(true);
    expect(() => pass(15)).toThrow('full');
    refuse(false);
    pass(1);
    expect(kinds()).toEqual(['raised B']);
  });
});

describe('timers', () => {
  it('annunciate an acknowledged alarm again while it is in alarm', () => {
    const { manager, finding, take, pass, kinds } = room([], { realarm: [{ priority: 2, afterMs: 1_800_000 }] });
    take('begin', finding());
    manager.acknowledge('ALT-000001', operator);
    pass(1_799);
    expect(kinds()).toEqual(['raised B', 'acknowledged C']);
    pass(1);
    expect(kinds()).toEqual(['raised B', 'acknowledged C', 'realarmed B']);
  });

  it('escalate an unacknowledged alert step by step, anew after each annunciation', () => {
    const escalate = [
      { priority: 2, afterMs: 60_000, to: 'engineer' },
      { priority: 2, afterMs: 120_000, to: 'admin' },
      { priority: 1, afterMs: 1_000, to: 'admin' },
    ] as const;
    const { manager, finding, take, pass, kinds } = room([], { escalate, realarm: [{ priority: 2, afterMs: 60_000 }] });
    const first = finding();
    take('begin', first);
    pass(60);
    expect(manager.open()[0]?.escalated).toMatchObject({ to: 'engineer' });
    pass(100);
    expect(manager.open()[0]?.escalated).toMatchObject({ to: 'admin' });
    expect(kinds()).toEqual(['raised B', 'escalated B', 'escalated B']);
    manager.acknowledge('ALT-000001', operator);
    // receivers of the escalation are told that it is acknowledged
    expect(manager.open()[0]).toMatchObject({ state: 'C', escalated: { to: 'admin' } });
    pass(60);
    expect(manager.open()[0]).toMatchObject({ state: 'B', annunciatedAt: start + 220_000 });
    expect(manager.open()[0]?.escalated).toBeUndefined();
    pass(60);
    expect(manager.open()[0]?.escalated).toMatchObject({ to: 'engineer', at: start + 280_000 });
  });
});
