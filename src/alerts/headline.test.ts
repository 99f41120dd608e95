import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, ObservedWrite } from '../core/finding.ts';
import { Quality } from '../core/quality.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { EquipmentNames } from './headline/several.ts';

const start = Date.UTC(2026, 10, 28, 12);
const pumps = ['PS.P1', 'PS.P2', 'PS.P3'];
const command = { kind: 'discrete', role: 'command', states: { 0: 'stop', 1: 'run' } } as const;
const status = { kind: 'discrete', role: 'status', states: { 0: 'stopped', 1: 'running' } } as const;
const tags = new TagTable([
  ...pumps.map((pump) => tagOf(`${pump}.CMD`, { equipment: pump, area: 'pumping', device: 'plc1', ...command })),
  ...pumps.map((pump) => tagOf(`${pump}.RUN`, { equipment: pump, area: 'pumping', device: 'plc1', ...status })),
  tagOf('CL.SP', { equipment: 'CL', area: 'pumping', device: 'plc1', role: 'setpoint' }),
]);
const areas = [
  {
    equipment: [
      ...pumps.map((id, i) => ({ id, name: `High-lift pump ${i + 1}`, kind: 'pump' })),
      { id: 'PS.V', name: 'High-lift valve', kind: 'valve' },
      { id: 'CL', name: 'Chlorination', kind: 'dosing' },
    ],
  },
];

/** A monitor of these tags; `running` are the pumps whose status shows that they run. */
function site() {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const latest = {
    value: new Float64Array(tags.size).fill(1),
    quality: new Uint32Array(tags.size).fill(Quality.Good),
  };
  const create = () => new AlertManager({ store, clock, epoch: 'e', tags, areas, latest });
  const manager = create();
  const stop = (pump: string): void => {
    latest.value[tags.indexOf(`${pump}.RUN`) ?? -1] = 0;
  };
  const take = (second: number, id: string, over: Partial<Finding>, to = manager): void => {
    clock.set(start + 1_000 * second);
    const time = clock.now();
    const rest = { area: 'pumping', equipment: '', tags: [], score: 2, peak: 2, certainty: { kind: 'stated' as const } };
    const finding = { id, detector: 'range', channel: id, since: time, beganAt: time, updatedAt: time, ...rest };
    const explanation = { sentence: `${id}.`, title: id, contributions: [], normalIf: '', techniques: [] };
    to.take({ change: 'begin', finding: { ...finding, explanation, ...over } });
  };
  const title = (): string | undefined => store.changes.at(-1)?.alert.headline?.title;
  return { store, create, manager, take, stop, title };
}

const wrote = (...writes: readonly Pick<ObservedWrite, 'tag' | 'after' | 'change'>[]): Partial<Finding> => ({
  detector: 'traffic',
  device: 'plc1',
  network: true,
  area: '',
  tags: writes.map(({ tag }) => tag),
  explanation: {
    sentence: 'written.',
    title: 'written',
    contributions: [],
    normalIf: '',
    techniques: [],
    writes: writes.map((write) => ({ client: '10.0.0.66', ...write })),
  },
});
const stopped = (...some: readonly string[]): Partial<Finding> =>
  wrote(...some.map((pump) => ({ tag: `${pump}.CMD`, after: 0, change: '1 → stop' })));

describe('the title of an incident', () => {
  it('names all equipment that one client stopped, as soon as its status shows it', () => {
    const { take, stop, title } = site();
    take(0, 'W', stopped('PS.P1'));
    expect(title()).toBe('Command stop to High-lift pump 1 by a write from 10.0.0.66');
    stop('PS.P1');
    take(10, 'W', stopped('PS.P1', 'PS.P2'));
    expect(title()).toBe('Command stop to two of three high-lift pumps by writes from 10.0.0.66');
    for (const pump of pumps) stop(pump);
    take(20, 'W', stopped(...pumps));
    expect(title()).toBe('All three high-lift pumps stopped by writes from 10.0.0.66');
  });

  it('states that equipment is kept in its state by writes that change nothing', () => {
    const { take, stop, title } = site();
    for (const pump of pumps) stop(pump);
    take(0, 'W', wrote(...pumps.map((pump) => ({ tag: `${pump}.CMD`, before: 0, after: 0, change: '→ stop' }))));
    expect(title()).toBe('All three high-lift pumps kept stopped by writes from 10.0.0.66');
  });

  it('names the written values of a set-point, and the places of different writes', () => {
    const { take, title } = site();
    take(0, 'W', wrote({ tag: 'CL.SP', after: 0.3, change: '1.00 → 0.30 mg/L' }));
    expect(title()).toBe('CL.SP 1.00 → 0.30 mg/L, written by 10.0.0.66');
    take(5, 'W', wrote({ tag: 'CL.SP', after: 0.3, change: '→ 0.30 mg/L' }, { tag: 'PS.P1.CMD', after: 0, change: '→ stop' }));
    expect(title()).toBe('2 tags of Chlorination and High-lift pump 1 written by 10.0.0.66');
  });

  it('stays after a minute: a consequence, a repair and a restart do not change it', () => {
    const { take, title, create, store } = site();
    take(0, 'W', wrote({ tag: 'CL.SP', after: 0.3, change: '1.00 → 0.30 mg/L' }));
    take(30, 'low chlorine', { equipment: 'CL', tags: ['CL.SP'], physical: true });
    take(90, 'repair', { equipment: 'PS.P1', tags: ['PS.P1.RUN', 'CL.SP'], physical: true });
    expect(title()).toBe('CL.SP 1.00 → 0.30 mg/L, written by 10.0.0.66');
    const again = create();
    take(100, 'later', { equipment: 'PS.P2', tags: ['PS.P2.RUN', 'CL.SP'], physical: true }, again);
    expect(title()).toBe('CL.SP 1.00 → 0.30 mg/L, written by 10.0.0.66');
    expect(new Set(store.all().map(({ incident }) => incident)).size).toBe(1);
  });

  it('names a restart by a client before the pump that it stopped', () => {
    const { take, title } = site();
    const explanation = {
      sentence: 's.',
      title: '10.0.0.66 restarts plc1',
      contributions: [],
      normalIf: '',
      techniques: ['T0816'],
    };
    const alarm = { priority: 1 as const, response: 'Call the station.' };
    take(0, 'stopped', { equipment: 'PS.P1', tags: ['PS.P1.RUN', 'PS.P1.CMD'], physical: true, alarm });
    const act = { detector: 'traffic', device: 'plc1', network: true as const, area: '', tags: ['PS.P1.CMD'], alarm };
    take(5, 'R', { ...act, explanation: { ...explanation, seen: ['T0816'] } });
    expect(title()).toBe('10.0.0.66 restarts plc1');
  });

  it('is on all open alerts of the incident', () => {
    const { take, manager } = site();
    take(0, 'low chlorine', { equipment: 'CL', tags: ['CL.SP'] });
    take(5, 'W', wrote({ tag: 'CL.SP', after: 0.3, change: '1.00 → 0.30 mg/L' }));
    const open = manager.open();
    expect(open).toHaveLength(2);
    for (const { headline } of open) expect(headline?.title).toBe('CL.SP 1.00 → 0.30 mg/L, written by 10.0.0.66');
  });

  it('follows a more urgent alert, and settles again', () => {
    const { take, title } = site();
    take(0, 'level low', { equipment: 'CL', tags: ['CL.SP'] });
    const alarm = { priority: 1 as const, response: 'Close the valve' };
    take(300, 'overflow', { equipment: 'PS.P1', tags: ['PS.P1.RUN', 'CL.SP'], alarm });
    expect(title()).toBe('overflow');
    take(400, 'low again', { equipment: 'PS.P2', tags: ['PS.P2.RUN', 'CL.SP'], alarm });
    expect(title()).toBe('overflow');
  });
});

it('names of several equipment are those of the site, in words', () => {
  const names = new EquipmentNames([
    {
      equipment: [
        { id: 'B1', name: 'Booster 1', kind: 'pump' },
        { id: 'B2', name: 'Booster 2', kind: 'pump' },
        { id: 'V1', name: 'PRV battery 1', kind: 'valve' },
        { id: 'V2', name: 'PRV battery 2', kind: 'valve' },
        { id: 'V3', name: 'PRV battery 3', kind: 'valve' },
      ],
    },
  ]);
  expect(names.of(['B1'])).toBe('Booster 1');
  expect(names.of(['B1', 'B2'])).toBe('both boosters');
  expect(names.of(['V1', 'V3'])).toBe('two of three PRV batteries');
  expect(names.of(['B1', 'V1', 'unknown'])).toBe('Booster 1, PRV battery 1 and unknown');
});
