import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { registry } from '../../app/registry.ts';
import { parseConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { AlarmRecord } from '../../core/alarm-record.ts';
import type { StateStore } from '../../core/state.ts';
import { openState } from '../../state/state.ts';
import { noteStart } from './start.ts';
import type { Unconfirmed } from './unconfirmed.ts';

const plant = (limits: string, rest = ''): string => `
site: { name: Works, timeZone: UTC }
areas: [{ id: a, name: A, equipment: [{ id: T1, name: T1, kind: tank }] }]
devices: { plc: { type: modbus, host: 127.0.0.1 } }
tags:
  T1.LT: { description: Level, device: plc, area: a, equipment: T1, unit: m, address: { table: holding, register: 0, type: float32 }, limits: { ${limits} } }
${rest}`;
const other = '  X.LT: { description: Other, device: plc, area: a, equipment: T1, address: { table: holding, register: 9 } }\n';
const engineer = { role: 'engineer', user: 'anna' };

const root = mkdtempSync(join(tmpdir(), 'scadawatch-changes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(root, 'data-'));
  file = join(dir, 'plant.yaml');
});

function configOf(text: string, records: readonly AlarmRecord[] = [], environment = {}): MonitorConfig {
  writeFileSync(file, text);
  const config = parseConfig(text, file, { registry, environment });
  return { ...config, alarmRecords: { secondPerson: config.alarmRecords?.secondPerson ?? false, records } };
}
const startOn = (state: StateStore, text: string, records?: readonly AlarmRecord[]): Unconfirmed =>
  noteStart(state, configOf(text, records), new VirtualClock(0), Buffer.alloc(32, 1));

/** Starts with each text of the configuration in turn, and stops at once. */
function started(...texts: readonly string[]): Unconfirmed {
  using state = openState(dir);
  const [last] = texts.map((text) => startOn(state, text)).toReversed();
  return last as Unconfirmed;
}
const listed = (changes: Unconfirmed): string[] =>
  (changes.open()?.settings ?? []).map(({ object, before, after }) => `${object}: ${before} → ${after}`);
function audited(action: string): string[] {
  using state = openState(dir);
  return state.audit.read({ action, limit: 100 }).map(({ object, before, after }) => `${object}: ${before} → ${after}`);
}

describe('changes that need a confirmation', () => {
  it('are a changed and a removed limit, a disabled detector, a removed tag, another budget, a rule that hides alerts', () => {
    const rule = 'alarms: { suppress: [{ when: { device: plc }, alerts: { equipment: T1 }, cause: line is off }] }';
    const less = plant('high: 6', `detectors: { frozen: false }\nalarmBudget: 12\n${rule}`);
    const changes = started(plant('high: 5, low: 1', other), less);
    expect(listed(changes).toSorted()).toEqual([
      'T1.LT high: 5 m → 6 m',
      'T1.LT low: 1 m → undefined',
      'alarm budget: 2.4 a day → 12 a day',
      'detector frozen: enabled → undefined',
      'suppression of equipment T1: undefined → line is off, while plc does not answer',
      'tag X.LT: watched → undefined',
    ]);
    expect(changes.note).toBeUndefined();
    expect(audited('config.limit-changed')).toContain('T1.LT high: 5 m → 6 m');
  });

  it('are left-out equipment, and settings of a detector', () => {
    const more = plant('high: 5').replace('kind: tank }', 'kind: tank }, { id: T2, name: T2 }');
    expect(listed(started(more, plant('high: 5')))).toEqual(['equipment T2: watched → undefined']);
    expect(listed(started(plant('high: 5', 'detectors: { limits: { deadband: 0.1 } }'))).length).toBeGreaterThan(0);
  });

  it('are not a new tag or limit, an enabled detector, a comment, or the first start', () => {
    const strict = plant('high: 5, low: 1', other);
    const changes = started(plant('high: 5', 'detectors: { frozen: false }'), strict);
    expect(changes.open()).toBeUndefined();
    expect(changes.note).toMatch(/has changed since the last start: .*T1\.LT low now 1 m/);
    const commented = started(`${strict}\n# comment\n`);
    expect([commented.open(), commented.note]).toEqual([
      undefined,
      expect.stringContaining('No limit, detector or alarm budget'),
    ]);
    expect(started(`${strict}\n# comment\n`).note).toBeUndefined();
  });

  it('are removed and weakened alarm records of the file, but not those that a person has changed', () => {
    using state = openState(dir);
    const match = { detectors: [], kinds: [], tags: ['T1.LT'], equipment: [], areas: [], devices: [], techniques: [] };
    const texts = { class: 'process', cause: 'a', consequence: 'b', response: 'c', respondWithinMs: 1, owner: 'd' };
    const records = ['GONE', 'LESS', 'OWN', 'SAME'].map((id): AlarmRecord => ({ id, match, priority: 1, ...texts }));
    const step = { version: 1, at: 0, by: { role: 'console' }, act: 'changed', reason: 'r' } as const;
    for (const record of records)
      state.alarmRecords.append([{ ...step, id: record.id, origin: record.id === 'OWN' ? 'person' : 'file', record }]);
    startOn(state, plant('high: 5'), records);
    const left = records.slice(1).map((one): AlarmRecord => ({ ...one, priority: one.id === 'SAME' ? 1 : 3, cause: 'other' }));
    const changes = startOn(state, plant('high: 5'), left);
    expect(
      changes.open()?.settings.map(({ object, before, after }) => [object, before?.slice(0, 10), after?.slice(0, 10)]),
    ).toEqual([
      ['alarm record GONE', 'priority 1', undefined],
      ['alarm record LESS', 'priority 1', 'priority 3'],
    ]);
  });
});

it('a removed or other return condition needs a confirmation, an added one does not', () => {
  using state = openState(dir);
  const match = { detectors: [], kinds: [], tags: ['T1.LT'], equipment: [], areas: [], devices: [], techniques: [] };
  const texts = { class: 'process', cause: 'a', consequence: 'b', response: 'c', respondWithinMs: 1, owner: 'd' };
  const of = (id: string, returnWhen?: string): AlarmRecord => ({
    id,
    match,
    priority: 1,
    ...texts,
    ...(returnWhen === undefined ? {} : { returnWhen }),
  });
  const step = { version: 1, at: 0, by: { role: 'console' }, act: 'changed', origin: 'file', reason: 'r' } as const;
  for (const record of [of('ADDED'), of('GONE', 'T1.LT above 2 m'), of('OTHER', 'T1.LT above 2 m')])
    state.alarmRecords.append([{ ...step, id: record.id, record }]);
  const changes = startOn(state, plant('high: 5'), [of('ADDED', 'T1.LT above 2 m'), of('GONE'), of('OTHER', 'T1.LT above 1 m')]);
  expect(changes.open()?.settings.map(({ object, after }) => `${object}: ${after}`)).toEqual([
    expect.stringMatching(/^alarm record GONE: priority 1, matches sha256:\w+$/),
    expect.stringMatching(/^alarm record OTHER: .* returns when T1.LT above 1 m$/),
  ]);
});

describe('until they are confirmed', () => {
  it('later starts find the same changes, with further ones and the first value, and not what was undone', () => {
    const first = started(plant('high: 5, low: 1'), plant('high: 6, low: 1'));
    expect(started(plant('high: 6, low: 1')).open()).toEqual(first.open());
    expect(listed(started(plant('high: 7')))).toEqual(['T1.LT high: 5 m → 7 m', 'T1.LT low: 1 m → undefined']);
    expect(listed(started(plant('high: 5')))).toEqual(['T1.LT low: 1 m → undefined']);
    expect(started(plant('high: 5, low: 1')).open()).toBeUndefined();
  });

  it('a detector that comes back with other settings has changed', () => {
    const settings = 'detectors: { limits: { deadband: 0.1 } }';
    started(plant('high: 5'), plant('high: 5', 'detectors: { limits: false }'));
    expect(listed(started(plant('high: 5', settings)))).toEqual([expect.stringMatching(/^detector limits deadband: .* → 0\.1$/)]);
  });

  it('a removed second person is still needed', async () => {
    const second = 'alarms: { secondPerson: true }';
    const changes = started(plant('high: 5', second), plant('high: 5'));
    expect(listed(changes)).toEqual(['second person: needed → not needed']);
    const { site, alarmRecords } = changes.guarded(configOf(plant('high: 5')));
    expect([site.secondPerson, alarmRecords?.secondPerson]).toEqual([true, true]);
    expect(started(plant('high: 5', second), plant('high: 5', second)).open()).toBeUndefined();
  });
});

it('a confirmation is audited with its reason, takes effect once, and outlives the run', async () => {
  {
    using state = openState(dir);
    startOn(state, plant('high: 5'));
    const changes = startOn(state, plant('high: 6'));
    const id = changes.open()?.id ?? '';
    const heard: string[] = [];
    changes.onConfirmed(({ role }, reason) => heard.push(`${role}: ${reason}`));
    await expect(changes.confirm('other', engineer, 'r', 'first')).rejects.toThrow('does not wait any more');
    await changes.confirm(id, engineer, 'new weir', 'first');
    expect([changes.open(), heard]).toEqual([undefined, ['engineer: new weir']]);
    await expect(changes.confirm(id, engineer, 'r', 'first')).rejects.toThrow('does not wait any more');
    expect(state.audit.read({ action: 'config.confirmed', limit: 9 })).toMatchObject([
      { ...engineer, object: 'plant.yaml', after: 'T1.LT high 5 m → 6 m', reason: 'new weir' },
    ]);
  }
  expect(started(plant('high: 6')).open()).toBeUndefined();
  expect(listed(started(plant('high: 5')))).toEqual(['T1.LT high: 6 m → 5 m']);
});

it('settings that an earlier version did not store count as unchanged, and what it stored counts', () => {
  started(plant('high: 5'));
  {
    using state = openState(dir);
    const stored = state.baselines.latest('site/protection')?.content as Record<string, string>;
    const earlier = Object.fromEntries(
      Object.entries(stored).filter(([key]) => !/^(tag |device |source|format|equip|hash)/.test(key)),
    );
    state.baselines.add({ name: 'site/protection', createdAt: 0, source: file, content: earlier });
  }
  expect(listed(started(plant('high: 6')))).toEqual(['T1.LT high: 5 m → 6 m']);
  expect(listed(started(plant('high: 6', 'sourceTimes: { ahead: 2d }')))).toEqual([
    'T1.LT high: 5 m → 6 m',
    expect.stringMatching(/^source times/),
  ]);
});

it('another default of a new version of the monitor is no change of the configuration', () => {
  started(plant('high: 5'));
  {
    using state = openState(dir);
    const stored = state.baselines.latest('site/protection')?.content as Record<string, string>;
    state.baselines.add({
      name: 'site/protection',
      createdAt: 0,
      source: file,
      content: { ...stored, 'alarm budget': '3 a day' },
    });
  }
  const changes = started(plant('high: 5'));
  expect([changes.open(), changes.note]).toEqual([undefined, undefined]);
});

it('another destination of a notifier counts also if only the environment of the file has changed', () => {
  const text = plant('high: 5', "notifiers: [{ type: webhook, url: '${env:HOOK}', secret: 0123456789abcdef }]");
  using state = openState(dir);
  const start = (HOOK: string): string[] =>
    listed(noteStart(state, configOf(text, [], { HOOK }), new VirtualClock(0), Buffer.alloc(32, 1)));
  expect(start('http://127.0.0.1:9001/one')).toEqual([]);
  const hash = 'sha256:[0-9a-f]{8}';
  expect(start('http://127.0.0.1:9001/two')).toEqual([
    expect.stringMatching(
      `^settings of notifier webhook to 127\\.0\\.0\\.1:9001: secret ${hash}, url ${hash} → secret ${hash}, url ${hash}$`,
    ),
  ]);
  expect(start('http://127.0.0.1:9001/one')).toEqual([]);
  expect(start('http://127.0.0.1:9002/one')).toEqual(['notifier webhook to 127.0.0.1:9001: all alerts → undefined']);
});

it('another address of a feed counts also if only the environment of the file has changed', () => {
  const text = plant('high: 5', "feeds: [{ name: threats, url: '${env:FEED}' }]");
  using state = openState(dir);
  const start = (FEED: string): string[] =>
    listed(noteStart(state, configOf(text, [], { FEED }), new VirtualClock(0), Buffer.alloc(32, 1)));
  expect(start('https://feeds.example/one')).toEqual([]);
  expect(start('https://feeds.example/none')).toEqual([expect.stringMatching(/^settings of feed threats: /)]);
  expect(start('https://feeds.example/one')).toEqual([]);
});

it('settings of notifiers of an earlier version, without hashes, are unchanged', () => {
  const text = plant('high: 5', "notifiers: [{ type: webhook, url: 'http://127.0.0.1:9001/one', secret: 0123456789abcdef }]");
  started(text);
  {
    using state = openState(dir);
    const stored = state.baselines.latest('site/protection')?.content as Record<string, string>;
    const content = Object.fromEntries(Object.entries(stored).filter(([key]) => !/^(settings of|key of)/.test(key)));
    state.baselines.add({ name: 'site/protection', createdAt: 0, source: file, content });
  }
  expect(started(text.replace('/one', '/two')).open()).toBeUndefined();
  expect(listed(started(text.replace('/one', '/three')))).toEqual([expect.stringMatching('^settings of notifier webhook')]);
});
