import { type Alert, AlertState } from './alert.ts';
import type { MaintenancePlace } from './maintenance.ts';
import { attackedDevices, hostileStartS, sameTechnique, type Scenario } from './scenario.ts';
import { isSelf } from './self-device.ts';

/** Comparison of the alerts with the ground truth of a scenario. Times in ms. */
export interface ScenarioScore {
  /** Undefined before the first hostile step, or if nothing is expected. */
  readonly detected: boolean | undefined;
  /** Time from the first hostile step to the first counted alert. */
  readonly afterMs: number | undefined;
  readonly withinMs: number | undefined;
  /** True if a matching alert has one of the scenario's techniques. */
  readonly techniqueRight: boolean | undefined;
  /** Alerts since the start that match no step of the scenario. Those of announced work are expected and do not count. */
  readonly falseAlerts: number;
  /** Matching alerts, earliest first. */
  readonly counted: readonly Alert[];
}

/** Compares the alerts since `startedAt` with the scenario's ground truth. */
export function scoreScenario(scenario: Scenario, startedAt: number, alerts: readonly Alert[], now: number): ScenarioScore {
  const begun = startedAt + hostileStartS(scenario) * 1000;
  // alerts of the monitor about itself concern no device and no process
  const since = alerts
    .filter((alert) => alert.raisedAt >= startedAt && !isSelf(alert.device) && !isAnnounced(scenario, startedAt, alert))
    .toSorted((a, b) => a.raisedAt - b.raisedAt);
  const wanted = {
    equipment: new Set([...(scenario.expect?.finding.equipment ?? []), ...scenario.truth.flatMap((span) => span.equipment)]),
    tags: new Set([...(scenario.expect?.finding.tags ?? []), ...scenario.truth.flatMap((span) => span.tags)]),
    // a network attack is visible on the attacked device
    devices: new Set([...(scenario.expect?.finding.devices ?? []), ...attackedDevices(scenario)]),
  };
  const counts = (alert: Alert): boolean =>
    wanted.equipment.has(alert.equipment) ||
    wanted.devices.has(alert.device ?? '') ||
    alert.tags.some((tag) => wanted.tags.has(tag));
  const counted = scenario.kind === 'benign' ? [] : since.filter((alert) => alert.raisedAt >= begun && counts(alert));
  const [first] = counted;
  const expects = scenario.expect !== undefined && now >= begun;
  return {
    detected: expects ? first !== undefined : undefined,
    afterMs: first === undefined ? undefined : first.raisedAt - begun,
    withinMs: scenario.expect === undefined ? undefined : scenario.expect.withinS * 1000,
    techniqueRight:
      first === undefined || scenario.techniques.length === 0
        ? undefined
        : counted.some((alert) => alert.techniques.some(({ id }) => scenario.techniques.some((one) => sameTechnique(one, id)))),
    falseAlerts: since.length - counted.length,
    counted,
  };
}

/** True if the alert is out of service, or was raised at a place of announced work during it. */
function isAnnounced({ maintenance = [] }: Scenario, startedAt: number, alert: Alert): boolean {
  const { areas = [alert.area], equipment, device, raisedAt, state } = alert;
  const open = maintenance.filter(({ lastsS }) => raisedAt < startedAt + lastsS * 1_000).map(({ place }) => place);
  const isAt = (kind: MaintenancePlace['kind'], id: string): boolean =>
    open.some((place) => place.kind === kind && place.id === id);
  if (state === AlertState.OutOfService) return true;
  if (device !== undefined) return isAt('device', device);
  return isAt('equipment', equipment) || (areas.length > 0 && areas.every((area) => isAt('area', area)));
}
