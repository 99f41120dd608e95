import type { Alert, AlertFinding } from './alert.ts';

const rarity = ({ certainty }: AlertFinding): number => (certainty?.kind === 'calibrated' ? certainty.onceInDays : 0);

/**
 * The finding that the explanation of an alert belongs to, otherwise the one that is rarest in normal operation; undefined if there is
 * none. Findings are not independent, so their rarities are not multiplied.
 */
export function shownFinding({ findings, explanation }: Pick<Alert, 'findings' | 'explanation'>): AlertFinding | undefined {
  const shown = findings.filter((finding) => finding.explanation.title === explanation.title);
  return (shown.length > 0 ? shown : findings).toSorted((a, b) => rarity(b) - rarity(a))[0];
}
