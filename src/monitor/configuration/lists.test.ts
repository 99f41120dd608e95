import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from '../../app/registry.ts';
import { parseConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { noAlarmSettings, type SuppressionRule } from '../../core/alarm-settings.ts';
import { changedText } from '../../core/changed-configuration.ts';
import { canWeaken, changesOf, isCovered } from './differences.ts';
import { numberedOf } from './lists.ts';
import { SettingHashes, type Settings } from './setting-text.ts';
import { protectionOf as protection } from './settings.ts';

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

const hashes = new SettingHashes(Buffer.alloc(32, 1));
const protectionOf = (of: MonitorConfig, hash: string): Settings => protection(of, hash, hashes);

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
  protectionOf({ ...config, alarms: { ...noAlarmSettings, suppress } }, 'hash');

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

describe('settings of a notifier that its type defines', () => {
  const mail = '{ type: mail, host: 127.0.0.1, from: a@example.org, security: none';
  const withMail = (more: string): string => `${text}  - ${mail}, ${more} }\n`;
  const parsed = (from: string): MonitorConfig => parseConfig(from, 'plant.yaml', { registry, environment: {} });
  const toldOf = (before: string, after: string): string[] => {
    const [one, two] = [parsed(before), parsed(after)].map((each) => protectionOf(each, 'hash')) as [Settings, Settings];
    return changesOf(one, two)
      .filter((each) => canWeaken(each, one))
      .map((each) => changedText([each], 1));
  };

  it.each([
    ['a path', text, text.replace('/one', '/other'), 'notifier webhook to 127.0.0.1:9001 changed: url'],
    ['a key', text, text.replace('real-secret-1', 'real-secret-9'), 'notifier webhook to 127.0.0.1:9001 changed: secret'],
    ['a folder', text, text.replace('/nowhere', '/elsewhere'), 'notifier stix changed: folder'],
    [
      'a recipient',
      withMail('to: [b@example.org]'),
      withMail('to: [c@example.org]'),
      'notifier mail to 127.0.0.1:587 changed: to',
    ],
    [
      'a filter',
      withMail('to: [b@example.org]'),
      withMail('to: [b@example.org], minimumPriority: 1'),
      'notifier mail to 127.0.0.1:587 changed: minimumPriority',
    ],
  ])('to change %s can weaken the watch, and only the name of the setting is told', (_, before, after, told) => {
    expect(toldOf(before, after)).toEqual([`settings of ${told}`]);
    expect(toldOf(after, before)).toEqual([`settings of ${told}`]);
  });

  it('are compared for each of several on one host, in any order of the file', () => {
    const two = `${withMail('to: [b@example.org]')}  - ${mail}, to: [c@example.org], minimumPriority: 1 }\n`;
    const exchanged = two.replace('b@', 'x@').replace('c@', 'b@').replace('x@', 'c@');
    expect(toldOf(two, exchanged)).toEqual(['settings of notifier mail to 127.0.0.1:587 changed']);
    expect(toldOf(withMail('to: [b@example.org]'), two)).toEqual([]);
    const shifted = two.replace('b@', 'x@');
    expect(toldOf(withMail('to: [b@example.org]'), shifted)).toEqual([
      'settings of notifier mail to 127.0.0.1:587 changed: to, minimumPriority',
    ]);
  });

  it('are stored as hashes of the key of the data directory alone', () => {
    const stored = JSON.stringify(protectionOf(config, 'hash'));
    for (const secret of ['/one', 'not-a-real', '/nowhere']) expect(stored).not.toContain(secret);
    const other = protection(parsed(text.replace('/one', '/other')), 'hash', new SettingHashes(Buffer.alloc(32, 2)));
    // with another key nothing is known about them
    expect(changesOf(protectionOf(config, 'hash'), other)).toEqual([]);
  });
});

it('another address of a device can weaken the watch, which a start on settings of an earlier version does not see', () => {
  const [one, two] = [text, text.replace('host: 127.0.0.1 }', 'host: 127.0.0.1, port: 1502 }')].map((each) =>
    protectionOf(parseConfig(each, 'plant.yaml', { registry, environment: {} }), 'hash'),
  ) as [Settings, Settings];
  expect(changesOf(one, two)).toEqual([{ object: 'address of device plc', before: '127.0.0.1', after: '127.0.0.1:1502' }]);
  expect(changed(one, two).weaker).toEqual(['address of device plc']);
  const { 'address of device plc': _, ...earlier } = one;
  expect(changesOf({ ...earlier, 'format of these settings': '4' }, two)).toEqual([]);
});

describe('settings of a feed', () => {
  const feed = "feeds: [{ name: threats, url: 'https://feeds.example/a', headers: { authorization: key-of-the-feed } }]";
  const parsed = (from: string): Settings =>
    protectionOf(parseConfig(`${text}${from}\n`, 'plant.yaml', { registry, environment: {} }), 'hash');
  const toldOf = (one: Settings, two: Settings): string[] =>
    changesOf(one, two)
      .filter((each) => canWeaken(each, one) && !isCovered(each.object, two))
      .map((each) => changedText([each], 1));

  it.each([
    ['another address', feed.replace('/a', '/b'), 'settings of feed threats changed: url'],
    ['another key', feed.replace('key-of', 'hole-in'), 'settings of feed threats changed: headers'],
    ['a shorter age', feed.replace('url:', 'maxAge: 1m, url:'), 'settings of feed threats changed: maxAgeMs'],
    ['a later alarm', feed.replace('url:', 'stale: 900d, url:'), 'settings of feed threats changed: staleMs'],
    ['no feed', '', 'feed threats read → none'],
  ])('%s can weaken the watch', (_, after, told) => {
    expect(toldOf(parsed(feed), parsed(after))).toEqual([told]);
    expect(JSON.stringify(parsed(after))).not.toContain('key-of-the-feed');
  });

  it('are no change where the feed is new, or an earlier version did not store them', () => {
    expect(toldOf(parsed(''), parsed(feed))).toEqual([]);
    const earlier = { ...parsed(feed), 'format of these settings': '6' };
    expect(toldOf(earlier, parsed(feed.replace('/a', '/b')))).toEqual([]);
  });
});
