import type { Alert, JoiningRuleName } from '../../core/alert.ts';
import type { Finding } from '../../core/finding.ts';
import type { Side } from './side.ts';
import type { JoiningSite } from './site.ts';

/** Why a finding belongs to the incident of an alert. */
export interface Reason {
  readonly rule: JoiningRuleName;
  /** What they have in common, by the names of the configuration: `SUP → LA`. */
  readonly text: string;
}

/**
 * A declared rule by which a finding belongs to the incident of an alert that began within the window of the site. A rule is pure, and knows
 * neither other alerts nor the time.
 */
export interface JoiningRule {
  readonly name: JoiningRuleName;
  /** Keys under which an alert is filed, so that a finding finds it without a look at all alerts. */
  filed(side: Side, site: JoiningSite): Iterable<string>;
  /** Keys under which alerts are filed that a finding may join. */
  sought(finding: Finding, site: JoiningSite): Iterable<string>;
  joins(alert: Alert, finding: Finding, site: JoiningSite): Reason | undefined;
}
