import { ScadaError } from '../../src/core/errors.ts';
import type { LabEffect, LabEvent } from '../../src/core/lab.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { Scenario, ScenarioAct } from '../../src/core/scenario.ts';
import { type Actors, Exercise } from './exercise.ts';

/** Actors that write into the registers of a plant and restart its controllers, as its servers do for clients. Other acts change no plant. */
export class DirectActors implements Actors {
  readonly #plant: Plant;

  constructor(plant: Plant) {
    this.#plant = plant;
  }

  async perform(act: Exclude<ScenarioAct, { readonly type: 'plant' }>): Promise<void> {
    if (act.type === 'modbus-restart') return this.#plant.restart?.(act.controller);
    if (act.type !== 'modbus-write' && act.type !== 'opcua-write') return;
    const index = this.#plant.points.findIndex(({ name }) => name === act.point);
    if (index < 0) throw new ScadaError('config', 'LAB_REFUSED', `the plant has no point ${act.point}`);
    this.#plant.write(index, act.value);
  }

  async leave(): Promise<void> {}
}

/** A scenario and what happened in its play. */
export interface HeadlessPlay extends HeadlessResult {
  readonly scenario: Scenario;
}

/** Course of a scenario without ports and monitor. */
export interface HeadlessResult {
  readonly events: readonly LabEvent[];
  readonly effects: readonly LabEffect[];
  /** ms UTC of plant time. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * Plays a scenario to its end, as fast as the plant computes.
 * @param onSecond called after each plant second, with the time at which the scenario began, ms UTC
 */
export async function playHeadless(
  plant: Plant,
  scenario: Scenario,
  onSecond?: (startedAt: number) => void,
  actors: Actors = new DirectActors(plant),
): Promise<HeadlessResult> {
  const exercise = new Exercise(plant, actors, () => {});
  const startedAt = plant.time;
  exercise.start(scenario);
  for (;;) {
    await exercise.tick();
    if (exercise.running === undefined) break;
    plant.step(1);
    onSecond?.(startedAt);
  }
  return { events: exercise.events, effects: exercise.effects ?? [], startedAt, endedAt: plant.time };
}

/** A scenario of a campaign. */
export interface HeadlessPart {
  readonly scenario: Scenario;
  /** Normal operation before it, s. */
  readonly afterS: number;
}

/**
 * Plays scenarios one after another on one plant. What a scenario leaves behind, such as a changed set-point, stays.
 * @param onSecond called after each plant second, with the scenario in play
 */
export async function playParts(
  plant: Plant,
  parts: readonly HeadlessPart[],
  onSecond?: (running: { readonly scenario: Scenario; readonly startedAt: number } | undefined) => void,
  actors?: Actors,
): Promise<readonly HeadlessPlay[]> {
  const plays: HeadlessPlay[] = [];
  for (const { scenario, afterS } of parts) {
    for (let second = 0; second < afterS; second++) {
      plant.step(1);
      onSecond?.(undefined);
    }
    const result = await playHeadless(plant, scenario, (startedAt) => onSecond?.({ scenario, startedAt }), actors);
    plays.push({ scenario, ...result });
  }
  return plays;
}
