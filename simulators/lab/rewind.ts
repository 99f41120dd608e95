import { systemClock } from '../../src/core/clock.ts';
import type { Plant, PlantState } from '../../src/core/plant.ts';

/** Plant seconds that are computed at one go, so that the servers get their turns in between. */
const stepsAtOnce = 100;
/** While nothing is played the point to go back to moves on this often, ms of plant time: a reset stays a matter of seconds. */
const checkpointMs = 86_400_000;

/**
 * Puts a plant to where it would be if nothing had been done to it since a checkpoint. Going back in time would show the
 * monitor the same hours twice, so a twin of the plant lives through them again, untouched, and hands over its state.
 */
export class Rewind {
  readonly #plant: Plant;
  readonly #twin: Plant;
  #state: PlantState;
  #time: number;
  /** Something was done to the plant since the checkpoint: what a scenario leaves behind lasts after its end. */
  #isTouched = false;
  #running: Promise<void> | undefined;

  /** @param twin plant of the same plug-in and options; no other code steps it */
  constructor(plant: Plant, twin: Plant) {
    this.#plant = plant;
    this.#twin = twin;
    this.#state = plant.save();
    this.#time = plant.time;
  }

  /** From here on something is done to the plant. The checkpoint stays where it is if something was done already. */
  checkpoint(): void {
    if (!this.#isTouched) this.#keep();
    this.#isTouched = true;
  }

  #keep(): void {
    this.#state = this.#plant.save();
    this.#time = this.#plant.time;
  }

  /** Nothing is being done to the plant: the checkpoint may move on if it is old. */
  idle(): void {
    if (this.#plant.time - this.#time >= checkpointMs) this.#keep();
  }

  /** Resolves when the plant is where it would be. A second call while one runs is the same one. */
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
