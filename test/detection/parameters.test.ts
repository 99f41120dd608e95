import { expect, it } from 'vitest';
import { parameters } from '../../detectors/parameters/index.ts';
import { traffic } from '../../detectors/traffic/index.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { type Observation, observeEvent, timeOf } from '../../src/core/observation.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { calibrate, make, observed } from '../support/detectors.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';
import * as wire from '../support/wire.ts';

const { at, ends, hmi, stranger, target } = wire;
const from = 7_300;

/** Alerts of a site whose reference set has a set-point of 2.0 mg/L, and whose usual traffic is learned. */
function site() {
  const clock = new VirtualClock(at(0));
  const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'test', tags: target.tags });
  const learned = make(traffic, target);
  calibrate(traffic, learned, wire.normalTraffic(7_200));
  const engine = createEngine({
    detectors: [
      { name: 'traffic', plugin: traffic, detector: learned },
      { name: 'parameters', plugin: parameters, detector: make(parameters, target) },
    ],
    thresholds: {},
    tags: target.tags,
    groups: [],
  });
  const take = (...all: readonly Observation[]): void => {
    for (const observation of all) {
      clock.set(Math.max(clock.now(), timeOf(observation)));
      for (const change of engine.observe(observation)) manager.take(change);
    }
  };
  const values = [{ tag: 'CL.SP', value: 2 }];
  take(observeEvent({ type: 'reference', time: at(from), version: 3, approvedAt: 0, role: 'engineer', values }));
  return { manager, take };
}
const poll = (second: number, value: number): Observation => observed({ tag: 0, time: at(second), value });
const open = (manager: AlertManager) =>
  manager
    .open()
    .flatMap(({ incident, findings }) =>
      findings.flatMap(({ detector, endedAt, explanation }) =>
        endedAt === undefined && detector === 'parameters' ? [{ incident, sentence: explanation.sentence }] : [],
      ),
    );

it.each([
  ['before the poll', [wire.write(from + 10, ends(stranger, 'plc1')), poll(from + 11, 11)]],
  ['after the poll', [poll(from + 11, 11), wire.write(from + 11.5, ends(stranger, 'plc1'))]],
])(
  'a difference from the reference set is in the incident of the unknown client that wrote it, if the tap reports the write %s',
  (_, acts) => {
    const { manager, take } = site();
    take(poll(from + 1, 2), ...acts);
    // a finding is described anew each minute
    for (let second = 12; second < 80; second++) take(poll(from + second, 11), wire.tick(from + second));
    const network = manager.open().filter((alert) => alert.network === true);
    expect(network).toMatchObject([{ tags: ['CL.SP'], device: 'plc1' }]);
    expect(open(manager)).toEqual([
      { incident: network[0]?.incident, sentence: expect.stringContaining(`, written by ${stranger}. Reference value 2.0 mg/L`) },
    ]);
  },
);

it('a client that may write is named too, and a new reference set with its value ends the finding', () => {
  const { manager, take } = site();
  take(poll(from + 1, 2), wire.write(from + 5, ends(hmi, 'plc1'), { after: 2.1 }), poll(from + 6, 2.1), poll(from + 7, 2.1));
  expect(open(manager)).toMatchObject([
    { sentence: expect.stringContaining(`is 2.1 mg/L since 08:01:46 UTC, written by ${hmi}.`) },
  ]);
  const values = [{ tag: 'CL.SP', value: 2.1 }];
  take(observeEvent({ type: 'reference', time: at(from + 8), version: 4, approvedAt: 0, role: 'admin', values }));
  for (let second = 9; second < 400; second++) take(poll(from + second, 2.1), wire.tick(from + second));
  expect(open(manager)).toEqual([]);
});
