import { expect, it } from 'vitest';
import { AlertManager } from '../../src/alerts/manager.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { TagTable } from '../../src/core/tag.ts';
import { readKeptPairs } from '../bench/incidents/kept-pairs.ts';
import { substation } from '../../simulators/plants/substation/index.ts';
import { waterworks } from '../../simulators/plants/waterworks/index.ts';
import { exampleConfig } from '../support/plants.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';

/** Titles of the incidents of each pair of events, in the order of their begin. */
const incidents: Readonly<Record<string, readonly string[]>> = {
  'chlorine set-point written, level of tank 3 false': [
    'CL.SP 1.00 → 0.30 mg/L, written by 127.0.0.66',
    'Tank 3 level high at 5.89 m',
  ],
  // no present values: the effect of the command is not known
  'pumps stopped, lime dose false': [
    'Command stop to all four high-lift pumps by writes from 127.0.0.66',
    // consequences that begin later than the window of the site
    'Booster command: 1 of 2, Station flow low',
    'Count of accepted network writes counts too fast',
    'Lime dose rises too fast',
    'Tank 1 net inflow low at −113.2 L/s',
  ],
  'devices scanned, pressure at H4 false': ['127.0.0.66 scans addresses of plc1', 'Pressure at H4 low at 12.0 m'],
  'valve throttled behind a replay, settled turbidity false': [
    'Pressure after reducing valve low at 12.00 m',
    'Settled water turbidity high at 9.00 NTU',
  ],
  'clearwell level held, pressure at H4 false': ['Clearwell level 1 frozen at 2.000 m', 'Pressure at H4 low at 12.0 m'],
  'raw water pH false, pressure after the reducing valve false': [
    'Raw water pH low at 5.50',
    'Pressure after reducing valve high at 53.10 m',
  ],
  // both feeders have one supply, and begin within the window of the site
  'feeder 1 opened, transducer of feeder 4 false': ['2 tags of Feeder 1 written by 127.0.0.66'],
  'voltage set-point raised, battery charger fails': [
    'T1.USP 20.40 → 21.90 kV, written by 127.0.0.66',
    'Battery current low at −20.0 A',
  ],
};

/** Findings of the pairs of each plant, with what its baseline knows and its places. */
const kept = [waterworks, substation].map((plant) => ({ ...readKeptPairs(plant.type), ...exampleConfig(plant) }));
const plays = kept.flatMap(({ plays: of, ...plant }) => of.map((play) => ({ ...play, ...plant })));

it('the kept inputs are the pairs of independent events', () => {
  expect(plays.map(({ id }) => id)).toEqual(Object.keys(incidents));
});

it.each(plays)(
  'independent events are incidents of their own, unless one supply joins them: $id',
  ({ id, findings, influences, site, tags }) => {
    const [first] = findings;
    if (first === undefined) throw new Error('nothing was found');
    const clock = new VirtualClock(first.finding.beganAt);
    const store = new MemoryAlerts();
    const manager = new AlertManager({ store, clock, epoch: 'e', tags: new TagTable(tags.tags), areas: site.areas });
    manager.useInfluences(influences);
    for (const change of findings) {
      clock.set(Math.max(clock.now(), change.finding.updatedAt));
      manager.take(change);
      manager.tick();
    }
    const last = new Map(store.changes.map(({ alert }) => [alert.incident, alert.headline?.title]));
    expect([...last.values()]).toEqual(incidents[id]);
  },
);
