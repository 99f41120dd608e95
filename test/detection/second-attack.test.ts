import { describe, expect, it } from 'vitest';
import { plants } from '../../simulators/plants/index.ts';
import { scenariosOf } from '../../simulators/scenarios/index.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import { type AlertChange, needsAcknowledgement } from '../../src/core/alert.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { observeEvent, type Observation } from '../../src/core/observation.ts';
import type { Plant, PlantPlugin } from '../../src/core/plant.ts';
import { isHostile, type Scenario, type ScenarioStep } from '../../src/core/scenario.ts';
import { TagTable } from '../../src/core/tag.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { detectorFactories, planDetection } from '../../src/detection/plan/plan.ts';
import { MirrorPort } from '../bench/incidents/mirror-port.ts';
import { MemoryAlerts } from '../support/memory-alerts.ts';
import { exampleConfig, newPlant, startTime } from '../support/plants.ts';

type NetworkStep = ScenarioStep & { readonly act: Exclude<ScenarioStep['act'], { readonly type: 'plant' }> };

/** Most repetitions of a step: what it does to the alerts does not depend on their number. */
const mostRepetitions = 3;
/** Time between two acts, ms. */
const apartMs = 5_000;

/** The hostile acts of a scenario on the network, in their order. */
function actsOf({ kind, steps }: Scenario): readonly NetworkStep[] {
  const hostile = steps.filter((step): step is NetworkStep => step.act.type !== 'plant' && isHostile(kind, step));
  const repeated = hostile.flatMap((step) => {
    const { atS, everyS, untilS = Infinity } = step;
    if (everyS === undefined) return [step];
    const times = Array.from({ length: mostRepetitions }, (_, i) => atS + i * everyS).filter((at) => at <= untilS);
    return times.map((at) => ({ ...step, atS: at }));
  });
  return repeated.toSorted((a, b) => a.atS - b.atS);
}

/** The detectors of events of a plant with the alerts that they raise, behind a tap. */
class Watched {
  readonly store = new MemoryAlerts();
  readonly #clock = new VirtualClock(startTime);
  readonly #manager: AlertManager;
  readonly #wire: MirrorPort;
  readonly #engine;

  constructor(plugin: PlantPlugin, plant: Plant) {
    const config = exampleConfig(plugin);
    const plan = planDetection(config);
    const tags = new TagTable(plan.tags);
    const detectors = detectorFactories(plan)
      .filter((factory) => factory.plugin.input === 'event')
      .map((factory) => ({ name: factory.name, plugin: factory.plugin, detector: factory.create() }));
    this.#engine = createEngine({ detectors, thresholds: {}, tags, groups: plan.groups });
    this.#manager = new AlertManager({ store: this.store, clock: this.#clock, epoch: 'e', tags, areas: config.site.areas });
    this.#wire = new MirrorPort(plant, tags, [...new Set(plant.points.map(({ modbus }) => modbus.controller))]);
  }

  act({ act, actor }: NetworkStep): void {
    this.#wire.act(act, actor, this.#clock.now());
    this.pass(apartMs);
  }

  pass(ms: number): void {
    const end = this.#clock.now() + ms;
    while (this.#clock.now() < end) {
      this.#clock.set(this.#clock.now() + 1_000);
      for (const event of this.#wire.eventsUntil(this.#clock.now())) this.#judge(observeEvent(event));
      this.#judge(observeEvent({ type: 'tick', time: this.#clock.now() }));
      this.#manager.tick();
    }
  }

  acknowledge(): void {
    for (const { id } of this.#manager.open()) this.#manager.acknowledge(id, { role: 'operator' });
    expect(this.#manager.open().filter(({ state }) => needsAcknowledgement(state))).toEqual([]);
  }

  #judge(observation: Observation): void {
    for (const change of this.#engine.observe(observation)) this.#manager.take(change);
  }
}

/** Changes that call the operator. */
const calls = (changes: readonly AlertChange[]): readonly AlertChange[] =>
  changes.filter(({ kind, alert }) => (kind === 'raised' || kind === 'recurred') && needsAcknowledgement(alert.state));

describe.each(plants.map((plugin) => ({ plant: plugin.type, plugin })))('attacks on $plant', async ({ plugin }) => {
  const scenarios = scenariosOf(plugin.type).filter((scenario) => actsOf(scenario).length > 0);
  const known = new Set(exampleConfig(plugin).tags.tags.map(({ name }) => name));
  const plant = await newPlant({ seed: 1, startTime, life: 'ordinary' }, plugin);

  it.each(scenarios)('$id played twice with an acknowledgement between calls twice', (scenario) => {
    for (const betweenMs of [20_000, 120_000]) {
      const watched = new Watched(plugin, plant);
      watched.pass(5_000);
      for (const step of actsOf(scenario)) watched.act(step);
      const found = watched.store.changes.length > 0;
      watched.acknowledge();
      watched.pass(betweenMs);
      watched.acknowledge();
      const before = watched.store.changes.length;
      for (const step of actsOf(scenario)) watched.act(step);
      watched.pass(61_000);
      expect([betweenMs, calls(watched.store.changes.slice(before)).length > 0]).toEqual([betweenMs, found]);
    }
  });

  it.each(scenarios.filter((scenario) => actsOf(scenario).length > 1))(
    '$id that goes on after an acknowledgement calls for what is new, and its title states it',
    (scenario) => {
      const acts = actsOf(scenario);
      const targets = acts.map(({ act }) => JSON.stringify(act));
      for (const [i, step] of acts.entries()) {
        // a blocked reply is seen by who waits for it, and encrypted messages of one session are all alike
        if (i === 0 || step.act.type === 'modbus-block' || step.act.type === 'opcua-write') continue;
        if (targets.slice(0, i).includes(targets[i] ?? '')) continue;
        const watched = new Watched(plugin, plant);
        watched.pass(5_000);
        for (const one of acts.slice(0, i)) watched.act(one);
        if (watched.store.changes.length === 0) continue;
        watched.acknowledge();
        const before = watched.store.changes.length;
        watched.act(step);
        watched.pass(66_000);
        const called = calls(watched.store.changes.slice(before));
        expect([step.text, called.length > 0]).toEqual([step.text, true]);
        // of a write to an address without a tag, the title states the address
        if (step.act.type !== 'modbus-write' || !known.has(step.act.point)) continue;
        const { point } = step.act;
        // the tap may report the tag of a write right after the write
        const ids = new Set(called.map(({ alert }) => alert.id));
        const last = watched.store.all().filter(({ id, explanation }) => ids.has(id) && explanation.writes !== undefined);
        expect([point, last.map(({ title }) => title)]).toEqual([point, [expect.stringContaining(point)]]);
      }
    },
  );
});
