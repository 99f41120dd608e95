import { type ConfigProblem, unknownName } from '../../src/config/problems.ts';
import type { Plant, PlantAction, PlantPoint } from '../../src/core/plant.ts';
import type { PlantCondition, Scenario, ScenarioMaintenance, ScenarioStep } from '../../src/core/scenario.ts';

type Path = readonly PropertyKey[];

/**
 * Adds to `problems` each name and value of a scenario that a plant does not accept. Acts inside of the plant are tried: the plant has
 * its former state afterwards.
 */
export function checkNames(scenario: Scenario, plant: Plant, problems: ConfigProblem[]): void {
  const { steps, truth, expect, effects = [], stopWhen = [], maintenance = [] } = scenario;
  const names = new NameCheck(plant, problems);
  steps.forEach((step, i) => names.step(step, ['steps', i]));
  maintenance.forEach((work, i) => names.maintenance(work, ['maintenance', i]));
  truth.forEach((span, i) => names.finding(span, ['truth', i]));
  if (expect !== undefined) names.finding(expect.finding, ['expect']);
  effects.forEach((effect, i) => names.condition(effect, ['effects', i]));
  stopWhen.forEach((condition, i) => names.condition(condition, ['stopWhen', i]));
}

class NameCheck {
  readonly #plant: Plant;
  readonly #problems: ConfigProblem[];
  readonly #points: ReadonlyMap<string, PlantPoint>;
  readonly #areas: readonly string[];
  readonly #equipment: readonly string[];
  readonly #controllers: readonly string[];

  constructor(plant: Plant, problems: ConfigProblem[]) {
    this.#plant = plant;
    this.#problems = problems;
    this.#points = new Map(plant.points.map((point) => [point.name, point]));
    this.#areas = [...new Set(plant.points.map(({ area }) => area))];
    this.#equipment = [...new Set(plant.points.map(({ equipment }) => equipment))];
    this.#controllers = [...new Set(plant.points.map(({ modbus }) => modbus.controller))];
  }

  step({ act }: ScenarioStep, path: Path): void {
    switch (act.type) {
      case 'modbus-write':
        return this.#write(act.point, path, act.controller);
      case 'opcua-write':
        return this.#write(act.point, path);
      case 'modbus-scan':
      case 'modbus-connect':
      case 'modbus-restart':
      case 'modbus-block':
      case 'modbus-blank':
        return this.#controller(act.controller, path);
      case 'modbus-display':
        return act.points.forEach((point, i) => this.#displayed(point, act.controller, path, i));
      case 'plant':
        return this.#action(act.action, path);
    }
  }

  /** Devices are those of the monitor, which the plant does not know. */
  maintenance({ place: { kind, id } }: ScenarioMaintenance, path: Path): void {
    const known = kind === 'area' ? this.#areas : kind === 'equipment' ? this.#equipment : [id];
    if (!known.includes(id)) unknownName(this.#problems, [...path, kind], kind, id, known);
  }

  finding({ tags, equipment, devices = [] }: FindingNames, path: Path): void {
    tags.forEach((tag, i) => this.#point(tag, [...path, 'tags', i], 'tag'));
    const known = (of: readonly string[], all: readonly string[], key: string, what: string): void =>
      of.forEach((id, i) => {
        if (!all.includes(id)) unknownName(this.#problems, [...path, key, i], what, id, all);
      });
    known(equipment, this.#equipment, 'equipment', 'equipment');
    known(devices, this.#controllers, 'devices', 'controller');
  }

  condition({ source, name }: PlantCondition, path: Path): void {
    if (source === 'register') return void this.#point(name, path);
    const truth = this.#plant.truth();
    if (!Object.hasOwn(truth, name)) unknownName(this.#problems, path, 'true value', name, similar(name, Object.keys(truth)));
  }

  #write(name: string, path: Path, controller?: string): void {
    if (controller !== undefined) this.#controller(controller, path);
    const point = this.#point(name, [...path, 'target']);
    if (point === undefined) return;
    const add = (key: string, message: string): void => void this.#problems.push({ path: [...path, key], message });
    if (!point.writable)
      add('target', `${name} cannot be written over the network: choose a set-point, a command or a mode of its equipment`);
    if (controller === undefined && !point.opcua) add('target', `${name} is not served by OPC UA: write it by Modbus`);
    this.#home(point, controller, path);
  }

  #displayed(name: string, controller: string, path: Path, i: number): void {
    if (i === 0) this.#controller(controller, path);
    const point = this.#point(name, [...path, 'targets', i]);
    if (point !== undefined) this.#home(point, controller, path);
  }

  /** A known controller must be the one that serves the point. */
  #home({ name, modbus }: PlantPoint, controller: string | undefined, path: Path): void {
    if (controller === undefined || !this.#controllers.includes(controller) || controller === modbus.controller) return;
    const message = `${name} is on the controller ${modbus.controller}, not on ${controller}`;
    this.#problems.push({ path: [...path, 'controller'], message });
  }

  #controller(name: string, path: Path): void {
    if (!this.#controllers.includes(name))
      unknownName(this.#problems, [...path, 'controller'], 'controller', name, this.#controllers);
  }

  #point(name: string, path: Path, what = 'point'): PlantPoint | undefined {
    const point = this.#points.get(name);
    if (point === undefined) unknownName(this.#problems, path, what, name, similar(name, [...this.#points.keys()]));
    return point;
  }

  #action(action: PlantAction, path: Path): void {
    if (action.type === 'replay') action.points.forEach((point, i) => this.#point(point, [...path, 'targets', i]));
    else if (action.type !== 'act' && action.point !== '*' && this.#point(action.point, [...path, 'target']) === undefined)
      return;
    const before = this.#plant.save();
    try {
      this.#plant.act(action);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      this.#problems.push({ path: [...path, action.type === 'act' ? 'name' : 'operation'], message: thrown.message });
    } finally {
      this.#plant.restore(before);
    }
  }
}

interface FindingNames {
  readonly tags: readonly string[];
  readonly equipment: readonly string[];
  readonly devices?: readonly string[] | undefined;
}

/** The names with those first that begin alike: only some are shown. */
function similar(name: string, all: readonly string[]): readonly string[] {
  const shared = (other: string): number => {
    let i = 0;
    while (i < name.length && name[i]?.toLowerCase() === other[i]?.toLowerCase()) i++;
    return i;
  };
  return all.toSorted((a, b) => shared(b) - shared(a));
}
