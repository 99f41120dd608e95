import type { LabEffect } from '../../src/core/lab.ts';
import type { Plant } from '../../src/core/plant.ts';
import { hostileStartS, type PhysicalEffect, type PlantCondition, type Scenario } from '../../src/core/scenario.ts';

/** Tests the physical effects of one play of a scenario, and its stop conditions, once each plant second. */
export class EffectWatch {
  readonly #plant: Plant;
  readonly #scenario: Scenario;
  readonly #hostileS: number;
  /** Values right before the first hostile step, by condition. */
  readonly #before = new Map<PlantCondition, number>();
  /** Results of the tests, in the order of the scenario; undefined while one is open. */
  readonly #achieved: (boolean | undefined)[];
  readonly #points: ReadonlyMap<string, number>;

  constructor(plant: Plant, scenario: Scenario) {
    this.#plant = plant;
    this.#scenario = scenario;
    this.#hostileS = hostileStartS(scenario);
    this.#achieved = (scenario.effects ?? []).map(() => undefined);
    this.#points = new Map(plant.points.map(({ name }, index) => [name, index]));
  }

  get effects(): readonly LabEffect[] {
    return (this.#scenario.effects ?? []).map(({ text }, i) => ({ text, achieved: this.#achieved[i] }));
  }

  /**
   * Tests the present state of the plant, before the acts of this second.
   * @param second plant seconds after the start of the scenario
   * @returns the effects that are decided now, and the text of a stop condition that holds
   */
  observe(second: number): { readonly decided: readonly LabEffect[]; readonly stop: string | undefined } {
    const { effects = [], stopWhen = [] } = this.#scenario;
    if (effects.length === 0 && stopWhen.length === 0) return { decided: [], stop: undefined };
    const truth = this.#plant.truth();
    const valueOf = ({ source, name }: PlantCondition): number =>
      (source === 'truth' ? truth[name] : this.#plant.registers[this.#points.get(name) ?? -1]) ?? Number.NaN;
    const holds = (condition: PlantCondition): boolean =>
      isMet(condition, valueOf(condition), this.#before.get(condition) ?? Number.NaN);
    // in the lab the first observation may come after a first hostile step at 0 s was due, and before it is performed
    if (second <= this.#hostileS || this.#before.size === 0)
      for (const condition of [...effects, ...stopWhen]) this.#before.set(condition, valueOf(condition));
    const decided = effects.flatMap((effect, i) => {
      if (this.#achieved[i] !== undefined || second < effect.fromS) return [];
      const achieved = resultAt(effect, second, holds(effect));
      this.#achieved[i] = achieved;
      return achieved === undefined ? [] : [{ text: effect.text, achieved }];
    });
    return { decided, stop: stopWhen.find(holds)?.text };
  }

  /** Ends the play: a test that is still open has failed. */
  end(): void {
    this.#achieved.forEach((achieved, i) => {
      this.#achieved[i] = achieved ?? false;
    });
  }
}

/** Result of a test at one second of its span; undefined if later ones decide. */
function resultAt({ toS, throughout }: PhysicalEffect, second: number, holds: boolean): boolean | undefined {
  if (throughout && !holds) return false;
  if (second >= toS) return holds;
  return throughout || !holds ? undefined : true;
}

function isMet({ comparison, value: limit }: PlantCondition, value: number, before: number): boolean {
  switch (comparison) {
    case 'above':
      return value > limit;
    case 'below':
      return value < limit;
    case 'equal':
      return value === limit;
    case 'rises':
      return value - before >= limit;
    case 'falls':
      return before - value >= limit;
  }
}
