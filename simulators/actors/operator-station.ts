import type { Clock } from '../../src/core/clock.ts';
import type { PlantAddress } from '../../src/core/plant.ts';
import { TaskScope } from '../../src/core/scope.ts';
import { ModbusActor, type ModbusActorOptions } from './modbus.ts';

export interface OperatorStationOptions extends ModbusActorOptions {
  /** Points of its display, by name. */
  readonly points: Readonly<Record<string, PlantAddress>>;
  /** Time from the end of a poll of all points to the next one, ms. */
  readonly everyMs: number;
  /** Called after each poll, successful or not. */
  readonly onPoll?: (shown: ReadonlyMap<string, number>) => void;
}

/**
 * Display of an operator station: polls its points and shows what it receives, which a man-in-the-middle before the controller can
 * falsify. It writes nothing. A lost connection is opened again with the next poll, and meanwhile the display is empty.
 */
export class OperatorStation implements AsyncDisposable {
  readonly #options: OperatorStationOptions;
  readonly #shown = new Map<string, number>();
  readonly #scope = new TaskScope();
  #client: ModbusActor | undefined;

  private constructor(options: OperatorStationOptions, client: ModbusActor) {
    this.#options = options;
    this.#client = client;
  }

  /** @throws ScadaError LAB_REFUSED for a target that is not this host; DEVICE_UNREACHABLE */
  static async open(options: OperatorStationOptions, clock: Clock): Promise<OperatorStation> {
    const station = new OperatorStation(options, await ModbusActor.connect(options));
    station.#scope.start(async (signal) => {
      while (!signal.aborted) {
        await station.#poll();
        await clock.sleep(options.everyMs, signal);
      }
    });
    return station;
  }

  /** What the display shows, by name of the point. */
  get shown(): ReadonlyMap<string, number> {
    return this.#shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.stop();
    // ends a request in flight
    await this.#client?.[Symbol.asyncDispose]();
    await this.#scope.join();
  }

  async #poll(): Promise<void> {
    const { points, onPoll } = this.#options;
    try {
      if (this.#client?.open !== true) this.#client = await ModbusActor.connect(this.#options);
      for (const [name, address] of Object.entries(points)) this.#shown.set(name, await this.#client.read(address));
    } catch {
      this.#shown.clear();
      await this.#client?.[Symbol.asyncDispose]();
      this.#client = undefined;
    }
    onPoll?.(this.#shown);
  }
}
