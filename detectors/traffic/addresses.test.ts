import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import type { Observation } from '../../src/core/observation.ts';
import { calibrate, make, scored } from '../../test/support/detectors.ts';
import { address, hmi, normalTraffic, stranger, target, tick } from '../../test/support/wire.ts';
import { traffic as plugin } from './index.ts';

const [a, b, c] = ['00:0c:29:00:00:0a', '00:0c:29:00:00:0b', '00:0c:29:00:00:0c'] as const;
const fresh = (config: object = {}): Detector => make(plugin, target, config);

function learned(...normal: readonly Observation[]): Detector {
  const detector = fresh();
  calibrate(plugin, detector, [...normalTraffic(600), ...normal]);
  return detector;
}

/** Channels with a finding. */
const found = (detector: Detector, ...observations: readonly Observation[]): string[] => [
  ...new Set(
    scored(detector, observations).flatMap(({ channel, surprise }) =>
      surprise >= 1 ? [detector.channels[channel]?.key ?? ''] : [],
    ),
  ),
];
const told = (detector: Detector, key: string) => detector.explain(detector.channels.findIndex((each) => each.key === key));

describe('the hardware address of a device', () => {
  it('that changes is found without learning, and ends after a while', () => {
    const detector = fresh();
    expect(found(detector, address(0, 'plc1', a), address(1, 'rtu2', b))).toEqual([]);
    expect(found(detector, address(700, 'plc1', b))).toEqual(['plc1/address']);
    expect(told(detector, 'plc1/address')).toMatchObject({
      title: 'New hardware address of plc1',
      sentence: `plc1 (10.0.0.11) changed its hardware address from ${a} to ${b} (at 06:11:40 UTC). Normal so far: ${a}. Traffic is not learned: only stated rules apply.`,
      techniques: ['T0830'],
      seen: [],
    });
    expect(found(detector, tick(761))).toEqual([]);
  });

  it('that alternates is an address that two hosts use', () => {
    const detector = fresh();
    found(detector, address(0, 'plc1', a), address(10, 'plc1', b), address(20, 'plc1', a));
    expect(told(detector, 'plc1/address')).toMatchObject({
      title: 'Address of plc1 is used twice',
      sentence: expect.stringMatching(
        new RegExp(`^Two hosts use the address of plc1 \\(10\\.0\\.0\\.11\\): ${b} and ${a} \\(since .*, 2 events\\)`),
      ),
    });
    const repaired = fresh();
    found(repaired, address(0, 'plc1', a), address(10, 'plc1', b), address(2_000, 'plc1', a));
    expect(told(repaired, 'plc1/address').title).toBe('New hardware address of plc1');
  });

  it('is known from the tap if the detector has forgotten it', () => {
    expect(found(fresh(), address(0, 'plc1', b, a))).toEqual(['plc1/address']);
  });

  it('is compared with normal traffic, in which a redundant pair has two', () => {
    const pair = learned(address(0, 'plc1', a), address(100, 'plc1', b));
    expect(found(pair, address(700, 'plc1', b), address(701, 'plc1', a), address(702, 'plc1', b))).toEqual([]);
    expect(found(pair, address(710, 'plc1', c))).toEqual(['plc1/address']);
    expect(told(pair, 'plc1/address').sentence).toMatch(/ of traffic: only 00:0c:29:00:00:0a and 00:0c:29:00:00:0b\.$/);
    const first = learned(address(0, 'plc1', a));
    expect(found(first, address(700, 'plc1', c))).toEqual(['plc1/address']);
    expect(told(first, 'plc1/address').sentence).toMatch(/^plc1 \(10\.0\.0\.11\) has the hardware address 00:0c:29:00:00:0c /);
  });

  it('is one for each tap: another segment may show a router', () => {
    const detector = fresh();
    const [one] = [address(0, 'plc1', b)];
    const elsewhere = one.kind === 'event' ? [{ ...one, event: { ...one.event, tap: 'tap2' } } as Observation] : [];
    expect(found(detector, address(0, 'plc1', a), ...elsewhere, address(1, 'plc1', a))).toEqual([]);
  });
});

describe('the hardware address of another host', () => {
  const change = (host: string): Observation[] => [address(700, host, a), address(710, host, b)];

  it('is judged for a listed or learned client only', () => {
    expect(found(fresh(), ...change(hmi))).toEqual([]);
    expect(found(fresh({ clients: [{ address: hmi }] }), ...change(hmi))).toEqual(['network/address']);
    const detector = learned();
    expect(found(detector, ...change(stranger))).toEqual([]);
    expect(found(detector, ...change(hmi))).toEqual(['network/address']);
    expect(told(detector, 'network/address').title).toBe('New hardware address of 10.0.0.5');
  });
});

describe('learned hardware addresses', () => {
  it('are baseline entries that can be removed', () => {
    const detector = learned(address(0, 'plc1', a), address(100, 'plc1', b), address(200, hmi, c));
    const names = (key: string) => (detector.facts?.() ?? []).flatMap(({ channel, name }) => (channel === key ? [name] : []));
    expect(names('plc1/address')).toEqual([`10.0.0.11 has ${a}`, `10.0.0.11 has ${b}`]);
    expect(names('network/address')).toEqual([`${hmi} has ${c}`]);
    detector.forget?.([{ channel: 'plc1/address', name: `10.0.0.11 has ${b}` }]);
    expect(found(detector, address(700, 'plc1', b))).toEqual(['plc1/address']);
  });

  it('are absent in baselines and running states of earlier versions', () => {
    const { baseline, running } = learned(address(0, 'plc1', a)).snapshot() as unknown as {
      baseline: { addresses?: object };
      running: { memory: { bound?: object } };
    };
    const { addresses, ...earlier } = baseline;
    const { bound, ...memory } = running.memory;
    expect([addresses, bound]).not.toContain(undefined);
    const detector = fresh();
    detector.restore({ baseline: earlier, running: { ...running, memory } });
    expect(found(detector, address(700, 'plc1', b))).toEqual([]);
    expect(found(detector, address(710, 'plc1', c))).toEqual(['plc1/address']);
  });
});
