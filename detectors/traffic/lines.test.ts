import { describe, expect, it } from 'vitest';
import type { Detector, Fact } from '../../src/core/detector.ts';
import type { Observation } from '../../src/core/observation.ts';
import { calibrate, make, scored } from '../../test/support/detectors.ts';
import { at, ends, fault, hmi, normalTraffic, scan, session, stranger, target, traffic } from '../../test/support/wire.ts';
import { traffic as plugin } from './index.ts';

const hour = 3_600;

function learned(more: readonly Observation[] = []): Detector {
  const detector = make(plugin, target);
  calibrate(plugin, detector, [...normalTraffic(2 * hour), ...more]);
  return detector;
}

const lines = (detector: Detector, channel: string): readonly Fact[] =>
  (detector.facts?.() ?? []).filter((fact) => fact.channel === channel);
const names = (detector: Detector, channel: string): string[] => lines(detector, channel).map(({ name }) => name);
const found = (detector: Detector, observation: Observation): string[] =>
  scored(detector, [observation]).flatMap(({ channel, surprise }) =>
    surprise >= 1 ? [detector.channels[channel]?.key ?? ''] : [],
  );
const sentence = (detector: Detector, key: string): string =>
  detector.explain(detector.channels.findIndex((one) => one.key === key)).sentence;

describe('the baseline entries of traffic', () => {
  it('name client, device, operation, frequency, last time and addresses', () => {
    const detector = learned();
    expect(names(detector, 'plc1/client')).toEqual(['10.0.0.5 to 10.0.0.11 tcp/502']);
    const [reads] = lines(detector, 'plc1/operation');
    expect(reads).toMatchObject({
      name: '10.0.0.5 to 10.0.0.11 tcp/502 unit 1 FC1',
      figures: { asks: 'FC1 (read coils)', times: 1_440, low: 0, high: 15, last: new Date(at(7_195.2)).toISOString() },
      editable: ['low', 'high'],
    });
    expect(reads?.figures['per hour']).toBeCloseTo(720, 0);
    expect(names(detector, 'plc1/write')).toEqual([
      '10.0.0.5 to 10.0.0.11 tcp/502 unit 1 FC6',
      '10.0.0.5 to 10.0.0.11 unit 1 holding 12',
    ]);
    expect(names(detector, 'rtu2/operation')).toEqual(['10.0.0.5 to 10.0.0.12 tcp/502 unit 1 FC3']);
  });

  it('have no rate after a single instant', () => {
    const detector = make(plugin, target);
    calibrate(plugin, detector, [traffic(0, ends(hmi, 'plc1'), 'FC1')]);
    expect(lines(detector, 'plc1/client').map(({ figures }) => Object.keys(figures))).toEqual([['times', 'last']]);
  });

  it('contain the security of sessions, and the highest numbers of faults and scans', () => {
    const ua = ends(hmi, 'plc1', { port: 4840, protocol: 'opcua' });
    const detector = learned([session(7_200, ua), fault(7_201, ua, 'exception'), scan(7_202, ua, 'nodes', 30)]);
    expect(names(detector, 'plc1/session')).toEqual([
      '10.0.0.11:4840 application urn:hmi',
      '10.0.0.11:4840 security Basic256Sha256/SignAndEncrypt/UserName',
    ]);
    expect(lines(detector, 'plc1/fault')).toMatchObject([
      { name: '10.0.0.5 to 10.0.0.11 refused requests', figures: { most: 1, within: 'ten minutes' } },
    ]);
    expect(lines(detector, 'network/scan')).toMatchObject([{ name: '10.0.0.5 walks over nodes', figures: { most: 30 } }]);
    detector.amend?.('network/scan', '10.0.0.5 walks over nodes', { most: 10 });
    expect(found(detector, scan(7_300, ua, 'nodes', 20))).toEqual(['plc1/scan']);
  });

  it('are used as a person edits them', () => {
    const detector = learned();
    detector.amend?.('plc1/operation', '10.0.0.5 to 10.0.0.11 tcp/502 unit 1 FC3', { high: 60 });
    const reads = (high: number) => traffic(7_300, ends(hmi, 'plc1'), 'FC3', { low: 0, high });
    expect(found(detector, reads(55))).toEqual([]);
    expect(found(detector, reads(61))).toEqual(['plc1/operation']);
  });

  it('that are removed are new when they occur again, as the finding states', () => {
    const intruder = ends(stranger, 'plc1');
    const detector = learned([7_200, 7_260, 7_320].map((second) => traffic(second, intruder, 'FC3', { low: 0, high: 9 })));
    const again = traffic(7_400, intruder, 'FC3', { low: 0, high: 9 });
    expect(found(detector, again)).toEqual([]);
    detector.forget?.(
      [...lines(detector, 'plc1/client'), ...lines(detector, 'plc1/operation')].filter(({ name }) => name.startsWith(stranger)),
    );
    expect(found(detector, again)).toEqual(['plc1/client']);
    expect(sentence(detector, 'plc1/client')).toContain('Normal in 2 h 2 min of traffic without 2 unlearned entries: ');
  });

  it('are at most a hundred per channel; the rest is summarised in one that cannot be changed', () => {
    const visitors = Array.from({ length: 150 }, (_, i) => traffic(7_200 + 2 * i, ends(`10.1.0.${i}`, '10.9.9.9'), 'FC3'));
    const detector = learned(visitors);
    const clients = lines(detector, 'network/client');
    expect(clients).toHaveLength(101);
    expect(clients.at(-1)).toMatchObject({ name: 'others', figures: { lines: 50, times: 50 }, editable: [] });
    expect(() => detector.forget?.([{ channel: 'network/client', name: 'others' }])).toThrow('network/client');
  });
});
