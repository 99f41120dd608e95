import type { Alert } from '../../core/alert.ts';
import { sameTechnique, type Scenario } from '../../core/scenario.ts';

/** True if an alert is at the equipment, at the device or about a tag that a scenario expects. */
export function isAtExpectedAsset({ equipment, device = '', tags }: Alert, { expect }: Pick<Scenario, 'expect'>): boolean {
  if (expect === undefined) return false;
  const { finding } = expect;
  return (
    finding.equipment.includes(equipment) ||
    finding.devices?.includes(device) === true ||
    tags.some((tag) => finding.tags.includes(tag))
  );
}

/** True if an alert has a technique of a scenario. */
export const namesTechnique = ({ techniques }: Alert, scenario: Pick<Scenario, 'techniques'>): boolean =>
  techniques.some(({ id }) => scenario.techniques.some((one) => sameTechnique(one, id)));
