import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registry } from '../../app/registry.ts';
import { parseConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { SuppressionRule } from '../../core/alarm-settings.ts';
import { canWeaken, changesOf } from './differences.ts';
import { numberedOf } from './lists.ts';
import type { Settings } from './setting-text.ts';
import { protectionOf } from './settings.ts';

const text = `
site: { name: Works, timeZone: UTC }
areas: [{ id: a, name: A, equipment: [{ id: T1, name: T1 }, { id: T2, name: T2 }] }]
devices: { plc: { type: modbus, host: 127.0.0.1 } }
tags:
  A: { description: A, device: plc, area: a, equipment: T1, address: { table: holding, register: 0 } }
  B: { description: B, device: plc, area: a, equipment: T2, address: { table: holding, register: 1 } }
notifiers:
  - { type: webhook, url: 'http://127.0.0.1:9001/one', secret: not-a-real-secret-1 }
  - { type: webhook, url: 'http://127.0.0.1:9002/two', secret: not-a-real-secret-2, route: [{ priorities: [1] }] }
  - { type: syslog, host: 127.0.0.1 }
  - { type: stix, folder: /nowhere, site: Works }
`;
const config = parseConfig(text, 'plant.yaml', { registry, environment: {} });

const notifier = fc
  .record({ of: fc.constantFrom(...config.notifiers), priority: fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }) })
  .map(({ of, priority }) => (priority === undefined ? of : { ...of, settings: { route: [{ priorities: [priority] }] } }));
const rule: fc.Arbitrary<SuppressionRule> = fc.record({
  when: fc.constantFrom({ device: 'plc' }, { tag: 0, is: [1] }, { tag: 1, is: [0, 2] }),
  of: fc.constantFrom({ kind: 'equipment', id: 'T1' }, { kind: 'equipment', id: 'T2' }, { kind: 'area', id: 'a' }),
  cause: fc.constantFrom('line is off', 'cleaning'),
});
/** A list with one entry more and without it, in any order. */
const oneMore = <Entry>(entry: fc.Arbitrary<Entry>) =>
  fc
    .array(entry, { minLength: 1, maxLength: 8 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all.slice(1), { minLength: all.length - 1 })));

const withNotifiers = (notifiers: MonitorConfig['notifiers']): Settings => protectionOf({ ...config, notifiers }, 'hash');
const withRules = (suppress: readonly SuppressionRule[]): Settings =>
  protectionOf({ ...config, alarms: { suppress, delays: [], realarm: [], escalate: [] } }, 'hash');

/** Names of the changed settings without the number of notifiers, and of those that can weaken the watch. */
function changed(before: Settings, after: Settings): { readonly all: string[]; readonly weaker: string[] } {
  const changes = changesOf(before, after).filter(({ object }) => object !== 'notifiers');
  const names = (of: typeof changes): string[] => of.map(({ object }) => object);
  return { all: names(changes), weaker: names(changes.filter((one) => canWeaken(one, before))) };
}

it('to add, remove and move a notifier changes its own setting alone, and only the removal weakens the watch', () => {
  fc.assert(
    fc.property(oneMore(notifier), ([more, fewer]) => {
      const [own] = Object.keys(withNotifiers(more.slice(0, 1))).filter((name) => name.startsWith('notifier '));
      expect(changed(withNotifiers(more), withNotifiers(fewer))).toEqual({ all: [own], weaker: [own] });
      expect(changed(withNotifiers(fewer), withNotifiers(more))).toEqual({ all: [own], weaker: [] });
      expect(changed(withNotifiers(more), withNotifiers(more.toReversed()))).toEqual({ all: [], weaker: [] });
    }),
    { numRuns: 60 },
  );
});

it('to add, remove and move a suppression rule changes its own setting alone, and only the new one weakens the watch', () => {
  fc.assert(
    fc.property(oneMore(rule), ([more, fewer]) => {
      const own = `suppression of ${more[0]?.of.kind} ${more[0]?.of.id}`;
      expect(changed(withRules(fewer), withRules(more))).toEqual({ all: [own], weaker: [own] });
      expect(changed(withRules(more), withRules(fewer))).toEqual({ all: [own], weaker: [] });
      expect(changed(withRules(more), withRules(more.toReversed()))).toEqual({ all: [], weaker: [] });
    }),
    { numRuns: 60 },
  );
});

it('another condition of a rule, and another route of a notifier, can weaken the watch', () => {
  const base = { of: { kind: 'equipment', id: 'T1' }, cause: 'line is off' } as const;
  const rules = withRules([{ ...base, when: { device: 'plc' } }]);
  expect(changed(rules, withRules([{ ...base, when: { tag: 0, is: [1] } }])).weaker).toEqual(['suppression of equipment T1']);
  const [one] = config.notifiers.map((each) => ({ ...each, settings: { route: [{ priorities: [1 as const] }] } }));
  const sent = changesOf(withNotifiers(config.notifiers.slice(0, 1)), withNotifiers(one === undefined ? [] : [one]));
  expect(sent).toEqual([
    { object: 'notifier webhook to 127.0.0.1:9001', before: 'all alerts', after: '{"route":[{"priorities":[1]}]}' },
  ]);
});

it('settings of an earlier version, which have the number of the place, compare with the same numbers', () => {
  const earlier = { ...withNotifiers([]), ...numberedOf(config), 'format of these settings': '3' };
  const now = (of: MonitorConfig): Settings => ({ ...protectionOf(of, 'hash'), ...numberedOf(of) });
  expect(changed(earlier, now(config))).toEqual({ all: [], weaker: [] });
  expect(changed(earlier, now({ ...config, notifiers: config.notifiers.slice(0, 3) })).weaker).toEqual(['notifier 4']);
});
