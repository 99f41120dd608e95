import { type Clock, systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { LabPlant, LabPlants } from '../../core/lab.ts';

/** Time for the response to the request that switches, before everything ends, ms. */
const responseMs = 300;

/** The plants of a lab. `ended` aborts when a person has chosen another one than the running plant. */
export class LabPlantSwitch implements LabPlants {
  readonly all: readonly LabPlant[];
  readonly #running: string;
  readonly #ended = new AbortController();
  #chosen: string | undefined;

  readonly #clock: Clock;

  constructor(plants: readonly LabPlant[], running: string, clock: Clock = systemClock) {
    this.#clock = clock;
    this.all = plants.map(({ type, summary }) => ({ type, summary }));
    this.#running = running;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The plant to start next; undefined if the lab ends. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  switchTo(type: string): void {
    const types = this.all.map((plant) => plant.type).filter((one) => one !== this.#running);
    if (!types.includes(type))
      throw new ScadaError(
        'config',
        'LAB_REFUSED',
        type === this.#running ? `${type} runs already` : `there is no plant ${type}`,
        {
          hint: `choose ${types.join(' or ')}`,
        },
      );
    this.#chosen = type;
    void this.#clock.sleep(responseMs).then(() => this.#ended.abort());
  }
}
