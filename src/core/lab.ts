import type { PlantPace } from './clock.ts';
import type { Scenario } from './scenario.ts';

/** One line of the exercise's timeline. `time` is plant time, ms UTC. */
export interface LabEvent {
  readonly time: number;
  readonly lane: 'inject' | 'benign' | 'control';
  readonly text: string;
  readonly technique?: string | undefined;
}

export interface LabStatus {
  readonly plant: string;
  readonly seed: number;
  readonly pace: PlantPace;
  readonly running?: { readonly scenario: string; readonly startedAt: number; readonly endsAt: number } | undefined;
  readonly events: readonly LabEvent[];
  /** True process values by name, for those who may see the ground truth. */
  readonly truth: Readonly<Record<string, number>>;
  /** Speeds that may be chosen; one that this machine does not reach has a reason. */
  readonly speeds: readonly LabSpeed[];
  /** Of the last scenario that has ended; missing while one runs. */
  readonly last?: LabResult | undefined;
}

/** Score of a scenario that has ended, kept until the next one starts. Times of the run in ms UTC of plant time. */
export interface LabResult {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined where nothing was expected. */
  readonly detected?: boolean | undefined;
  /** From the first hostile step to the first alert that counts, ms. */
  readonly afterMs?: number | undefined;
  readonly withinMs?: number | undefined;
  readonly techniqueRight?: boolean | undefined;
  /** Alerts about nothing that was done. */
  readonly falseAlerts: number;
  /** Ids of the alerts that counted. */
  readonly counted: readonly string[];
}

/** A speed of the lab, plant seconds per second. */
export interface LabSpeed {
  readonly speed: number;
  /** Why this machine does not reach it, in one sentence. */
  readonly refused?: string | undefined;
}

/** Control of the simulated plant, injected into the dashboard; the simulator behind it is a process of its own. */
export interface LabControl {
  readonly scenarios: readonly Scenario[];
  status(): LabStatus;
  /** Delay of the plant behind the lab's clock, ms of plant time. */
  lagMs(): number;
  /** Called after each change; returns the way to stop it. */
  onChange(listener: () => void): () => void;
  /** 0 pauses. @throws ScadaError LAB_REFUSED beyond the limits, and with the reason for a speed that this machine does not reach */
  setSpeed(speed: number): Promise<void>;
  start(scenario: string): Promise<void>;
  /** Ends the running scenario and lets go of every falsified signal. */
  stop(): Promise<void>;
  /** Puts the plant back to its state at the start of the exercise. */
  reset(): Promise<void>;
}
