import { type Alert, isOpen } from '../../../src/core/alert.ts';
import type { ServerMessage, ValueFrame } from '../../../dashboard/protocol.ts';
import { ageOf } from '../load/register.ts';
import { alarmLimit, alarmRegister, isCounting, nameOf, registerOf, scale } from './plant.ts';
import type { Tally } from './tally.ts';

/** A value this old, seconds, is wrong: no register had it at the last polls. */
const mostAgeS = 10;
/** Time without a new sample after which a watched tag is silent, ms. */
const silentMs = 5 * scale.periodMs;
/** Unit of the time that an alarm register states, ms. */
export const triggerUnitMs = 100;
const triggers = 60_000;

/** Value of an alarm register that states when it was set: beyond the limit, within 100 min. */
export const triggerAt = (ms: number): number => alarmLimit + 1 + (Math.floor(ms / triggerUnitMs) % triggers);
const sinceTrigger = (value: number, now: number): number =>
  ((((Math.floor(now / triggerUnitMs) - (value - alarmLimit - 1)) % triggers) + triggers) % triggers) * triggerUnitMs;

/** A register beyond its limit, as a page has seen it. */
interface Crossing {
  readonly value: number;
  /** Of the sample that crossed the limit, ms UTC. */
  readonly receiveTime: number;
  /** A later sample has arrived. */
  isOld: boolean;
  isAlarmed: boolean;
}

/** Compares what one page receives with what the registers did. */
export class PageWatch {
  readonly #tally: Tally;
  readonly #lastAt: Map<number, number>;
  readonly #alarms: ReadonlyMap<string, number>;
  readonly #crossings = new Map<number, Crossing>();
  /** Alerts in alarm that have arrived, by tag. */
  readonly #alerted = new Set<number>();
  #skipped = 0;
  #checkedAt = 0;

  constructor(tags: readonly number[], tally: Tally) {
    this.#tally = tally;
    this.#lastAt = new Map(tags.map((tag) => [tag, Number.NaN]));
    this.#alarms = new Map(tags.filter((tag) => registerOf(tag) === alarmRegister).map((tag) => [nameOf(tag), tag]));
  }

  /** @param now of arrival, ms UTC */
  values(frame: ValueFrame, now: number): void {
    this.#tally.frames++;
    let oldest = now;
    for (let row = 0; row < frame.tag.length; row++) {
      const tag = frame.tag[row] as number;
      const value = frame.value[row] as number;
      if (Number.isNaN(value)) continue;
      this.#lastAt.set(tag, now);
      oldest = Math.min(oldest, frame.receiveTime[row] as number);
      const register = registerOf(tag);
      if (register === alarmRegister) this.#level(tag, value, frame.receiveTime[row] as number);
      // the samples of a snapshot may have waited for the page
      else if (isCounting(register) && !frame.snapshot) this.#count(value, register, now);
    }
    if (!frame.snapshot) this.#tally.aged(now - oldest);
    if (now - this.#checkedAt >= 1_000) this.#check(now);
  }

  message(message: ServerMessage): void {
    if (message.type === 'heartbeat') {
      this.#tally.skipped += message.skipped - this.#skipped;
      this.#skipped = message.skipped;
    } else if (message.type === 'alert-snapshot') for (const alert of message.alerts) this.#alert(alert, false);
    else if (message.type === 'alert-changes') for (const { alert } of message.changes) this.#alert(alert, true);
  }

  #count(value: number, register: number, now: number): void {
    const age = ageOf(value, register, now);
    if (age > mostAgeS) this.#tally.wrong++;
    else this.#tally.delayed(age * 1_000 + (now % 1_000));
  }

  #level(tag: number, value: number, receiveTime: number): void {
    const crossing = this.#crossings.get(tag);
    if (value <= alarmLimit) {
      if (crossing?.isAlarmed === false) this.#tally.unalarmed++;
      this.#crossings.delete(tag);
    } else if (crossing === undefined) {
      this.#crossings.set(tag, { value, receiveTime, isOld: false, isAlarmed: this.#alerted.has(tag) });
    } else if (receiveTime > crossing.receiveTime) crossing.isOld = true;
  }

  #alert(alert: Alert, isNew: boolean): void {
    for (const name of alert.tags) {
      const tag = this.#alarms.get(name);
      if (tag === undefined) continue;
      const isActive =
        isOpen(alert.state) && alert.findings.some(({ endedAt, tags }) => endedAt === undefined && tags.includes(name));
      const known = this.#alerted.has(tag);
      if (!isActive) this.#alerted.delete(tag);
      else this.#alerted.add(tag);
      if (!isActive || known || !isNew) continue;
      const crossing = this.#crossings.get(tag);
      // without a crossing the alert came before its value
      if (crossing === undefined) continue;
      crossing.isAlarmed = true;
      if (crossing.isOld) this.#tally.behind++;
      this.#tally.alerted(sinceTrigger(crossing.value, Date.now()));
    }
  }

  #check(now: number): void {
    this.#checkedAt = now;
    for (const at of this.#lastAt.values()) if (now - at > silentMs) this.#tally.silent++;
  }
}
