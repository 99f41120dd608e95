import { ScadaError } from '../../src/core/errors.ts';
import type { CampaignStatus, LabCampaign } from '../../src/core/lab.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import type { Exercise } from './exercise.ts';

interface Run {
  readonly campaign: LabCampaign;
  readonly startedAt: number;
  /** Scenarios that have begun. */
  begun: number;
  /** Begin of the next one, plant ms; undefined while one runs. */
  nextAt: number | undefined;
}

/** Plays the scenarios of a campaign one after another by plant time. A scenario that ends early moves the later ones forward. */
export class CampaignRun {
  readonly #plant: Pick<Plant, 'time'>;
  readonly #exercise: Exercise;
  readonly #scenarios: readonly Scenario[];
  #run: Run | undefined;

  constructor(plant: Pick<Plant, 'time'>, exercise: Exercise, scenarios: readonly Scenario[]) {
    this.#plant = plant;
    this.#exercise = exercise;
    this.#scenarios = scenarios;
  }

  get status(): CampaignStatus | undefined {
    if (this.#run === undefined) return undefined;
    const { campaign, startedAt, begun, nextAt } = this.#run;
    const { id, title } = campaign;
    return { id, title, startedAt, begun, ...(nextAt === undefined ? {} : { nextAt }) };
  }

  /** @throws ScadaError LAB_REFUSED while a scenario or a campaign runs */
  start(campaign: LabCampaign): void {
    this.assertNone();
    const { running } = this.#exercise;
    if (running !== undefined) throw refused(`the scenario ${running.scenario} is running`);
    const startedAt = this.#plant.time;
    this.#run = { campaign, startedAt, begun: 0, nextAt: startedAt + (campaign.parts[0]?.afterS ?? 0) * 1_000 };
    this.#exercise.note('control', `campaign ${campaign.id} begins`);
  }

  /** @throws ScadaError LAB_REFUSED while a campaign runs */
  assertNone(): void {
    if (this.#run !== undefined) throw refused(`the campaign ${this.#run.campaign.id} is running`);
  }

  /** Ends the campaign. The caller ends the scenario. */
  stop(): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    this.#exercise.note('control', `campaign ${run.campaign.id} ends`);
  }

  /** Starts the next scenario when it is due. Called for each plant second, after the tick of the exercise. */
  tick(): void {
    const run = this.#run;
    if (run === undefined || this.#exercise.running !== undefined) return;
    const next = run.campaign.parts[run.begun];
    if (next === undefined) return this.stop();
    run.nextAt ??= this.#plant.time + next.afterS * 1_000;
    if (this.#plant.time < run.nextAt) return;
    const scenario = this.#scenarios.find(({ id }) => id === next.scenario);
    run.begun++;
    run.nextAt = undefined;
    if (scenario === undefined) throw new ScadaError('fatal', 'INTERNAL', `the campaign has no scenario ${next.scenario}`);
    this.#exercise.start(scenario);
  }
}

const refused = (message: string): ScadaError => new ScadaError('config', 'LAB_REFUSED', message, { hint: 'stop it first' });
