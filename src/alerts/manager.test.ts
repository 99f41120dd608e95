import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import type { SavingStatus, StateSaving } from '../core/state.ts';
import { TagTable } from '../core/tag.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { AlertManager } from './manager.ts';

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
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  const take = (change: FindingChange['change'], of: Finding): void =>
    manager.take({ change, finding: change === 'end' ? { ...of, endedAt: clock.now() } : of });
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  return { clock, store, manager, take, kinds };
}

/** A store whose writes complete when the test permits it. */
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
    const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'e', tags, saving });
    const published: number[] = [];
    manager.subscribe(({ sequence }) => published.push(sequence));
    return { manager, saving, published };
  }

  it('publishes a change only when it is on disk', () => {
    const { manager, saving, published } = slowRoom();
    manager.take({ change: 'begin', finding: finding() });
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    expect(published).toEqual([]);
    expect(manager.open()).toMatchObject([{ state: 'C', notSaved: 2 }]);
    saving.now(1);
    expect(published).toEqual([1]);
    saving.now(2);
    expect(published).toEqual([1, 2]);
    expect(manager.open()[0]).not.toHaveProperty('notSaved');
    expect(manager.epoch).toBe('e');
  });

  it('publishes at once while the store fails, marked as not saved and under another epoch', async () => {
    const { manager, saving, published } = slowRoom();
    saving.now(0, true);
    manager.take({ change: 'begin', finding: finding() });
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    expect(published).toEqual([1, 2]);
    expect(manager.savedSequence).toBe(0);
    expect(await manager.find({ limit: 9 })).toMatchObject([{ state: 'C', notSaved: 2 }]);
    const { epoch } = manager;
    expect(epoch).not.toBe('e');
    saving.now(2);
    expect(manager.open()[0]).not.toHaveProperty('notSaved');
    manager.judge(manager.open()[0]?.id ?? '', 'true', operator);
    const changes = await manager.changesOf(manager.open()[0]?.id ?? '', { limit: 9 });
    expect(changes.map(({ alert }) => alert.notSaved)).toEqual([undefined, undefined, undefined]);
    expect(manager.epoch).toBe(epoch);
  });
});

describe('AlertManager', () => {
  it('processes one finding from raised to acknowledged and cleared', () => {
    const { clock, manager, take, kinds } = room();
    const first = finding();
    take('begin', first);
    const [alert] = manager.open();
    expect(alert).toMatchObject({ state: 'B', priority: 'A', title: 'Level stands still', since: start - 4000, equipment: 'CW' });
    expect(alert?.techniques[0]).toMatchObject({ id: 'T1692.002', idV18: 'T0856', version: '19.1', certainty: 'possible' });
    clock.set(start + 10_000);
    manager.acknowledge(alert?.id ?? '', operator);
    take('end', first);
    expect(kinds()).toEqual(['raised B', 'acknowledged C', 'cleared A']);
    expect(manager.open()).toEqual([]);
  });

  it('keeps an alert that returned before it was seen until it is acknowledged', () => {
    const { manager, take, kinds } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    expect(manager.open()[0]?.state).toBe('D');
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    expect(kinds()).toEqual(['raised B', 'returned D', 'cleared A']);
  });

  it('joins findings of one equipment, keeps the first one first, and takes the most urgent priority', () => {
    const { manager, take } = room();
    take('begin', finding());
    take('begin', finding({ detector: 'limits', title: 'Level above 4.3 m', alarm: { priority: 2, response: 'Check inflow' } }));
    expect(manager.open()).toHaveLength(1);
    expect(manager.open()[0]).toMatchObject({ priority: 2, title: 'Level above 4.3 m', response: 'Check inflow' });
    expect(manager.open()[0]?.findings.map(({ detector }) => detector)).toEqual(['frozen', 'limits']);
  });

  it('requires a new acknowledgement if an acknowledged alert has new information, but not for repetitions', () => {
    const { manager, take, kinds } = room();
    take('begin', finding());
    const { id = '' } = manager.open()[0] ?? {};
    manager.acknowledge(id, operator);
    take('begin', finding({ detector: 'shift' }));
    take('begin', finding({ tags: ['CW.LT02'] }));
    manager.acknowledge(id, operator);
    take('begin', finding({ detector: 'limits', alarm: { priority: 1, response: 'Stop inflow' } }));
    expect(kinds()).toEqual(['raised B', 'acknowledged C', 'updated C', 'recurred B', 'acknowledged C', 'recurred B']);
  });

  it('raises the same alert again within the join gap, and a new one after it', () => {
    const { clock, manager, take, kinds } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    clock.set(start + 300_000);
    const second = finding();
    take('begin', second);
    expect(kinds()).toEqual(['raised B', 'returned D', 'recurred B']);
    take('end', second);
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    clock.set(start + 300_000 + 600_001);
    manager.tick();
    take('begin', finding());
    expect(kinds().at(-1)).toBe('raised B');
  });

  it('makes one alert of a failed device and keeps it separate from the process', () => {
    const { manager, take } = room();
    take('begin', finding({ detector: 'device-health', device: 'plc1', equipment: '', area: '', title: 'PLC 1 is silent' }));
    take('begin', finding());
    expect(manager.open().map(({ device }) => device)).toEqual(['plc1', undefined]);
    expect(new Set(manager.open().map(({ incident }) => incident)).size).toBe(2);
  });

  it('keeps simultaneous alerts of one area apart without equipment in common', () => {
    const { manager, take } = room();
    take('begin', finding());
    take('begin', finding({ equipment: 'PS.P4', tags: [] }));
    take('begin', finding({ area: 'network', equipment: 'T1', tags: ['T1.LT'] }));
    expect(new Set(manager.open().map(({ incident }) => incident)).size).toBe(3);
  });

  it('groups alerts of other areas into one incident while they concern the same equipment', () => {
    const { clock, manager, take } = room();
    const first = finding({ area: 'network', equipment: 'B1', tags: ['B1.RUN', 'T1.FT'] });
    take('begin', first);
    clock.set(start + 3_600_000);
    take('begin', finding({ area: 'pumping', equipment: 'PS', tags: ['PS.RUN', 'T1.LT'] }));
    take('begin', finding({ area: 'network', equipment: 'T1', tags: ['T1.LT'] }));
    take('begin', finding({ area: 'intake', equipment: 'RW', tags: ['RW.FT'] }));
    const [booster, station, tank, intake] = manager.open().map(({ incident }) => incident);
    expect([station, tank]).toEqual([booster, booster]);
    expect(intake).not.toBe(booster);
  });

  it('does not add an alert to an incident that ended long before', () => {
    const { clock, manager, take } = room();
    const first = finding({ area: 'network', equipment: 'B1', tags: ['B1.RUN', 'T1.FT'] });
    take('begin', first);
    take('end', first);
    clock.set(start + 3_600_000);
    const times = { since: clock.now(), beganAt: clock.now() };
    take('begin', finding({ area: 'pumping', equipment: 'PS', tags: ['PS.RUN', 'T1.LT'], ...times }));
    expect(new Set(manager.open().map(({ incident }) => incident)).size).toBe(2);
  });

  it('keeps the sentence with which a finding began, through updates and repeats', () => {
    const { clock, manager, take } = room();
    const first = finding({ title: '1 write' });
    const shown = () => manager.open()[0]?.findings.map((one) => [one.firstSentence, one.explanation.sentence]);
    take('begin', first);
    expect(shown()).toEqual([[undefined, '1 write.']]);
    take('update', { ...first, explanation: { ...first.explanation, sentence: '3 writes.' } });
    take('end', { ...first, explanation: { ...first.explanation, sentence: '7 writes.' } });
    clock.set(start + 10_000);
    const again = finding({ title: '1 write', beganAt: start + 10_000 });
    take('begin', again);
    take('update', { ...again, explanation: { ...again.explanation, sentence: '2 writes.' } });
    expect(shown()).toEqual([['1 write.', '2 writes.']]);
  });

  it('stores updates rarely, but each change of text at once', () => {
    const { clock, manager, take, store } = room();
    const first = finding();
    take('begin', first);
    for (let second = 1; second <= 20; second++) {
      clock.set(start + second * 1000);
      take('update', { ...first, score: 2 + second, peak: 2 });
    }
    expect(store.changes).toHaveLength(1 + 4);
    take('update', finding({ id: first.id, title: 'Other words' }));
    expect(store.changes.at(-1)?.alert.title).toBe('Other words');
    expect(manager.open()).toHaveLength(1);
  });

  it('replays the changes that a reader missed, and reports when it cannot', () => {
    const { manager, take } = room();
    const first = finding();
    take('begin', first);
    take('end', first);
    expect(manager.changesAfter(0, 9)?.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(manager.changesAfter(2, 9)).toEqual([]);
    expect(manager.changesAfter(3, 9)).toBeUndefined();
  });

  it('continues after a restart: a confirmed finding stays, one that is not confirmed ends after a grace period', () => {
    const { clock, store, take } = room();
    const stays = finding();
    const goes = finding({ equipment: 'T1', area: 'network', tags: ['T1.LT'] });
    take('begin', stays);
    take('begin', goes);
    const manager = new AlertManager({ store, clock, epoch: 'e2', tags });
    expect(manager.sequence).toBe(2);
    clock.set(start + 60_000);
    manager.take({ change: 'begin', finding: finding({ beganAt: clock.now() }) });
    clock.set(start + 301_000);
    manager.tick();
    const byEquipment = new Map(manager.open().map((alert) => [alert.equipment, alert]));
    expect(byEquipment.get('CW')?.state).toBe('B');
    expect(byEquipment.get('T1')?.state).toBe('D');
    expect(store.changes.filter(({ kind }) => kind === 'raised')).toHaveLength(2);
  });

  it('keeps the last verdict, also after the alert has ended', () => {
    const { clock, manager, store, take, kinds } = room();
    const first = finding();
    take('begin', first);
    const { id = '' } = manager.open()[0] ?? {};
    manager.acknowledge(id, operator);
    take('end', first);
    clock.set(start + 3_600_000);
    manager.tick();
    manager.judge(id, 'true', operator);
    manager.judge(id, 'false', { role: 'engineer', session: 's2' }, 'sensor was cleaned');
    expect(kinds().slice(-2)).toEqual(['judged A', 'judged A']);
    expect(manager.get(id)?.verdict).toEqual({
      word: 'false',
      at: start + 3_600_000,
      by: { role: 'engineer', session: 's2' },
      note: 'sensor was cleaned',
    });
    take('begin', finding());
    expect(manager.open()).toHaveLength(1);
    expect(manager.open()[0]?.id).not.toBe(id);
    expect(manager.open()[0]?.incident).not.toBe(store.get(id)?.incident);
    expect(() => manager.judge('ALT-9', 'true', operator)).toThrow('ALT-9');
  });

  it('gives the alerts of an incident its verdict, except those with one of their own', async () => {
    const { manager, store, take } = room();
    const names = ['T1', 'B1', 'PS'];
    for (const equipment of names) take('begin', finding({ equipment, area: 'network', tags: ['T1.LT', 'T1.FT'] }));
    const [first = '', second = '', third = ''] = manager.open().map(({ id }) => id);
    const incident = store.get(first)?.incident ?? '';
    expect(manager.open().map((alert) => alert.incident)).toEqual([incident, incident, incident]);
    const words = () => [first, second, third].map((id) => store.get(id)?.verdict?.word);
    manager.judge(first, 'expected', operator);
    expect(await manager.judgeIncident(incident, 'true', operator, 'a drill')).toEqual([second, third]);
    expect(words()).toEqual(['expected', 'true', 'true']);
    expect(store.get(first)?.incidentVerdict).toEqual({ word: 'true', at: start, by: operator, note: 'a drill' });
    // the next verdict on the incident replaces what the last one gave, and nothing else
    manager.judge(third, 'true', operator);
    expect(await manager.judgeIncident(incident, 'false', operator)).toEqual([second]);
    expect(words()).toEqual(['expected', 'false', 'true']);
    // an alert that joins later has no verdict until somebody gives one
    take('begin', finding({ equipment: 'CW', area: 'network', tags: ['T1.LT'] }));
    const later = manager.open().find((alert) => alert.equipment === 'CW');
    expect([later?.incident, later?.verdict]).toEqual([incident, undefined]);
    expect(await manager.judgeIncident(incident, 'false', operator)).toEqual([second, later?.id]);
    await expect(manager.judgeIncident('INC-9', 'true', operator)).rejects.toThrow('INC-9');
  });

  it('finds similar alerts of the past, the most similar first, with the respects', async () => {
    const { clock, manager, take } = room();
    const contributions = (share: number) => [{ tag: 'CW.LT01', share, unit: 'm', measured: 4, expected: 3 }];
    const raise = (over: Partial<Finding>, share = 1): string => {
      const one = finding(over);
      const told = { ...one, explanation: { ...one.explanation, contributions: contributions(share) } };
      take('begin', told);
      const [alert] = manager.open();
      manager.acknowledge(alert?.id ?? '', operator);
      take('end', told);
      clock.set(clock.now() + 3_600_000);
      manager.tick();
      return alert?.id ?? '';
    };
    const same = raise({});
    const below = raise({ detector: 'range' }, -1);
    raise({ equipment: 'T1', area: 'network', tags: ['T1.LT'] });
    manager.judge(same, 'expected', operator);
    const now = raise({});
    const similar = await manager.similarTo(now, 5);
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
    expect(await manager.similarTo(now, 1)).toHaveLength(1);
    expect(await manager.similarTo(same, 5)).toEqual([]);
    await expect(manager.similarTo('ALT-9', 5)).rejects.toThrow('ALT-9');
  });

  it('refuses to acknowledge an unknown alert', () => {
    expect(() => room().manager.acknowledge('ALT-9', operator)).toThrow('ALT-9');
  });
});

describe('the sentence of an alert', () => {
  it('is that of a fact of the process, although a finding about its pattern came first and has a higher score', () => {
    const { manager, take } = room();
    take('begin', finding({ detector: 'noise', peak: 40, title: 'Current has almost stopped fluctuating' }));
    const stopped = finding({ detector: 'discrete', peak: 1.2, title: 'Pump stopped', physical: true });
    take('begin', stopped);
    take('begin', finding({ detector: 'relations', peak: 90, title: 'Current does not match its group' }));
    expect(manager.open()).toMatchObject([{ title: 'Pump stopped', explanation: { sentence: 'Pump stopped.' } }]);
    take('begin', finding({ detector: 'range', peak: 1.5, title: 'Flow is 0', physical: true }));
    expect(manager.open()[0]?.title).toBe('Pump stopped');
    take('begin', finding({ detector: 'limits', peak: 2, title: 'Level is too low', physical: true }));
    expect(manager.open()[0]?.title).toBe('Level is too low');
  });

  it('keeps its title after a minute, also during the repair, until it is over and recurs', () => {
    const { clock, manager, take } = room();
    const title = (): string | undefined => manager.open()[0]?.title;
    const attack = finding({ detector: 'range', title: 'SP set to 0.30', physical: true });
    take('begin', attack);
    clock.set(start + 1_800_000);
    const repair = finding({ detector: 'rate', peak: 90, title: 'SP rises too fast', physical: true });
    take('begin', repair);
    take('end', attack);
    expect(title()).toBe('SP set to 0.30');
    take('end', repair);
    expect(manager.open()[0]).toMatchObject({ title: 'SP set to 0.30', state: 'D' });
    clock.set(start + 2_000_000);
    take('begin', finding({ detector: 'frozen', title: 'SP is frozen', physical: true }));
    expect(title()).toBe('SP is frozen');
  });

  it('keeps stating what a client does, although its presence is more unusual', () => {
    const { manager, take } = room();
    const act = { detector: 'traffic', network: true, device: 'plc1', tags: [] } as const;
    const present = finding({ ...act, peak: 40, title: 'Unlisted client' });
    take('begin', present);
    const floods = finding({ ...act, peak: 1.2, title: 'Client floods plc1', alarm: { priority: 2, response: 'Call IT.' } });
    take('begin', floods);
    take('update', { ...present, peak: 60 });
    take('update', floods);
    expect(manager.open()[0]?.title).toBe('Client floods plc1');
    take('begin', finding({ ...act, peak: 9, title: 'Client scans plc1', alarm: { priority: 2, response: 'Call IT.' } }));
    expect(manager.open()[0]?.title).toBe('Client scans plc1');
    take('begin', finding({ ...act, peak: 1, title: 'Client writes to plc1', alarm: { priority: 1, response: 'Call.' } }));
    take('update', { ...present, peak: 80 });
    expect(manager.open()[0]?.title).toBe('Client writes to plc1');
  });

  it('names the alarm when it recurs, not the anomaly beside it that recurred first', () => {
    const { clock, manager, take } = room();
    const title = (): string | undefined => manager.open()[0]?.title;
    const alarm = { priority: 1, response: 'Call the security team' } as const;
    const client = (): Finding => finding({ detector: 'traffic', title: 'Unlisted client at plc1' });
    const write = (text: string): Finding => finding({ detector: 'traffic', title: `Client writes ${text}`, alarm });
    const first = [client(), write('P1.CMD')];
    for (const one of first) take('begin', one);
    expect(title()).toBe('Client writes P1.CMD');
    for (const one of first) take('end', one);
    clock.set(start + 600_000);
    const again = [client(), write('CL.SP')];
    for (const one of again) take('begin', one);
    expect(title()).toBe('Client writes CL.SP');
    // a minute later the words are settled again
    clock.set(start + 700_000);
    take('begin', write('CL.OP'));
    expect(title()).toBe('Client writes CL.SP');
  });
});
