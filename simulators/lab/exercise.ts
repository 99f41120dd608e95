import { ScadaError, toScadaError } from '../../src/core/errors.ts';
import type { LabEffect, LabEvent, LabStatus } from '../../src/core/lab.ts';
import type { Plant } from '../../src/core/plant.ts';
import { isHostile, type Scenario, type ScenarioAct, type ScenarioStep } from '../../src/core/scenario.ts';
import { EffectWatch } from './effects.ts';

/** Maximum number of entries kept in the timeline. */
const mostEvents = 500;

/** Performs the acts of a scenario that use the network. */
export interface Actors {
  /** @throws ScadaError if the plant's servers refuse it or cannot be reached */
  perform(act: Exclude<ScenarioAct, { readonly type: 'plant' }>, actor: ScenarioStep['actor']): Promise<void>;
  /** Closes all connections at the end of a scenario. */
  leave(): Promise<void>;
}

/** One step of the running scenario and the time at which it is due next, plant ms; Infinity when it is done. */
interface Pending {
  readonly step: ScenarioStep;
  due: number;
  /** Failure of its last act, so that a repeated one is reported once. */
  failure: string | undefined;
}

/** Runs one scenario at a time on a plant, by plant time, and keeps the timeline with the ground truth. */
export class Exercise {
  readonly #plant: Plant;
  readonly #actors: Actors;
  readonly #onEvent: () => void;
  #events: LabEvent[] = [];
  #running: { scenario: Scenario; startedAt: number; pending: Pending[] } | undefined;
  /** Physical effects of the running scenario, or of the last one. */
  #watch: EffectWatch | undefined;

  constructor(plant: Plant, actors: Actors, onEvent: () => void) {
    this.#plant = plant;
    this.#actors = actors;
    this.#onEvent = onEvent;
  }

  get events(): readonly LabEvent[] {
    return this.#events;
  }

  get running(): LabStatus['running'] {
    const running = this.#running;
    if (running === undefined) return undefined;
    const { scenario, startedAt } = running;
    return { scenario: scenario.id, startedAt, endsAt: startedAt + scenario.durationS * 1000 };
  }

  /** Physical effects of the running scenario, or of the last one that has ended; undefined before the first one. */
  get effects(): readonly LabEffect[] | undefined {
    return this.#watch?.effects;
  }

  /** Points whose shown and true values differ in the running scenario: those of its ground truth and of the expected finding. */
  get points(): readonly string[] {
    const scenario = this.#running?.scenario;
    return [...new Set([...(scenario?.truth ?? []).flatMap(({ tags }) => tags), ...(scenario?.expect?.finding.tags ?? [])])];
  }

  /** @throws ScadaError LAB_REFUSED while another one runs */
  start(scenario: Scenario): void {
    if (this.#running !== undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', `the scenario ${this.#running.scenario.id} is running`, {
        hint: 'stop it first',
      });
    }
    const startedAt = this.#plant.time;
    const pending = scenario.steps.map((step) => ({ step, due: startedAt + step.atS * 1000, failure: undefined }));
    this.#running = { scenario, startedAt, pending };
    this.#watch = new EffectWatch(this.#plant, scenario);
    this.note('control', `scenario ${scenario.id} begins`);
  }

  /** Ends the running scenario and releases every falsified signal. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#watch?.end();
    this.#plant.act({ type: 'release', point: '*' });
    this.note('control', `scenario ${running.scenario.id} ends`);
    await this.#actors.leave();
  }

  /** Performs the acts that are due by plant time. Network acts keep the order of the script. */
  async tick(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { scenario, startedAt, pending } = running;
    if (this.#test(startedAt)) return await this.stop();
    for (const entry of pending) {
      if (entry.due > this.#plant.time) continue;
      const { step } = entry;
      const first = entry.due === startedAt + step.atS * 1000;
      // plant time may have advanced by more than a period: all acts that were due in between are one act
      const everyMs = step.everyS === undefined ? Number.POSITIVE_INFINITY : step.everyS * 1000;
      while (entry.due <= this.#plant.time) entry.due += everyMs;
      if (step.untilS !== undefined && entry.due > startedAt + step.untilS * 1000) entry.due = Number.POSITIVE_INFINITY;
      if (first) this.note(isHostile(scenario.kind, step) ? 'inject' : 'benign', step.text, scenario.techniques[0]);
      await this.#perform(entry);
      // the scenario may have been stopped during the act
      if (this.#running !== running) return;
    }
    if (this.#plant.time >= startedAt + scenario.durationS * 1000) await this.stop();
  }

  /** Tests the physical effects and notes those that are decided. @returns true if a stop condition holds */
  #test(startedAt: number): boolean {
    const { decided = [], stop } = this.#watch?.observe(Math.floor((this.#plant.time - startedAt) / 1000)) ?? {};
    for (const { text, achieved } of decided)
      this.note('control', `physical effect ${achieved === true ? 'achieved' : 'not achieved'}: ${text}`);
    if (stop !== undefined) this.note('control', `stop condition: ${stop}`);
    return stop !== undefined;
  }

  /** Adds an entry to the timeline. */
  note(lane: LabEvent['lane'], text: string, technique?: string): void {
    this.#events = [
      ...this.#events.slice(1 - mostEvents),
      { time: this.#plant.time, lane, text, technique: lane === 'inject' ? technique : undefined },
    ];
    this.#onEvent();
  }

  /** A failed act is part of the exercise and does not end it. */
  async #perform(entry: Pending): Promise<void> {
    const { act, actor, text } = entry.step;
    if (act.type === 'plant') {
      this.#plant.act(act.action);
      return;
    }
    try {
      await this.#actors.perform(act, actor);
      entry.failure = undefined;
    } catch (thrown) {
      const { message } = toScadaError(thrown);
      if (entry.failure !== message) this.note('control', `without effect: ${text} (${message})`);
      entry.failure = message;
    }
  }
}
