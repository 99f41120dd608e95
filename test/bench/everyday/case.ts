import type { Plant, PlantPlugin } from '../../../src/core/plant.ts';
import type { Random } from '../../../src/core/random.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

const hourS = 3_600;

/** Everything that a case needs of the plant: once a second, after the plant's step. */
export interface Hand {
  readonly plant: Plant;
  /** Seconds since the onset. */
  readonly second: number;
  /** Register as it was at the onset. */
  readonly atOnset: (point: string) => number;
  readonly read: (point: string) => number;
  /** Shows the network another value of a register than the controllers have; rounded to `step`. */
  readonly show: (point: string, value: number, step?: number) => void;
  /** A permitted write of a client, or an act of an operator at the control station. */
  readonly write: (point: string, value: number) => void;
  readonly act: (name: string, value?: number) => void;
  readonly random: Random;
}

/** One fault, attack or ordinary act, with the alert that an operator must receive. */
export interface Case {
  readonly what: string;
  readonly kind: CaseKind;
  /** Called in each second from the onset on. A new one for each play. */
  readonly begin: () => (hand: Hand) => void;
  /** The right place: equipment or tags of which one must be in the alert. */
  readonly at: readonly string[];
  /** Words of the leading sentence or title: equipment or tag, and the physical change. */
  readonly says: RegExp;
  /** Hours in which it must be found; 1 if absent. */
  readonly hours?: number;
  /** Hour of the day, UTC, at which it begins; drawn if absent. */
  readonly hour?: number;
}

export const caseKinds = [
  'flow or resolution',
  'dose',
  'level against flows',
  'control error',
  'no effect',
  'overdue',
  'unusual act',
  'slow sensor',
  'other',
] as const;
export type CaseKind = (typeof caseKinds)[number];

/** An ordinary event, which must raise no alert. */
export interface Benign extends Pick<Case, 'what' | 'begin' | 'hours' | 'hour'> {
  /** Work orders that are opened at the onset: alerts at their places are expected. */
  readonly maintenance?: Scenario['maintenance'];
}

/** A plant with its cases and ordinary events. */
export interface EverydayPlant {
  readonly plugin: PlantPlugin;
  /** Day of the year of its weather; that of the date if absent. See `PlantOptions`. */
  readonly season?: number | undefined;
  readonly cases: readonly Case[];
  readonly benign: readonly Benign[];
}

/** A step in each second. */
export const each =
  (step: (hand: Hand) => void): Case['begin'] =>
  () =>
    step;
/** A step in the first second. */
export const once =
  (step: (hand: Hand) => void): Case['begin'] =>
  () => {
    let done = false;
    return (hand) => {
      if (done) return;
      done = true;
      step(hand);
    };
  };
/** An act of the plant, in the first second. */
export const performs = (name: string, value?: number): Case['begin'] => once(({ act }) => act(name, value));

/** A register shows another value; rounded to `step`. */
export const reads = (point: string, value: (hand: Hand) => number, step?: number): Case['begin'] =>
  each((hand) => hand.show(point, value(hand), step));
export const readsZero = (point: string): Case['begin'] => reads(point, () => 0);
/** A register shows its value in coarse steps. */
export const coarse = (point: string, step: number): Case['begin'] => reads(point, ({ read }) => read(point), step);
/** Registers drift by so much an hour. */
export const drifts = (points: readonly string[], perHour: number, step: number): Case['begin'] =>
  each(({ read, show, second }) => {
    for (const point of points) show(point, read(point) + (perHour * second) / hourS, step);
  });
export const shifted = (point: string, by: number, step: number): Case['begin'] =>
  reads(point, ({ read }) => read(point) + by, step);
export const scaled = (point: string, by: number, step: number): Case['begin'] =>
  reads(point, ({ read }) => read(point) * by, step);
/** A register keeps its value at the onset. */
export const held = (point: string): Case['begin'] => reads(point, ({ atOnset }) => atOnset(point));
/** A register follows its value by a lag of the first order, s. */
export const lagging =
  (point: string, lagS: number, step: number): Case['begin'] =>
  () => {
    let shown: number | undefined;
    return ({ read, show }) => {
      const value = read(point);
      shown = shown === undefined ? value : shown + (value - shown) / lagS;
      show(point, shown, step);
    };
  };
/** A register shows its value with normally distributed noise. */
export const noisy = (point: string, sigma: number, step: number): Case['begin'] =>
  reads(point, ({ read, random }) => read(point) + sigma * random.normal(), step);
/** An ordinary hour. */
export const nothing: Case['begin'] = each(() => {});
/** Three ordinary hours from each of these hours of the day on. */
export const quietFrom = (...starts: readonly number[]): readonly Benign[] =>
  starts.map((hour) => ({ what: `nothing happens, from ${hour} h`, begin: nothing, hour, hours: 3 }));
