import type { MatrixTechnique } from './attack.ts';
import type { Scenario } from './scenario.ts';

/** Result of one play of a scenario by `npm run bench:scenarios`. */
export interface CoveragePlay {
  /** Id of the scenario. */
  readonly id: string;
  readonly seed: number;
  /** Plant seconds from the first hostile step to the first true alert; NaN if there was none. */
  readonly delayS: number;
  /** True if the first true alert is about equipment, a tag or a controller that the scenario attacks. */
  readonly assetRight: boolean;
  /** Techniques of the scenario that a true alert names. */
  readonly named: readonly string[];
  /** Alerts without a cause in the scenario. */
  readonly falseAlerts: number;
}

/** The part of a scenario that the coverage is about. */
export interface CoverageScenario extends Pick<Scenario, 'id' | 'plant' | 'kind' | 'title' | 'techniques'> {
  /** Seconds within which a finding is expected; absent if none is expected. */
  readonly withinS?: number | undefined;
}

/** Measured detection of the shipped scenarios. */
export interface Coverage {
  /** Hash of the source that was measured. */
  readonly code: string;
  /** Commit of the measurement; absent if it is not recorded. */
  readonly commit?: string | undefined;
  /** Day of the last measurement, `YYYY-MM-DD`, UTC. */
  readonly measuredOn: string;
  /** Plays of each scenario in a complete measurement. */
  readonly playsPerScenario: number;
  readonly scenarios: readonly CoverageScenario[];
  readonly plays: readonly CoveragePlay[];
}

/** Results of some plays together. */
export interface CoverageFigures {
  /** Plays of a complete measurement. */
  readonly wanted: number;
  /** Measured plays; nothing else is known if it is 0. */
  readonly plays: number;
  readonly detected: number;
  /** Median of the detected plays, seconds; NaN without one. */
  readonly delayS: number;
  readonly assetRight: number;
  readonly named: number;
  readonly falseAlerts: number;
}

/** A technique with the scenarios that use it. */
export interface TechniqueCoverage {
  readonly id: string;
  readonly scenarios: readonly CoverageScenario[];
  readonly figures: CoverageFigures;
}

/** The upper median; NaN of nothing. */
const upperMedian = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Results of the plays of some scenarios. @param isNamed true if an alert of the play names what is counted */
export function figuresOf(
  { plays: all, playsPerScenario }: Coverage,
  scenarios: readonly CoverageScenario[],
  isNamed: (play: CoveragePlay) => boolean = ({ named }) => named.length > 0,
): CoverageFigures {
  const plays = all.filter(({ id }) => scenarios.some((scenario) => scenario.id === id));
  const delays = plays.map(({ delayS }) => delayS).filter((delayS) => !Number.isNaN(delayS));
  return {
    wanted: scenarios.length * playsPerScenario,
    plays: plays.length,
    detected: delays.length,
    delayS: upperMedian(delays),
    assetRight: plays.filter(({ assetRight }) => assetRight).length,
    named: plays.filter(isNamed).length,
    falseAlerts: plays.reduce((sum, { falseAlerts }) => sum + falseAlerts, 0),
  };
}

/** The techniques of some scenarios by id. A scenario counts for each technique that it uses. */
export function techniqueCoverage(coverage: Coverage, scenarios: readonly CoverageScenario[]): readonly TechniqueCoverage[] {
  const ids = [...new Set(scenarios.flatMap(({ techniques }) => techniques))].toSorted();
  return ids.map((id) => {
    const using = scenarios.filter(({ techniques }) => techniques.includes(id));
    return { id, scenarios: using, figures: figuresOf(coverage, using, ({ named }) => named.includes(id)) };
  });
}

/** Ids that some scenarios use. A technique counts as used if one of its sub-techniques is. */
export const usedTechniques = (scenarios: readonly CoverageScenario[]): ReadonlySet<string> =>
  new Set(scenarios.flatMap(({ techniques }) => techniques.flatMap((id) => [id, id.split('.')[0] ?? id])));

/** True for a technique of the tactic Impact alone: a monitor reports it as a possible consequence, and never as seen. */
export const isConsequence = ({ tactics }: Pick<MatrixTechnique, 'tactics'>): boolean =>
  tactics.every((tactic) => tactic === 'impact');
