import { describe, expect, it } from 'vitest';
import { TrafficMeter } from '../../collectors/capture/meter/index.ts';
import { detectors } from '../../detectors/index.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import type { Alert } from '../../src/core/alert.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { type Observation, observeEvent } from '../../src/core/observation.ts';
import type { WireEnds, WireEvent } from '../../src/core/wire.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { calibrate, make } from '../support/detectors.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';
import { at, ends, hmi, normalTraffic, stranger, target } from '../support/wire.ts';

/** A tap between the network and the detectors, with a clock that the test controls. */
class Wire {
  readonly events: WireEvent[] = [];
  readonly #meter = new TrafficMeter({ tap: 'tap', periodMs: 1_000 }, (event) => this.events.push(event));
  #number = 0;

  /** One request and its answer. */
  ask(second: number, who: WireEnds, operation: string, low: number, refused: boolean): void {
    const stamp = (seconds: number) => ({ time: at(seconds), number: ++this.#number });
    const report = this.#meter.reportFor(who);
    this.#meter.packet(who, 'client', 66, stamp(second));
    report.message({ from: 'client', kind: 'request', operation, unit: 1, low, high: low + 9 }, stamp(second));
    const answered = stamp(second + 0.004);
    this.#meter.packet(who, 'server', 64, answered);
    report.message({ from: 'server', kind: 'response', operation, unit: 1, refused, latencyMs: 4 }, answered);
    if (refused) report.fault({ fault: 'exception', operation, unit: 1, detail: 'exception 2, illegal data address' }, answered);
  }

  flush(second: number): void {
    this.#meter.flush(at(second));
  }
}

/** Alerts from the findings of all event detectors, with or without learned traffic. */
function watch(learned: readonly Observation[]) {
  const clock = new VirtualClock(at(0));
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'test', tags: target.tags });
  const seats = detectors
    .filter(({ input }) => input === 'event')
    .map((plugin) => {
      const detector = make(plugin, target);
      if (learned.length > 0) calibrate(plugin, detector, learned);
      return { name: plugin.type, plugin, detector };
    });
  const engine = createEngine({ detectors: seats, thresholds: {}, tags: target.tags, groups: [] });
  const take = (event: WireEvent | { type: 'tick'; time: number }): void => {
    clock.set(Math.max(clock.now(), event.time));
    for (const change of engine.observe(observeEvent(event))) manager.take(change);
  };
  return { store, clock, manager, take, alerts: (): Alert[] => store.all() };
}

/**
 * Requests the identity, then walks the holding registers block by block with ten requests a second, of which two in three do not
 * exist.
 */
function deviceScan(wire: Wire, from: number): void {
  const who = ends(stranger, 'plc1');
  wire.ask(from, who, 'FC43/14', Number.NaN, false);
  for (let block = 0; block < 100; block++) {
    const second = from + 0.5 + block / 10;
    wire.ask(second, who, 'FC3', 10 * block, block % 3 !== 0);
    if (block % 10 === 9) wire.flush(second + 0.05);
  }
}

describe('a device scan with a walk over registers, on the wire alone', () => {
  it.each([
    ['where nothing is learned', [] as Observation[], 10, 1],
    // a new client is an alert of its own
    ['where normal traffic is known', normalTraffic(7_200), 1, 2],
  ])('is an alert within seconds %s, one incident of its device, and reads well', (_, learned, withinS, count) => {
    const { alerts, clock, manager, take } = watch(learned);
    const wire = new Wire();
    const began = 7_500;
    for (let second = 7_400; second < began; second += 5) wire.ask(second, ends(hmi, 'plc1'), 'FC3', 0, false);
    wire.flush(began - 1);
    deviceScan(wire, began);
    for (const event of wire.events) take(event);
    for (let second = began + 11; second < began + 200; second++) take({ type: 'tick', time: at(second) });
    // the acts of an intruder stay in alarm for ten minutes after the last one
    clock.set(at(began + 700));
    manager.tick();

    expect(alerts()).toHaveLength(count);
    expect(new Set(alerts().map(({ incident, device }) => `${incident} ${device}`)).size).toBe(1);
    const [alert] = alerts();
    expect(alert?.device).toBe('plc1');
    expect(alert?.raisedAt ?? Number.NaN).toBeGreaterThanOrEqual(at(began));
    expect(alert?.raisedAt ?? Number.NaN).toBeLessThan(at(began + withinS));
    const findings = alerts().flatMap((one) => one.findings);
    const sentences = findings.map(({ explanation }) => explanation.sentence);
    expect(sentences.join('\n')).toMatch(/10\.0\.0\.66 scans addresses of plc1, \d+ different ones so far \(/);
    expect(alerts().flatMap(({ techniques }) => techniques)).toContainEqual(
      expect.objectContaining({ id: 'T0861', certainty: 'seen' }),
    );
    // it ends by itself, once
    expect(findings.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
    expect(findings.length).toBeLessThanOrEqual(3);
  });

  it('names the stranger first where it is known who usually asks', () => {
    const { alerts, take } = watch(normalTraffic(7_200));
    const wire = new Wire();
    deviceScan(wire, 7_500);
    for (const event of wire.events) take(event);
    expect(alerts()[0]?.findings[0]?.explanation).toMatchObject({
      title: 'New client 10.0.0.66 at plc1',
      sentence: expect.stringMatching(
        /for the first time \(since 08:05:00 UTC, \d+ events\)\. Normal in 2 h of traffic: only 10\.0\.0\.5\.$/,
      ),
      normalIf: 'the learned traffic had 10.0.0.66 as a client',
    });
  });
});
