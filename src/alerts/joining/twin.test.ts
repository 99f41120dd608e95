import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { MemoryAlerts } from '../../../test/support/memory-alerts.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Finding } from '../../core/finding.ts';
import type { Influence } from '../../core/influence.ts';
import { TagTable } from '../../core/tag.ts';
import { AlertManager } from '../manager.ts';
import { beginOf, joiningRules, JoiningSite } from './index.ts';

const start = Date.UTC(2026, 10, 28, 12);
const minute = 60_000;
const joinMs = 10 * minute;
const equipment = ['E0', 'E1', 'E2', 'E3', 'E4'];
const devices = ['plc0', 'plc1'];
const clients = ['10.0.0.66', '10.0.0.7'];
const roles = ['measurement', 'setpoint', 'command'] as const;
const tags = new TagTable(
  equipment.flatMap((id, i) =>
    roles.map((role, k) => tagOf(`${id}.${k}`, { area: 'a', equipment: id, device: devices[(i + k) % 2] as string, role })),
  ),
);
const names = tags.tags.map(({ name }) => name);

const site = fc.record({
  supplies: fc.array(fc.record({ of: fc.constantFrom(...equipment), from: fc.constantFrom(...equipment) }), { maxLength: 4 }),
  learned: fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.boolean()), { maxLength: 4 }),
});
const found = fc.record({
  afterMin: fc.constantFrom(0, 0, 1, 4, 9, 11),
  kind: fc.constantFrom('process', 'signal', 'replay', 'act', 'encrypted', 'device'),
  tag: fc.constantFrom(...names),
  written: fc.subarray(names, { maxLength: 2 }),
  device: fc.constantFrom(...devices),
  client: fc.constantFrom(...clients),
  detector: fc.constantFrom('range', 'noise'),
});
type Found = typeof found extends fc.Arbitrary<infer T> ? T : never;

function findingOf({ kind, tag, written, device, client, detector }: Found, id: string, time: number): Finding {
  const isAct = kind === 'act' || kind === 'encrypted';
  const known = tags.at(tags.indexOf(tag) ?? -1);
  const place = isAct || kind === 'device' ? { equipment: '', device } : { equipment: known.equipment };
  const writes = written.map((name) => ({ client, tag: name, after: 0, change: '0' }));
  return {
    id,
    detector: isAct ? 'traffic' : detector,
    // each finding is an alert of its own
    channel: id,
    area: isAct ? '' : id,
    ...place,
    ...(isAct ? { network: true as const } : {}),
    ...(kind === 'signal' || kind === 'replay' ? { signal: true as const } : {}),
    ...(kind === 'replay' ? { deliberate: true as const } : {}),
    tags: isAct ? written : kind === 'device' ? [] : [tag],
    since: time,
    beganAt: time,
    updatedAt: time,
    score: 2,
    peak: 2,
    certainty: { kind: 'stated' },
    explanation: {
      title: id,
      sentence: id,
      contributions: [],
      normalIf: '',
      techniques: [],
      ...(isAct ? { clients: [client], seen: ['T1692.001'] } : {}),
      ...(isAct && kind === 'act' && writes.length > 0 ? { writes } : {}),
      ...(kind === 'encrypted' ? { encrypted: true as const } : {}),
    },
  };
}

it('the index finds the incident that a comparison with every alert finds', () => {
  fc.assert(
    fc.property(site, fc.array(found, { maxLength: 12 }), ({ supplies, learned }, all) => {
      const areas = [
        {
          equipment: equipment.map((id) => ({
            id,
            name: id,
            kind: 'unit',
            dependsOn: supplies.filter(({ of, from }) => of === id && from !== id).map(({ from }) => from),
          })),
        },
      ];
      const influences = learned.map(([a, b, isBalance]): Influence => ({ tags: [a, b], ...(isBalance ? { isBalance } : {}) }));
      const plain = new JoiningSite({ tags, areas });
      plain.use(influences);
      const clock = new VirtualClock(start);
      const store = new MemoryAlerts();
      const manager = new AlertManager({
        store,
        clock,
        epoch: 'e',
        tags,
        areas,
        settings: { realarm: [], escalate: [], joinMs },
      });
      manager.useInfluences(influences);
      const begins = new Map<string, ReturnType<typeof beginOf>>();
      let time = start;
      for (const [i, one] of all.entries()) {
        time += one.afterMin * minute;
        clock.set(time);
        const finding = findingOf(one, `F${i}`, time);
        const alerts = store.all();
        const { from, to } = beginOf(finding);
        const near = alerts.filter(({ id }) => {
          const other = begins.get(id);
          return other !== undefined && Math.max(0, from - other.to, other.from - to) <= joinMs;
        });
        const reasons = joiningRules.flatMap((rule) => {
          const matches = near.filter((alert) => rule.joins(alert, finding, plain) !== undefined);
          const last = matches.toSorted((a, b) => b.raisedAt - a.raisedAt)[0];
          return last === undefined
            ? []
            : [{ rule: rule.name, incidents: matches.filter(({ raisedAt }) => raisedAt === last.raisedAt) }];
        });
        manager.take({ change: 'begin', finding });
        const raised = store.changes.at(-1);
        if (raised?.kind !== 'raised') {
          for (const { id, findings } of store.all())
            if (findings.some((each) => each.id === finding.id)) begins.set(id, beginOf(finding));
          continue;
        }
        begins.set(raised.alert.id, { from, to });
        const [first] = reasons;
        expect(raised.alert.joined?.rule).toBe(first?.rule);
        if (first === undefined) expect(alerts.map(({ incident }) => incident)).not.toContain(raised.alert.incident);
        else expect(first.incidents.map(({ id }) => id)).toContain(raised.alert.joined?.to);
      }
    }),
    { numRuns: 600, seed: 50 },
  );
});
