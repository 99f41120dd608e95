import type { PlantPace } from './clock.ts';
import type { Scenario } from './scenario.ts';

/** One line of an exercise's timeline. `time` is plant time, ms UTC. */
export interface LabEvent {
  readonly time: number;
  readonly lane: 'inject' | 'benign' | 'control';
  readonly text: string;
  readonly technique?: string | undefined;
}

/** Scenarios that the lab plays one after another. */
export interface LabCampaign {
  /** Name of its file without extension. */
  readonly id: string;
  readonly title: string;
  readonly parts: readonly {
    readonly scenario: string;
    /** Normal operation before the scenario, plant seconds. */
    readonly afterS: number;
  }[];
}

/** Course of the running campaign. Times in ms UTC of plant time. */
export interface CampaignStatus {
  readonly id: string;
  readonly title: string;
  readonly startedAt: number;
  /** Number of its scenarios that have begun. */
  readonly begun: number;
  /** Begin of the next scenario; absent while one runs. */
  readonly nextAt?: number | undefined;
}

export interface LabStatus {
  readonly plant: string;
  readonly seed: number;
  readonly pace: PlantPace;
  readonly running?: { readonly scenario: string; readonly startedAt: number; readonly endsAt: number } | undefined;
  /** The running campaign. */
  readonly campaign?: CampaignStatus | undefined;
  readonly events: readonly LabEvent[];
  /** True process values by name, for readers of the ground truth. */
  readonly truth: Readonly<Record<string, number>>;
  /** True values behind the tags of the running scenario, by the name of their point; absent without one. */
  readonly behind?: Readonly<Record<string, number>> | undefined;
  /** Physical effects of the running scenario, or of the last one that has ended; absent before the first one. */
  readonly effects?: readonly LabEffect[] | undefined;
  /** Available speeds. A speed that this machine does not reach has a reason. */
  readonly speeds: readonly LabSpeed[];
  /** Result of the last ended scenario; absent while one runs. */
  readonly last?: LabResult | undefined;
}

/** Result of one test of the physical effect of a scenario. */
export interface LabEffect {
  /** The test as the scenario states it, e.g. `truth station.flow below 1 within 60s`. */
  readonly text: string;
  /** Undefined while the test is open. */
  readonly achieved?: boolean | undefined;
}

/** A true value of the process in an exercise. */
export interface TruthRange {
  readonly begin: number;
  readonly low: number;
  readonly high: number;
  readonly end: number;
}

/** Score of an ended scenario, kept until the next one starts. Times in ms UTC of plant time. */
export interface LabResult {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined if nothing was expected. */
  readonly detected?: boolean | undefined;
  /** Time from the first hostile step to the first counted alert, ms. */
  readonly afterMs?: number | undefined;
  readonly withinMs?: number | undefined;
  readonly techniqueRight?: boolean | undefined;
  /** Physical effects of the scenario; absent in older results, empty if the scenario states none. */
  readonly effects?: readonly LabEffect[] | undefined;
  /** Alerts without a cause in the scenario. */
  readonly falseAlerts: number;
  /** Ids of the counted alerts. */
  readonly counted: readonly string[];
  /** True values by name; absent in older results, and if the monitor did not run for the whole exercise. */
  readonly truth?: Readonly<Record<string, TruthRange>> | undefined;
  /** The same behind the tags of the scenario, by the name of their point. */
  readonly behind?: Readonly<Record<string, TruthRange>> | undefined;
  /** Hints and notes of the instructor; absent in older results. */
  readonly hints?: readonly InstructorEntry[] | undefined;
  readonly notes?: readonly InstructorEntry[] | undefined;
  /** Campaign that the scenario was played in. */
  readonly campaign?: Pick<CampaignStatus, 'id' | 'title' | 'startedAt'> | undefined;
}

/** Result of a scenario of a campaign, with its part of the timeline. */
export interface CampaignResult extends LabResult {
  readonly events?: readonly LabEvent[] | undefined;
}

/** A hint or a note of the instructor of an exercise. */
export interface InstructorEntry {
  /** `HINT-1` or `NOTE-1`, counted in each exercise. */
  readonly id: string;
  /** ms UTC of plant time. */
  readonly time: number;
  readonly text: string;
}

/** Hints and notes of the running scenario; between two scenarios those of the last one. */
export interface InstructorRecord {
  /** What the participants see, oldest first. */
  readonly hints: readonly InstructorEntry[];
  /** Kept from the participants until the debrief, oldest first. */
  readonly notes: readonly InstructorEntry[];
  /**
   * Gives the participants a hint, which costs points.
   * @throws ScadaError LAB_REFUSED if no scenario runs, and beyond `mostHints`
   */
  hint(text: string): InstructorEntry;
  /** Adds a note, also after the end. @throws ScadaError LAB_REFUSED before the first scenario, and beyond `mostNotes` */
  note(text: string): InstructorEntry;
}

/** Most hints and notes of one exercise. */
export const mostHints = 20;
export const mostNotes = 100;

/** A speed of the lab, plant seconds per second. */
export interface LabSpeed {
  readonly speed: number;
  /** Reason why this machine does not reach it, in one sentence. */
  readonly refused?: string | undefined;
}

/** A plant that the lab can simulate. */
export interface LabPlant {
  readonly type: string;
  /** One sentence about it. */
  readonly summary: string;
}

/** The plants of a lab, of which one runs. */
export interface LabPlants {
  readonly all: readonly LabPlant[];
  /**
   * Ends the running plant with its monitor and starts another one, whose history, baseline and alerts are its own. Returns before that.
   * @throws ScadaError LAB_REFUSED for an unknown plant, and for the running one
   */
  switchTo(type: string): void;
}

/** Control of the simulated plant for the dashboard. The simulator is a separate process. */
export interface LabControl {
  readonly scenarios: readonly Scenario[];
  readonly campaigns: readonly LabCampaign[];
  /** Results of the last campaign so far, in the order of its scenarios; absent if none are kept. */
  readonly campaignResults?: readonly CampaignResult[] | undefined;
  /** Absent if the lab has a configuration of its own, which belongs to one plant. */
  readonly plants?: LabPlants | undefined;
  /** Absent if nobody instructs. */
  readonly instructor?: InstructorRecord | undefined;
  status(): LabStatus;
  /** Delay of the plant behind the lab's clock, ms of plant time. */
  lagMs(): number;
  /** Registers a listener for changes. @returns function that removes it */
  onChange(listener: () => void): () => void;
  /**
   * Sets the speed; 0 pauses.
   * @throws ScadaError LAB_REFUSED beyond the limits, and with the reason if this machine does not reach the speed
   */
  setSpeed(speed: number): Promise<void>;
  start(scenario: string): Promise<void>;
  /** Plays the scenarios of a campaign, each after its delay. @throws ScadaError LAB_REFUSED while a scenario or a campaign runs */
  startCampaign(campaign: string): Promise<void>;
  /** Ends the running scenario and its campaign, and releases every falsified signal. */
  stop(): Promise<void>;
  /** Resets the plant to its state at the start of the exercise. */
  reset(): Promise<void>;
}

/** Sum of the tests of the physical effect: how many of them passed. */
export interface PhysicalEffectSum {
  /** Undefined while a test is open and none has failed. */
  readonly achieved: boolean | undefined;
  readonly passed: number;
  readonly of: number;
}

/** A scenario has achieved its physical effect if all of its tests passed. Undefined if it has none. */
export function physicalEffect(effects: readonly LabEffect[] = []): PhysicalEffectSum | undefined {
  if (effects.length === 0) return undefined;
  const passed = effects.filter(({ achieved }) => achieved === true).length;
  const isFailed = effects.some(({ achieved }) => achieved === false);
  return { achieved: isFailed ? false : passed === effects.length ? true : undefined, passed, of: effects.length };
}
