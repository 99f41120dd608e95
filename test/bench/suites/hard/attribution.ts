/** Who was named by whom: falsified tags against the tags that a finding puts first. */
export interface Attribution {
  readonly named: number;
  readonly right: number;
}

export const noAttribution: Attribution = { named: 0, right: 0 };

/** Of the first tags named, as many as were falsified, those that were. */
export function attribute(sum: Attribution, top: readonly string[], falsified: readonly string[]): Attribution {
  const first = top.slice(0, falsified.length);
  return both(sum, { named: first.length, right: first.filter((tag) => falsified.includes(tag)).length });
}

export const both = (a: Attribution, b: Attribution): Attribution => ({ named: a.named + b.named, right: a.right + b.right });

export const precision = ({ named, right }: Attribution): number => (named === 0 ? Number.NaN : right / named);
