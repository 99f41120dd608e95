import type { Alert, AlertFinding } from '../../../../src/core/alert.ts';

/**
 * How sure an alert is, in plain words: how often normal running surprises the shown finding's channel as much. Findings are
 * not independent of each other, so their rarities are not multiplied: the one that is shown speaks, else the rarest.
 */
export function howSure({ findings, explanation }: Pick<Alert, 'findings' | 'explanation'>): string {
  const shown = findings.filter((finding) => finding.explanation.title === explanation.title);
  const { certainty } = rarest(shown.length > 0 ? shown : findings) ?? {};
  switch (certainty?.kind) {
    case undefined:
      return '';
    case 'stated':
      return 'A rule that was stated for this plant is broken: no estimate is needed.';
    case 'learning':
      return 'Still learning: how rare this is in normal running is not known yet.';
    case 'calibrated': {
      const { onceInDays, learnedDays, beyond } = certainty;
      const often = `${beyond ? 'more seldom than' : 'about'} once in ${daysText(onceInDays)}`;
      return `Normal running does this ${often}, by what ${daysText(learnedDays)} of it taught.`;
    }
  }
}

const rank = ({ certainty }: AlertFinding): number => (certainty?.kind === 'calibrated' ? certainty.onceInDays : 0);

const rarest = (findings: readonly AlertFinding[]): AlertFinding | undefined => findings.toSorted((a, b) => rank(b) - rank(a))[0];

/** `40 days`, `5 hours`, with no more figures than an estimate bears. */
function daysText(days: number): string {
  const inHours = days < 2;
  const amount = Number((inHours ? days * 24 : days).toPrecision(2));
  const unit = inHours ? 'hour' : 'day';
  return amount < 1 ? 'an hour' : `${Math.round(amount)} ${unit}${Math.round(amount) === 1 ? '' : 's'}`;
}
