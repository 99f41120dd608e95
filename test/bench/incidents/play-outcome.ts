import { scoreScenario } from '../../../src/core/scenario-score.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { attackedDevices, sameTechnique, type Scenario } from '../../../src/core/scenario.ts';
import type { Played } from './play.ts';

/** Result of one play of a scenario for the coverage matrix. Plain data: it is kept in files. */
export interface PlayOutcome {
  readonly id: string;
  readonly speed: number;
  readonly seed: number;
  /** Seconds from the first hostile step to the first true alert; null if there is none. */
  readonly delayS: number | null;
  /** True if the first true alert is about equipment, a tag or a device that the scenario attacks; null without an alert. */
  readonly assetRight: boolean | null;
  /** Techniques of the scenario that a true alert names. */
  readonly named: readonly string[];
  /** Alerts without a cause in the scenario. */
  readonly falseAlerts: number;
  /** Incidents of its true alerts. */
  readonly incidents: number;
}

/** The outcome of a play. */
export function playOutcome(
  scenario: Scenario,
  { startedAt, endedAt, alerts }: Pick<Played, 'startedAt' | 'endedAt' | 'alerts'>,
  { speed, seed }: { readonly speed: number; readonly seed: number },
): PlayOutcome {
  const { counted, afterMs, falseAlerts } = scoreScenario(scenario, startedAt, alerts, endedAt);
  const [first] = counted;
  const names = counted.flatMap(({ techniques }) => techniques.map(({ id }) => id));
  return {
    id: scenario.id,
    speed,
    seed,
    delayS: afterMs === undefined ? null : afterMs / 1_000,
    assetRight: first === undefined ? null : isAttacked(scenario, first),
    named: scenario.techniques.filter((id) => names.some((name) => sameTechnique(id, name))),
    falseAlerts,
    incidents: new Set(counted.map(({ incident }) => incident)).size,
  };
}

/** Equipment with mere consequences does not count, unlike in the score. */
function isAttacked(scenario: Scenario, alert: Alert): boolean {
  const { expect, truth } = scenario;
  const tags = [...(expect?.finding.tags ?? []), ...truth.flatMap((span) => span.tags)];
  return (
    (expect?.finding.equipment ?? []).includes(alert.equipment) ||
    [...(expect?.finding.devices ?? []), ...attackedDevices(scenario)].includes(alert.device ?? '') ||
    alert.tags.some((tag) => tags.includes(tag))
  );
}
