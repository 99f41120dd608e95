import type { Alert } from '../../../src/core/alert.ts';
import type { Plant } from '../../../src/core/plant.ts';
import { type Delays, delaysOf } from '../ablation.ts';

/** A machine that runs intermittently, with its mode tag and its measurements. */
export interface Machine {
  readonly equipment: string;
  readonly told: string;
  readonly measured: string;
  readonly range: number;
}

/** Falsified value of a machine on the network; undefined for the true value. */
export interface Fault {
  readonly name: string;
  readonly shows: (value: number, runs: boolean, range: number) => number | undefined;
  /** Set if all tags of the machine show it, not only its measurement. */
  readonly isWhole?: true;
}

/** @param since when each machine first showed something wrong */
export function falsifying<Of extends Machine>(
  machines: readonly Of[],
  fault: Fault,
  onset: number,
  since: Map<Of, number>,
): (plant: Plant) => void {
  let places: readonly { readonly machine: Of; readonly told: number; readonly own: readonly number[] }[] | undefined;
  return (plant) => {
    if (plant.time < onset) return;
    places ??= machines.map((machine) => ({
      machine,
      told: plant.points.findIndex((point) => point.name === machine.told),
      own: plant.points.flatMap((point, index) =>
        point.name === machine.measured || (fault.isWhole && point.equipment === machine.equipment) ? [index] : [],
      ),
    }));
    for (const { machine, told, own } of places) {
      const runs = plant.registers[told] === 1;
      for (const index of own) {
        const shown = fault.shows(plant.registers[index] as number, runs, machine.range);
        if (shown === undefined) continue;
        plant.registers[index] = shown;
        if (!since.has(machine)) since.set(machine, plant.time);
      }
    }
  };
}

export const isAbout = ({ equipment, findings }: Alert, machine: Machine): boolean =>
  equipment === machine.equipment || findings.some(({ tags }) => tags.includes(machine.measured));

/** ms from the first wrong value to the first finding after it that is about the machine, by detector. */
export const delaysBy = (alerts: readonly Alert[], machine: Machine, onset: number): Delays =>
  delaysOf(
    alerts.flatMap(({ equipment, findings }) =>
      findings.filter(({ tags }) => equipment === machine.equipment || tags.includes(machine.measured)),
    ),
    onset,
  );

export const firstOf = (delays: Delays = {}): number | undefined => Object.values(delays).toSorted((a, b) => a - b)[0];

export const minutes = (delay: number | undefined): string => (delay === undefined ? '–' : `${Math.round(delay / 60_000)} min`);
