import { beforeAll, describe, expect, it } from 'vitest';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { TrafficDetector } from '../../detectors/traffic/traffic.ts';
import { schema } from '../../detectors/traffic/config.ts';
import type { AlarmRecords } from '../../src/alerts/records/records.ts';
import { AlertPath } from '../../src/alerts/alert-path.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import type { Alert } from '../../src/core/alert.ts';
import { BatchBuilder } from '../../src/core/batch.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Finding } from '../../src/core/finding.ts';
import { Quality } from '../../src/core/quality.ts';
import { TagTable } from '../../src/core/tag.ts';
import { LatestTable } from '../../src/ingest/latest.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { traffic } from '../../detectors/traffic/index.ts';
import { tagOf } from '../support/detectors.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';
import { at, connection, ends, hmi, scan, stranger, target, traffic as talk, write } from '../support/wire.ts';
import { shippedRecords } from '../support/plant-records.ts';

let records: AlarmRecords;
beforeAll(async () => {
  records = await shippedRecords(waterworks);
});

type Part = readonly [tag: string, share: number];

/** A finding as a play of a scenario under the shipped baseline raised it: detector, channel, place, shares, title. */
function found(
  detector: string,
  channel: string,
  [area, equipment]: readonly [string, string],
  parts: readonly Part[],
  title: string,
): Finding {
  const contributions = parts.map(([tag, share]) => ({ tag, share, unit: '', measured: 0, expected: 0 }));
  return {
    id: `${detector}/${channel}/${title}`,
    detector,
    channel,
    area,
    equipment,
    tags: parts.map(([tag]) => tag),
    since: at(0),
    beganAt: at(0),
    updatedAt: at(0),
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: `${title}.`, title, contributions, normalIf: '', techniques: [] },
  };
}

/** Alerts of findings that begin one after the other. */
function alertsOf(...findings: readonly Finding[]): readonly Alert[] {
  const manager = new AlertManager({ store: new MemoryAlerts(), clock: new VirtualClock(at(0)), epoch: 'e', tags: target.tags });
  for (const finding of findings) manager.take(records.rationalised({ change: 'begin', finding }));
  return manager.open();
}

const running = [1, 2, 3, 4].map((n): Part => [`PS.P${n}.RUN`, 0.2]);

describe('alarm records of the waterworks', () => {
  it.each([
    [
      'stopped pumps: the flow',
      'PUMPS-STOPPED',
      1,
      found('range', 'PS.FT01', ['pumping', 'PS'], [['PS.FT01', -1]], 'Station flow falls too fast'),
    ],
    [
      'stopped pumps: their states',
      'PUMPS-STOPPED',
      1,
      found('interlock', 'pumping/PS.P#.RUN', ['pumping', 'PS'], [...running, ['PS.FT01', -0.2]], '2 of 4, Station flow low'),
    ],
    [
      'pumps that do not run while the tank is low',
      'PUMPS-IDLE',
      1,
      found('interlock', 'pumping/PS.P#.RUN', ['pumping', 'PS'], [...running, ['T1.LT', -0.2]], 'No high-lift pump running'),
    ],
    [
      'a lowered set-point',
      'DISINFECTION-LOST',
      1,
      found('range', 'CL.SP', ['treatment', 'CL'], [['CL.SP', -1]], 'CL.SP set to 0.30 mg/L'),
    ],
    [
      'too little chlorine',
      'DISINFECTION-LOST',
      1,
      found('range', 'CL.AT01', ['treatment', 'CL'], [['CL.AT01', -1]], 'CL.AT01 shifted down'),
    ],
    [
      'a stuck level',
      'LEVEL-UNTRUSTED',
      2,
      found('frozen', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', 1]], 'Clearwell level 1 frozen'),
    ],
    [
      'levels that differ',
      'LEVEL-UNTRUSTED',
      2,
      found(
        'relations',
        'clearwell',
        ['clearwell', 'CW'],
        [
          ['CW.LT01', -0.66],
          ['CW.LT02', 0.34],
        ],
        'does not match the others',
      ),
    ],
    [
      'a falsified connection',
      'FALSE-VALUES',
      1,
      found('agreement', 'plc1', ['', ''], [['CW.LT01', -1]], 'plc1 sends 10.0.0.5 other values'),
    ],
    ['a tank that fills', 'TANK-OVERFILL', 2, found('range', 'T2.LT', ['network', 'T2'], [['T2.LT', 1]], 'Tank 2 level high')],
  ])('%s sounds', (_, record, priority, finding) => {
    const [alert] = alertsOf(finding);
    expect(alert).toMatchObject({ priority, state: 'B', rationale: { record, version: 1 } });
    expect(alert?.response.split('\n').length).toBeGreaterThan(1);
    for (const text of [alert?.rationale?.cause, alert?.rationale?.consequence]) expect(text).toMatch(/\w/);
    expect(alert?.rationale?.respondWithinMs).toBeGreaterThan(0);
  });

  it.each([
    found('counter', 'PLC1.SEQ', ['treatment', 'PLC1'], [['PLC1.SEQ', 1]], 'counts too fast'),
    found(
      'interlock',
      'network/B#.RUN',
      ['network', 'B1'],
      [
        ['B1.RUN', 0.33],
        ['PS.FT01', -0.33],
      ],
      '1 of 2, Station flow low',
    ),
    found(
      'interlock',
      'pumping/PS.P#.CMD',
      ['pumping', 'PS'],
      [
        ['PS.P1.CMD', 0.2],
        ['T1.LT', -0.2],
      ],
      'Tank 1 level low',
    ),
    found('range', 'PS.FT01', ['pumping', 'PS'], [['PS.FT01', 1]], 'Station flow high'),
    found('range', 'CL.SP', ['treatment', 'CL'], [['CL.SP', 1]], 'CL.SP set to 1.30 mg/L'),
    found('range', 'T2.LT', ['network', 'T2'], [['T2.LT', -1]], 'Tank 2 level low'),
    found('profile', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', -1]], 'has lost its noise'),
    found('discrete', 'RW.P1.RUN', ['intake', 'RW.P1'], [['RW.P1.RUN', 1]], 'left running early'),
  ])('$channel of $detector, $explanation.title, stays an anomaly', (finding) => {
    expect(alertsOf(finding)).toMatchObject([{ priority: 'A', response: '' }]);
    expect(alertsOf(finding)[0]).not.toHaveProperty('rationale');
  });

  it('a limit keeps the priority and the response of the configuration', () => {
    const alarm = { priority: 3, response: 'Order alum' } as const;
    const own = { ...found('limits', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', 1]], 'Clearwell level high'), alarm };
    expect(alertsOf(own)).toMatchObject([{ priority: 3, response: 'Order alum' }]);
  });

  it('an anomaly becomes an alarm with the first finding that a record matches, and stays one', () => {
    const rate = found('range', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', -1]], 'falls too fast');
    const frozen = found('frozen', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', 1]], 'frozen at 2.000 m');
    const noise = found('profile', 'CW.LT01', ['clearwell', 'CW'], [['CW.LT01', -1]], 'has lost its noise');
    expect(alertsOf(rate)).toMatchObject([{ priority: 'A' }]);
    expect(alertsOf(rate, frozen, noise)).toMatchObject([{ priority: 2, rationale: { record: 'LEVEL-UNTRUSTED' } }]);
  });
});

it('stopped pumps stay in alarm until water flows again, although their findings have ended', () => {
  const tags = new TagTable([tagOf('PS.FT01', { unit: 'L/s' })]);
  const latest = new LatestTable(1);
  const sample = (value: number): void => {
    const batch = new BatchBuilder('plc2', 1);
    batch.add(0, value, Quality.Good, clock.now(), clock.now());
    latest.update(batch.publish());
  };
  const clock = new VirtualClock(at(0));
  const path = new AlertPath({ store: new MemoryAlerts(), clock, epoch: 'e', tags, latest, records });
  const pass = (minutes: number): void => {
    for (let i = 0; i < minutes * 60; i++) {
      clock.set(clock.now() + 1_000);
      path.tick();
    }
  };
  const stopped = found('range', 'PS.FT01', ['pumping', 'PS'], [['PS.FT01', -1]], 'Station flow falls too fast');
  sample(0);
  for (const change of path.prepared([{ change: 'begin', finding: stopped }])) path.take(change);
  pass(2);
  path.take({ change: 'end', finding: { ...stopped, endedAt: clock.now() } });
  pass(60);
  expect(path.manager.open()).toMatchObject([{ state: 'B', returnWait: { until: 'PS.FT01 is above 20 L/s for 1 min' } }]);
  sample(55);
  pass(2);
  expect(path.manager.open()).toMatchObject([{ state: 'D' }]);
});

it('an acknowledged anomaly that becomes an alarm is annunciated again', () => {
  const manager = new AlertManager({ store: new MemoryAlerts(), clock: new VirtualClock(at(0)), epoch: 'e', tags: target.tags });
  const high = found('range', 'CL.SP', ['treatment', 'CL'], [['CL.SP', 1]], 'CL.SP high');
  manager.take(records.rationalised({ change: 'begin', finding: high }));
  const [anomaly] = manager.open();
  manager.acknowledge(anomaly?.id ?? '', { role: 'operator' });
  const low = found('range', 'CL.SP', ['treatment', 'CL'], [['CL.SP', -1]], 'CL.SP low');
  manager.take(records.rationalised({ change: 'update', finding: { ...low, id: high.id } }));
  expect(manager.open()).toMatchObject([{ id: anomaly?.id, priority: 1, state: 'B' }]);
});

describe('a client on the network', () => {
  /** Findings of the traffic detector with the permitted clients of a configuration. */
  function heard(...observations: readonly ReturnType<typeof write>[]): readonly Alert[] {
    const config = schema.parse({
      clients: [
        { address: hmi, may: 'write' },
        { address: '10.0.0.7', may: 'read' },
      ],
    });
    const detector = new TrafficDetector(config, target);
    const engine = createEngine({
      detectors: [{ name: 'traffic', plugin: traffic, detector }],
      thresholds: {},
      tags: target.tags,
      groups: [],
    });
    return alertsOf(
      ...observations.flatMap((one) =>
        engine.observe(one).flatMap(({ change, finding }) => (change === 'begin' ? [finding] : [])),
      ),
    );
  }

  it('sounds when it writes as an unknown client, also where the device refuses it', () => {
    for (const accepted of [true, false])
      expect(heard(write(1, ends(stranger, 'plc1'), { accepted })).filter(({ priority }) => priority === 1)).toMatchObject([
        { device: 'plc1', rationale: { record: 'UNKNOWN-WRITER', class: 'security' } },
      ]);
  });

  it('sounds when it writes and may only read', () => {
    expect(heard(write(1, ends('10.0.0.7', 'plc1')))).toMatchObject([{ priority: 1, rationale: { record: 'UNKNOWN-WRITER' } }]);
  });

  it.each([
    ['walks over addresses', scan(1, ends(stranger, 'plc1'), 'addresses', 1_000)],
    ['requests the identity', talk(1, ends(stranger, 'rtu2'), 'FC43/14')],
  ])('sounds when it %s, as a scan', (_, observation) => {
    const [alert] = heard(observation).filter(({ priority }) => priority !== 'A');
    expect(alert).toMatchObject({ priority: 2, state: 'B', rationale: { record: 'DEVICE-SCAN', class: 'security' } });
    expect(alert?.response.split('\n').length).toBeGreaterThan(1);
  });

  it('sounds when it opens more connections than the configuration permits', () => {
    const opened = Array.from({ length: 70 }, (_, i) => connection(i / 10, ends(stranger, 'plc1'), 'opened'));
    const [alert] = heard(...opened).filter(({ priority }) => priority !== 'A');
    expect(alert).toMatchObject({ priority: 2, state: 'B', rationale: { record: 'CONNECTIONS-HELD', class: 'security' } });
  });

  it('sounds when a controller does not answer, because the values shown are stale', () => {
    const silent = { ...found('device-health', 'rtu2', ['', ''], [], 'rtu2 does not answer'), device: 'rtu2' };
    const [alert] = alertsOf(silent);
    expect(alert).toMatchObject({ priority: 2, device: 'rtu2', rationale: { record: 'DATA-STOPPED' } });
    expect(alert?.rationale?.consequence).toMatch(/^The values shown of this device are stale\./);
  });

  it('does not sound when it scans no more than the configuration permits', () => {
    expect(heard(scan(1, ends(hmi, 'plc1'), 'addresses', 2))).toEqual([]);
  });

  it('stays an anomaly while it only reads, and no writer that is permitted is an alert', () => {
    expect(heard(talk(1, ends(stranger, 'plc1'), 'FC3')).map(({ priority }) => priority)).toEqual(['A']);
    expect(heard(write(1, ends(hmi, 'plc1')))).toEqual([]);
  });
});
