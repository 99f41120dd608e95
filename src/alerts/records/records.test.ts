import { describe, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { memoryRecords } from '../../../test/support/memory-records.ts';
import type { AlarmMatch, AlarmRecord, AlarmRecordVersion } from '../../core/alarm-record.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import type { AuditEntry } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';

const start = Date.UTC(2026, 10, 28);
const anna = { role: 'engineer', session: 's1', user: 'anna' };
const bert = { role: 'admin', session: 's2', user: 'bert' };
const any: AlarmMatch = { detectors: [], kinds: [], tags: [], equipment: [], areas: [], devices: [], techniques: [] };

const recordOf = (id: string, match: Partial<AlarmMatch>, more: Partial<AlarmRecord> = {}): AlarmRecord => ({
  id,
  match: { ...any, ...match },
  priority: 2,
  class: 'process',
  cause: 'Inflow open.',
  consequence: 'The tank overflows.',
  response: 'Close the inflow.\nCall the engineer.',
  respondWithinMs: 600_000,
  owner: 'Shift leader',
  ...more,
});

const high = recordOf('T1-HIGH', { tags: ['T1.LT'], direction: 'high' });

function findingOf(more: Partial<Finding> = {}, share = 1): Finding {
  const contributions = [{ tag: 'T1.LT', share, unit: 'm', measured: 5, expected: 4 }];
  return {
    id: 'F1',
    detector: 'range',
    channel: 'T1.LT',
    area: 'network',
    equipment: 'T1',
    tags: ['T1.LT'],
    since: start,
    beganAt: start,
    updatedAt: start,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: 'High.', title: 'High', contributions, normalIf: '', techniques: [], seen: ['T0836'] },
    ...more,
  };
}

function site(options: { readonly secondPerson?: boolean } = {}) {
  const stored: AlarmRecordVersion[] = [];
  const audited: AuditEntry[] = [];
  const weakened: string[] = [];
  const tags = new TagTable([
    tagOf('T1.LT', { area: 'network', equipment: 'T1', limits: { high: 5 } }),
    tagOf('T1.FT', { area: 'network', equipment: 'T1', limits: { high: 5, priority: 2, response: 'Look' } }),
    tagOf('T2.LT', { area: 'network', equipment: 'T2', limits: { low: 1 } }),
  ]);
  const clock = new VirtualClock(start);
  const open = () =>
    memoryRecords(tags, clock, { ...options, stored, audited, onWeakened: (sentence) => void weakened.push(sentence) });
  return { records: open(), reopened: open, audited, weakened };
}

const recordFor = (records: ReturnType<typeof site>['records'], finding: Finding) =>
  records.rationalised({ change: 'begin', finding }).finding.alarm?.rationale?.record;

describe('what a record matches', () => {
  it.each<[string, Partial<AlarmMatch>, boolean]>([
    ['a tag', { tags: ['T1.LT'] }, true],
    ['another tag', { tags: ['T2.LT'] }, false],
    ['a pattern of tags', { tags: ['T?.L*'] }, true],
    ['a pattern is no expression', { tags: ['T1.FT', 'T*.FT'] }, false],
    ['detector and equipment', { detectors: ['range'], equipment: ['T1'] }, true],
    ['another detector', { detectors: ['frozen'], equipment: ['T1'] }, false],
    ['an area', { areas: ['network'] }, true],
    ['a device, which a finding of the process has not', { devices: ['PLC-1'] }, false],
    ['an observed technique', { techniques: ['T0836', 'T0848'] }, true],
    ['a technique that was not observed', { techniques: ['T0848'] }, false],
    ['a kind', { kinds: ['T1.LT'] }, true],
    ['the side', { tags: ['T1.LT'], direction: 'high' }, true],
    ['the other side', { tags: ['T1.LT'], direction: 'low' }, false],
    ['the side without a tag', { areas: ['network'], direction: 'high' }, true],
  ])('%s', (_, match, matches) => {
    const { records } = site();
    records.change(recordOf('R', match), 0, anna, 'new');
    expect(recordFor(records, findingOf()) === 'R').toBe(matches);
  });

  it('the most urgent record gives the alarm, then the first by id', () => {
    const { records } = site();
    for (const [id, priority] of [
      ['C', 2],
      ['B', 1],
      ['A', 1],
    ] as const)
      records.change(recordOf(id, { tags: ['T1.LT'] }, { priority }), 0, anna, 'new');
    expect(recordFor(records, findingOf())).toBe('A');
  });

  it('the end of a finding stays as it is', () => {
    const { records } = site();
    records.change(high, 0, anna, 'new');
    const ended = { change: 'end' as const, finding: findingOf({ endedAt: start }) };
    expect(records.rationalised(ended)).toBe(ended);
  });
});

describe('history', () => {
  it('keeps each version with its actor and reason, audits it, and survives a restart', () => {
    const { records, reopened, audited } = site();
    records.change(high, 0, anna, 'rationalised');
    records.change({ ...high, owner: 'Night shift' }, 1, bert, 'owner moved');
    records.remove('T1-HIGH', 2, anna, 'tank removed');
    const again = reopened();
    expect(again.history('T1-HIGH')).toMatchObject([
      { version: 1, act: 'changed', by: anna, reason: 'rationalised', record: { owner: 'Shift leader' } },
      { version: 2, act: 'changed', by: bert, reason: 'owner moved', record: { owner: 'Night shift' } },
      { version: 3, act: 'removed', by: anna, reason: 'tank removed' },
    ]);
    expect(again.list()).toEqual([]);
    expect(recordFor(again, findingOf())).toBeUndefined();
    expect(audited.map(({ action, object, user, reason }) => [action, object, user, reason])).toEqual([
      ['alarm-record.changed', 'T1-HIGH', 'anna', 'rationalised'],
      ['alarm-record.changed', 'T1-HIGH', 'bert', 'owner moved'],
      ['alarm-record.removed', 'T1-HIGH', 'anna', 'tank removed'],
    ]);
  });

  it('refuses a change of an older version, without a reason, of unknown names, and without a difference', () => {
    const { records } = site();
    records.change(high, 0, anna, 'new');
    expect(() => records.change({ ...high, owner: 'X' }, 0, anna, 'r')).toThrow('another version by now');
    expect(() => records.change({ ...high, owner: 'X' }, 1, anna, ' ')).toThrow('needs a reason');
    expect(() => records.change(high, 1, anna, 'r')).toThrow('already like this');
    expect(() => records.change(recordOf('N', { tags: ['T9.*'] }), 0, anna, 'r')).toThrow('record N: tags has no T9.*');
    const wrong = { ...recordOf('N', { tags: ['T1.LT'] }), returnWhen: 'T1.LT above 2 ft' };
    expect(() => records.change(wrong, 0, anna, 'r')).toThrow('record N: returnWhen: T1.LT is in m, not in ft');
    expect(() => records.remove('N', 0, anna, 'r')).toThrow('no record N is in force');
    expect(records.list()).toHaveLength(1);
  });

  it('refuses more than 2000 records, as a whole', () => {
    const { records } = site();
    const many = Array.from({ length: 2_001 }, (_, i) => recordOf(`R${i}`, { tags: ['T1.LT'] }));
    expect(() => records.import(many, anna, 'all')).toThrow('2001 alarm records, more than 2000');
    expect(records.list()).toEqual([]);
    expect(records.import(many.slice(1), anna, 'all')).toEqual({ added: 2_000, changed: 0, unchanged: 0 });
    expect(records.import(many.slice(1), anna, 'again')).toEqual({ added: 0, changed: 0, unchanged: 2_000 });
  });
});

describe('a second person', () => {
  it('must approve a change and a removal, and must be another one', () => {
    const { records } = site({ secondPerson: true });
    records.change(high, 0, anna, 'new');
    expect(recordFor(records, findingOf())).toBeUndefined();
    expect(records.list()).toMatchObject([{ id: 'T1-HIGH', proposal: { act: 'proposed', by: anna } }]);
    expect(() => records.decide('T1-HIGH', 1, true, { ...anna, session: 's9' }, 'ok')).toThrow('your own');
    records.decide('T1-HIGH', 1, true, bert, 'agreed');
    expect(recordFor(records, findingOf())).toBe('T1-HIGH');
    records.remove('T1-HIGH', 2, bert, 'gone');
    expect(recordFor(records, findingOf())).toBe('T1-HIGH');
    records.decide('T1-HIGH', 3, false, bert, 'my mistake');
    expect(records.list()).toMatchObject([{ inForce: { version: 2 } }]);
    expect(records.list()[0]).not.toHaveProperty('proposal');
  });
});

describe('self-protection', () => {
  it('reports a removal, a lower priority and another match, once they are in force; nothing else', () => {
    const { records, weakened } = site();
    records.change(high, 0, anna, 'new');
    records.change({ ...high, priority: 1, cause: 'Other.' }, 1, anna, 'r');
    expect(weakened).toEqual([]);
    records.change({ ...high, priority: 3 }, 2, anna, 'r');
    records.change({ ...high, priority: 3, match: { ...any, tags: ['T2.LT'] } }, 3, anna, 'r');
    records.remove('T1-HIGH', 4, anna, 'r');
    expect(weakened).toEqual([
      'Alarm record T1-HIGH: priority lowered from 1 to 3, by engineer.',
      'Alarm record T1-HIGH: now matches other findings, by engineer.',
      'Alarm record T1-HIGH: removed, was priority 3, by engineer.',
    ]);
  });

  it('reports a removed, another or a shorter return condition, not an added one', () => {
    const { records, weakened } = site();
    const returnWhen = 'T1.LT below 4 m';
    records.change(high, 0, anna, 'new');
    records.change({ ...high, returnWhen, returnDelayMs: 60_000 }, 1, anna, 'r');
    expect(weakened).toEqual([]);
    expect(records.returnOf('T1-HIGH')).toMatchObject({ all: [{ tag: 'T1.LT', side: 'below', limit: 4 }], delayMs: 60_000 });
    records.change({ ...high, returnWhen }, 2, anna, 'r');
    records.change({ ...high, returnWhen: 'T1.LT below 5 m' }, 3, anna, 'r');
    records.change(high, 4, anna, 'r');
    expect(weakened.map((sentence) => sentence.replace('Alarm record T1-HIGH: ', ''))).toEqual([
      'has a shorter return delay, by engineer.',
      'has another return condition, by engineer.',
      'no longer waits for its return condition, by engineer.',
    ]);
    expect(records.returnOf('T1-HIGH')).toBeUndefined();
  });

  it('reports a change with a second person only when it is approved', () => {
    const { records, weakened } = site({ secondPerson: true });
    records.follow([high], { role: 'console' }, 'alarms.yaml');
    records.change({ ...high, priority: 3 }, 1, anna, 'r');
    expect(weakened).toEqual([]);
    records.decide('T1-HIGH', 2, true, bert, 'r');
    expect(weakened).toHaveLength(1);
  });
});

describe('the file of the configuration', () => {
  const console = { role: 'console' };

  it('decides about records that no person has changed, and leaves the others', () => {
    const { records, reopened } = site();
    const own = recordOf('OWN', { tags: ['T1.FT'] });
    records.follow([high, own], console, 'alarms.yaml');
    records.change({ ...own, priority: 1 }, 1, anna, 'worse than thought');
    const again = reopened();
    again.follow(
      [
        { ...high, cause: 'Pump.' },
        { ...own, priority: 3 },
      ],
      console,
      'alarms.yaml',
    );
    expect(again.list()).toMatchObject([
      { id: 'OWN', inForce: { origin: 'person', record: { priority: 1 } } },
      { id: 'T1-HIGH', inForce: { origin: 'file', version: 2, record: { cause: 'Pump.' } } },
    ]);
    again.follow([{ ...high, cause: 'Pump.' }, own], console, 'alarms.yaml');
    expect(again.history('T1-HIGH')).toHaveLength(2);
  });

  it('removes what it no longer states, and does not bring back what a person removed', () => {
    const { records } = site();
    records.follow([high], console, 'alarms.yaml');
    records.follow([], console, 'plant.yaml');
    expect(records.list()).toEqual([]);
    records.follow([high], console, 'alarms.yaml');
    records.remove('T1-HIGH', 3, anna, 'not needed');
    records.follow([high], console, 'alarms.yaml');
    expect(records.list()).toEqual([]);
  });
});

it('lists each limit with its response: of the configuration, of a record, or none', () => {
  const { records } = site();
  records.change(high, 0, anna, 'new');
  expect(records.limits()).toEqual([
    { tag: 'T1.LT', record: 'T1-HIGH', priority: 2, response: high.response },
    { tag: 'T1.FT', priority: 2, response: 'Look' },
    { tag: 'T2.LT' },
  ]);
});
