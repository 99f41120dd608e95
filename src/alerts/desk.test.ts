import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import type { SavingStatus, StateSaving } from '../core/state.ts';
import { TagTable } from '../core/tag.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { AlertDesk } from './desk.ts';

const start = Date.UTC(2026, 10, 24, 12);
const tags = new TagTable([
  tagOf('T1.LT', { area: 'network', equipment: 'T1' }),
  tagOf('T1.FT', { area: 'network', equipment: 'T1' }),
  tagOf('B1.RUN', { area: 'network', equipment: 'B1' }),
  tagOf('PS.RUN', { area: 'pumping', equipment: 'PS' }),
]);
const operator = { role: 'operator', session: 's1' };

let number = 0;
function finding(over: Partial<Finding> & { title?: string } = {}): Finding {
  const { title = 'Level stands still', ...rest } = over;
  return {
    id: `F${number++}`,
    detector: 'frozen',
    channel: 'CW.LT01',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: start - 4000,
    beganAt: start,
    updatedAt: start,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: `${title}.`, title, contributions: [], normalIf: '', techniques: ['T1692.002'] },
    ...rest,
  };
}

function room() {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const desk = new AlertDesk({ store, clock, epoch: 'e', tags });
  const take = (change: FindingChange['change'], of: Finding): void =>
    desk.take({ change, finding: change === 'end' ? { ...of, endedAt: clock.now() } : of });
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  return { clock, store, desk, take, kinds };
}

/** A store whose writes complete when the test releases them. */
class TestSaving implements StateSaving {
  savedSequence = 0;
  #failing = false;
  readonly #listeners = new Set<() => void>();
  now(savedSequence: number, isFailing = false): void {
    this.savedSequence = savedSequence;
    this.#failing = isFailing;
    for (const listener of this.#listeners) listener();
  }
  status(): SavingStatus {
    return { state: this.#failing ? 'failing' : 'ok', since: Number.NaN, reason: '', pending: 0, bound: 0 };
  }
  async settled(): Promise<boolean> {
    return !this.#failing;
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

describe('saving', () => {
  function slowRoom() {
    const clock = new VirtualClock(start);
    const saving = new TestSaving();
    const desk = new AlertDesk({ store: new MemoryAlerts(), clock, epoch: 'e', tags, saving });
    const published: number[] = [];
    desk.subscribe(({ sequence }) => published.push(sequence));
    return { desk, saving, published };
  }

  it('publishes a change when it is on disk, and not before', () => {
    const { desk, saving, published } = slowRoom();
    desk.take({ change: 'begin', finding: finding() });
    desk.acknowledge(desk.open()[0]?.id ?? '', operator);
    expect(published).toEqual([]);
    expect(desk.open()).toMatchObject([{ state: 'C', notSaved: 2 }]);
    saving.now(1);
    expect(published).toEqual([1]);
    saving.now(2);
    expect(published).toEqual([1, 2]);
    expect(desk.open()[0]).not.toHaveProperty('notSaved');
    expect(desk.epoch).toBe('e');
  });

  it('publishes at once while the store fails, marked as not saved and under another epoch', () => {
    const { desk, saving, published } = slowRoom();
    saving.now(0, true);
    desk.take({ change: 'begin', finding: finding() });
    desk.acknowledge(desk.open()[0]?.id ?? '', operator);
    expect(published).toEqual([1, 2]);
    expect(desk.savedSequence).toBe(0);
    expect(desk.find({ limit: 9 })).toMatchObject([{ state: 'C', notSaved: 2 }]);
    const { epoch } = desk;
    expect(epoch).not.toBe('e');
    saving.now(2);
    expect(desk.open()[0]).not.toHaveProperty('notSaved');
    desk.judge(desk.open()[0]?.id ?? '', 'true', operator);
    expect(desk.changesOf(desk.open()[0]?.id ?? '', { limit: 9 }).map(({ alert }) => alert.notSaved)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(desk.epoch).toBe(epoch);
  });
});

describe('AlertDesk', () => {
  it('takes one finding through raised, acknowledged and cleared', () => {
    const { clock, desk, take, kinds } = room();
    const first = finding();
    take('begin', first);
    const [alert] = desk.open();
    expect(alert).toMatchObject({ state: 'B', priority: 'A', title: 'Level stands still', since: start - 4000, equipment: 'CW' });
    expect(alert?.techniques[0]).toMatchObject({ id: 'T1692.002', idV18: 'T0856', version: '19.1', certainty: 'possible' });
    clock.set(start + 10_000);
    desk.acknowledge(alert?.id ?? '', operator);
    take('end', first);
    expect(kinds()).toEqual(['raised B', 'acknowledged C', 'cleared A']);
    expect(desk.open()).toEqual([]);
  });

  it('keeps an alert that returned before it was seen until it is acknowledged', () => {
    const { desk, take, kinds } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    expect(desk.open()[0]?.state).toBe('D');
    desk.acknowledge(desk.open()[0]?.id ?? '', operator);
    expect(kinds()).toEqual(['raised B', 'returned D', 'cleared A']);
  });

  it('joins findings of one equipment, keeps the first one first, and rises to the most urgent', () => {
    const { desk, take } = room();
    take('begin', finding());
    take('begin', finding({ detector: 'limits', title: 'Level above 4.3 m', alarm: { priority: 2, response: 'Check inflow' } }));
    expect(desk.open()).toHaveLength(1);
    expect(desk.open()[0]).toMatchObject({ priority: 2, title: 'Level above 4.3 m', response: 'Check inflow' });
    expect(desk.open()[0]?.findings.map(({ detector }) => detector)).toEqual(['frozen', 'limits']);
  });

  it('asks for a new acknowledgement when an acknowledged alert has new information, and not for repetitions', () => {
    const { desk, take, kinds } = room();
    take('begin', finding());
    const { id = '' } = desk.open()[0] ?? {};
    desk.acknowledge(id, operator);
    take('begin', finding({ detector: 'shift' }));
    take('begin', finding({ tags: ['CW.LT02'] }));
    desk.acknowledge(id, operator);
    take('begin', finding({ detector: 'limits', alarm: { priority: 1, response: 'Stop inflow' } }));
    expect(kinds()).toEqual(['raised B', 'acknowledged C', 'updated C', 'recurred B', 'acknowledged C', 'recurred B']);
  });

  it('raises the same alert again within the join gap, and a new one after it', () => {
    const { clock, desk, take, kinds } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    clock.set(start + 300_000);
    const second = finding();
    take('begin', second);
    expect(kinds()).toEqual(['raised B', 'returned D', 'recurred B']);
    take('end', second);
    desk.acknowledge(desk.open()[0]?.id ?? '', operator);
    clock.set(start + 300_000 + 600_001);
    desk.tick();
    take('begin', finding());
    expect(kinds().at(-1)).toBe('raised B');
  });

  it('makes one alert of a failed device and keeps it separate from the process', () => {
    const { desk, take } = room();
    take('begin', finding({ detector: 'device-health', device: 'plc1', equipment: '', area: '', title: 'PLC 1 is silent' }));
    take('begin', finding());
    expect(desk.open().map(({ device }) => device)).toEqual(['plc1', undefined]);
    expect(new Set(desk.open().map(({ incident }) => incident)).size).toBe(2);
  });

  it('groups simultaneous alerts of one area into one incident', () => {
    const { desk, take } = room();
    take('begin', finding());
    take('begin', finding({ equipment: 'CL.P1', tags: ['CL.AT01'] }));
    take('begin', finding({ area: 'network', equipment: 'T1', tags: ['T1.LT'] }));
    const incidents = desk.open().map(({ incident }) => incident);
    expect(incidents[0]).toBe(incidents[1]);
    expect(incidents[2]).not.toBe(incidents[0]);
  });

  it('groups alerts of other areas into one incident while they concern the same equipment', () => {
    const { clock, desk, take } = room();
    const first = finding({ area: 'network', equipment: 'B1', tags: ['B1.RUN', 'T1.FT'] });
    take('begin', first);
    clock.set(start + 3_600_000);
    take('begin', finding({ area: 'pumping', equipment: 'PS', tags: ['PS.RUN', 'T1.LT'] }));
    take('begin', finding({ area: 'network', equipment: 'T1', tags: ['T1.LT'] }));
    take('begin', finding({ area: 'intake', equipment: 'RW', tags: ['RW.FT'] }));
    const [booster, station, tank, intake] = desk.open().map(({ incident }) => incident);
    expect([station, tank]).toEqual([booster, booster]);
    expect(intake).not.toBe(booster);
  });

  it('does not add an alert to an incident that ended long before', () => {
    const { clock, desk, take } = room();
    const first = finding({ area: 'network', equipment: 'B1', tags: ['B1.RUN', 'T1.FT'] });
    take('begin', first);
    take('end', first);
    clock.set(start + 3_600_000);
    take('begin', finding({ area: 'pumping', equipment: 'PS', tags: ['PS.RUN', 'T1.LT'] }));
    expect(new Set(desk.open().map(({ incident }) => incident)).size).toBe(2);
  });

  it('stores updates rarely, but each change of text at once', () => {
    const { clock, desk, take, store } = room();
    const first = finding();
    take('begin', first);
    for (let second = 1; second <= 20; second++) {
      clock.set(start + second * 1000);
      take('update', { ...first, score: 2 + second, peak: 2 });
    }
    expect(store.changes).toHaveLength(1 + 4);
    take('update', finding({ id: first.id, title: 'Other words' }));
    expect(store.changes.at(-1)?.alert.title).toBe('Other words');
    expect(desk.open()).toHaveLength(1);
  });

  it('replays the changes that a reader missed, and reports when it cannot', () => {
    const { desk, take } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    expect(desk.changesAfter(0, 9)?.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(desk.changesAfter(2, 9)).toEqual([]);
    expect(desk.changesAfter(3, 9)).toBeUndefined();
  });

  it('continues after a restart: a confirmed finding stays, one that is not confirmed ends after a grace period', () => {
    const { clock, store, take } = room();
    const stays = finding();
    const goes = finding({ equipment: 'T1', area: 'network', tags: ['T1.LT'] });
    take('begin', stays);
    take('begin', goes);
    const desk = new AlertDesk({ store, clock, epoch: 'e2', tags });
    expect(desk.sequence).toBe(2);
    clock.set(start + 60_000);
    desk.take({ change: 'begin', finding: finding({ beganAt: clock.now() }) });
    clock.set(start + 301_000);
    desk.tick();
    const byEquipment = new Map(desk.open().map((alert) => [alert.equipment, alert]));
    expect(byEquipment.get('CW')?.state).toBe('B');
    expect(byEquipment.get('T1')?.state).toBe('D');
    expect(store.changes.filter(({ kind }) => kind === 'raised')).toHaveLength(2);
  });

  it('keeps the last verdict, also after the alert has ended', () => {
    const { clock, desk, store, take, kinds } = room();
    const first = finding();
    take('begin', first);
    const { id = '' } = desk.open()[0] ?? {};
    desk.acknowledge(id, operator);
    take('end', first);
    clock.set(start + 3_600_000);
    desk.tick();
    desk.judge(id, 'true', operator);
    desk.judge(id, 'false', { role: 'engineer', session: 's2' }, 'sensor was cleaned');
    expect(kinds().slice(-2)).toEqual(['judged A', 'judged A']);
    expect(desk.get(id)?.verdict).toEqual({
      word: 'false',
      at: start + 3_600_000,
      by: { role: 'engineer', session: 's2' },
      note: 'sensor was cleaned',
    });
    take('begin', finding());
    expect(desk.open()).toHaveLength(1);
    expect(desk.open()[0]?.id).not.toBe(id);
    expect(desk.open()[0]?.incident).not.toBe(store.get(id)?.incident);
    expect(() => desk.judge('ALT-9', 'true', operator)).toThrow('ALT-9');
  });

  it('finds similar alerts of the past, the most similar first, with the respects', () => {
    const { clock, desk, take } = room();
    const contributions = (share: number) => [{ tag: 'CW.LT01', share, unit: 'm', measured: 4, expected: 3 }];
    const raise = (over: Partial<Finding>, share = 1): string => {
      const one = finding(over);
      const told = { ...one, explanation: { ...one.explanation, contributions: contributions(share) } };
      take('begin', told);
      const [alert] = desk.open();
      desk.acknowledge(alert?.id ?? '', operator);
      take('end', told);
      clock.set(clock.now() + 3_600_000);
      desk.tick();
      return alert?.id ?? '';
    };
    const same = raise({});
    const below = raise({ detector: 'range' }, -1);
    raise({ equipment: 'T1', area: 'network', tags: ['T1.LT'] });
    desk.judge(same, 'expected', operator);
    const now = raise({});
    const similar = desk.similarTo(now, 5);
    expect(similar.map(({ alert }) => [alert.id, alert.verdict?.word])).toEqual([
      [same, 'expected'],
      [below, undefined],
    ]);
    expect(similar[0]?.alike).toEqual([
      'same tag CW.LT01',
      'same detector frozen',
      'same equipment CW',
      'same direction: CW.LT01 above the expected value',
      'same technique T1692.002 Reporting Message',
    ]);
    expect(similar[1]?.alike).toEqual(['same tag CW.LT01', 'same equipment CW', 'same technique T1692.002 Reporting Message']);
    expect(desk.similarTo(now, 1)).toHaveLength(1);
    expect(desk.similarTo(same, 5)).toEqual([]);
    expect(() => desk.similarTo('ALT-9', 5)).toThrow('ALT-9');
  });

  it('refuses to acknowledge an unknown alert', () => {
    expect(() => room().desk.acknowledge('ALT-9', operator)).toThrow('ALT-9');
  });
});
