import type { Alert } from '../../core/alert.ts';
import { attackedDevices, sameTechnique, type Scenario } from '../../core/scenario.ts';

/** True if an alert is at the equipment, at the device or about a tag that a scenario expects, or at a device that the attacker addresses. */
export function isAtExpectedAsset(
  { equipment, device = '', tags }: Alert,
  scenario: Pick<Scenario, 'expect' | 'steps'>,
): boolean {
  if (scenario.expect === undefined) return false;
  const { finding } = scenario.expect;
  return (
    finding.equipment.includes(equipment) ||
    [...(finding.devices ?? []), ...attackedDevices(scenario)].includes(device) ||
    tags.some((tag) => finding.tags.includes(tag))
  );
}

/** True if an alert has a technique of a scenario. */
export const namesTechnique = ({ techniques }: Alert, scenario: Pick<Scenario, 'techniques'>): boolean =>
  techniques.some(({ id }) => scenario.techniques.some((one) => sameTechnique(one, id)));
