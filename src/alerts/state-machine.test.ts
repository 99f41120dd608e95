import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';

/**
 * ISA-18.2 / IEC 62682, states with an annunciated or normal alarm. A cell is the next state; with two letters the second one is
 * that of a latching alarm. An event without a cell leaves the state.
 */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  A: { occurs: 'B' },
  B: { acknowledge: 'C', returns: 'DE' },
  C: { returns: 'AF', 're-alarm': 'B' },
  D: { acknowledge: 'A', occurs: 'B' },
  E: { acknowledge: 'F', occurs: 'B' },
  F: { reset: 'A', occurs: 'B' },
};
/** Each reason hides the alarm in its own state, the first one in this list counts. Without one: A or B by the process. */
const hidings = [
  ['outOfService', 'I'],
  ['suppressed', 'H'],
  ['shelved', 'G'],
] as const;

const start = Date.UTC(2026, 10, 25);
const stepMs = 31_000;
const realarmMs = 4 * stepMs;
const tags = new TagTable([tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW' })]);
const operator = { role: 'operator', session: 's1' };

const events = [
  'occurs',
  'returns',
  'acknowledge',
  'reset',
  'shelve',
  'shelve once',
  'unshelve',
  'maintenance begins',
  'maintenance ends',
  'suppression begins',
  'suppression ends',
  'time',
  'restart',
] as const;
type Event = (typeof events)[number];

/** The alarm by the table alone. */
class Model {
  state = 'A';
  inAlarm = false;
  shelvedUntil: number | undefined;
  once = false;
  outOfService = false;
  suppressed = false;
  #acknowledgedAt = Infinity;
  readonly #latching: boolean;
  constructor(latching: boolean) {
    this.#latching = latching;
  }

  take(event: Event, now: number): void {
    const isOpen = this.state !== 'A';
    if (event === 'occurs') this.inAlarm = true;
    if (event === 'returns') this.inAlarm = false;
    if (event === 'maintenance begins') this.outOfService = true;
    if (event === 'maintenance ends') this.outOfService = false;
    if (event === 'suppression begins') this.suppressed = true;
    if (event === 'suppression ends') this.suppressed = false;
    if (event === 'acknowledge' && this.state === 'B') this.#acknowledgedAt = now;
    if (event === 'shelve' && isOpen) [this.shelvedUntil, this.once] = [now + 2 * stepMs, false];
    if (event === 'shelve once' && isOpen && this.inAlarm) [this.shelvedUntil, this.once] = [now + 3 * stepMs, true];
    const isOver = this.shelvedUntil !== undefined && (this.shelvedUntil <= now || (this.once && !this.inAlarm));
    if (event === 'unshelve' || isOver) this.shelvedUntil = undefined;
    const reasons = { outOfService: this.outOfService, suppressed: this.suppressed, shelved: this.shelvedUntil !== undefined };
    const hidden = hidings.find(([reason]) => reasons[reason])?.[1];
    const before = this.state;
    const isDue = event === 'time' && now - this.#acknowledgedAt >= realarmMs;
    const cell = table[before]?.[isDue ? 're-alarm' : event] ?? before;
    const visible =
      table[before] === undefined ? (this.inAlarm ? 'B' : 'A') : cell.length === 1 ? cell : cell[Number(this.#latching)];
    // a closed alarm is not hidden
    this.state = hidden === undefined || (visible === 'A' && table[before] !== undefined) ? (visible ?? '') : hidden;
    if (this.state === 'A') this.shelvedUntil = undefined;
  }
}

it('follows the table for every sequence of events, also across restarts', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.constantFrom(...events), { maxLength: 30 }), (latching, sequence) => {
      const clock = new VirtualClock(start);
      const store = new MemoryAlerts();
      const model = new Model(latching);
      const maintenance = { covers: () => model.outOfService };
      const suppression = { causeOf: () => (model.suppressed ? 'the pump is off' : undefined) };
      const settings = { realarm: [{ priority: 'A', afterMs: realarmMs }], escalate: [] } as const;
      const create = () => new AlertManager({ store, clock, epoch: 'e', tags, maintenance, suppression, settings });
      let manager = create();
      let finding = findingOf(0, latching);
      const begin = (): void => manager.take({ change: 'begin', finding });
      const steps: string[] = [];
      for (const [number, event] of sequence.entries()) {
        clock.set(clock.now() + stepMs);
        if ((event === 'occurs') === model.inAlarm && (event === 'occurs' || event === 'returns')) continue;
        // the state at the time of the event
        model.take('time', clock.now());
        manager.tick();
        model.take(event, clock.now());
        const id = store.all().at(-1)?.id;
        if (event === 'occurs' || event === 'restart') finding = findingOf(number, latching);
        if (event === 'occurs') begin();
        else if (event === 'returns') manager.take({ change: 'end', finding: { ...finding, endedAt: clock.now() } });
        else if (event === 'restart') {
          manager = create();
          if (model.inAlarm) begin();
        } else if (id !== undefined) {
          if (event === 'acknowledge') manager.acknowledge(id, operator);
          if (event === 'reset') manager.reset(id, operator);
          if (event === 'unshelve') manager.unshelve(id, operator);
          if (event.startsWith('shelve')) {
            const once = event === 'shelve once' ? true : undefined;
            manager.shelve(id, { until: clock.now() + (once ? 3 : 2) * stepMs, once, reason: 'sensor is changed' }, operator);
          }
        }
        manager.tick();
        steps.push(`${event} ${model.state}`);
        const actual = store.all().at(-1)?.state ?? 'A';
        expect(actual, steps.join(', ')).toBe(model.state);
        // what is not A is in the list
        expect(manager.open().map(({ state }) => state)).toEqual(actual === 'A' ? [] : [actual]);
      }
    }),
    { numRuns: 500, seed: 20_261_128 },
  );
});

function findingOf(number: number, latching: boolean): Finding {
  const techniques = latching ? ['T1692.001'] : [];
  return {
    id: `F${number}`,
    detector: 'traffic',
    channel: 'CW.LT01',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: start,
    beganAt: start,
    updatedAt: start,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: 'Wrong.', title: 'Wrong', contributions: [], normalIf: '', techniques, seen: techniques },
  };
}
