import { systemClock } from '../../src/core/clock.ts';
import type { Plant, PlantState } from '../../src/core/plant.ts';

/** Plant seconds that are computed in one step, so that the servers can run in between. */
const stepsAtOnce = 100;
/** Maximum age of the checkpoint while no scenario runs, ms of plant time: a reset then takes seconds. */
const checkpointMs = 86_400_000;

/**
 * Restores the state that the plant would have if no acts had been performed since a checkpoint. Plant time cannot go back,
 * because the monitor would see the same hours twice. Therefore a twin of the plant simulates these hours again without the acts,
 * and its state replaces that of the plant.
 */
export class Rewind {
  readonly #plant: Plant;
  readonly #twin: Plant;
  #state: PlantState;
  #time: number;
  /** True if acts were performed since the checkpoint: the effects of a scenario last beyond its end. */
  #isTouched = false;
  #running: Promise<void> | undefined;

  /** @param twin plant of the same plug-in and options; no other code steps it */
  constructor(plant: Plant, twin: Plant) {
    this.#plant = plant;
    this.#twin = twin;
    this.#state = plant.save();
    this.#time = plant.time;
  }

  /** Sets a checkpoint before acts. If acts were performed already, the checkpoint stays. */
  checkpoint(): void {
    if (!this.#isTouched) this.#keep();
    this.#isTouched = true;
  }

  #keep(): void {
    this.#state = this.#plant.save();
    this.#time = this.#plant.time;
  }

  /** Advances the checkpoint if it is old, while no acts are performed. */
  idle(): void {
    if (this.#plant.time - this.#time >= checkpointMs) this.#keep();
  }

  /** Resolves when the state is restored. A second call during a run joins it. */
  async run(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#catchUp(signal).finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    this.#twin.restore(this.#state);
    for (;;) {
      const behind = Math.round((this.#plant.time - this.#twin.time) / 1000);
      this.#twin.step(Math.min(stepsAtOnce, behind));
      if (behind <= stepsAtOnce) break;
      await systemClock.sleep(0, signal);
    }
    this.#plant.restore(this.#twin.save());
    this.#isTouched = false;
  }
}
