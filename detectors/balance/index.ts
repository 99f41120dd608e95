import type { DetectorGroup, DetectorPlugin, SettingProblem } from '../../src/core/detector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { BalanceDetector } from './balance.ts';
import { type BalanceConfig, balanceSchema } from './schema.ts';

import { balanceInfluences } from './influences.ts';
export const balance: DetectorPlugin<BalanceConfig> = {
  type: 'balance',
  summary: 'The level does not match its inflow and outflow.',
  schema: balanceSchema,
  input: 'vector',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  physical: true,
  // 64 rows of a usual group
  lookbackMs: 640_000,
  check: checkBalances,
  influences: balanceInfluences,
  cost: 5,
  create: (config, target) => new BalanceDetector(config, target),
};

/** Problems of the stated balances: unknown names, and tags that no group has together. */
function checkBalances(
  { balances }: BalanceConfig,
  tags: TagTable,
  groups: readonly DetectorGroup[] | undefined,
): SettingProblem[] {
  return balances.flatMap(({ level, flows }, i): SettingProblem[] => {
    const named = [{ name: level, path: ['level'] }, ...flows.map((name, j) => ({ name, path: ['flows', j] }))];
    const unknown = named.flatMap(({ name, path }): SettingProblem[] =>
      tags.indexOf(name) === undefined
        ? [{ path: ['balances', i, ...path], message: `there is no tag ${name}; give a name from \`tags\`, or take it out` }]
        : [],
    );
    if (unknown.length > 0) return unknown;
    if (flows.includes(level))
      return [{ path: ['balances', i, 'flows'], message: `${level} is the level itself; give what flows into it and out of it` }];
    if (balances.findIndex((balance) => balance.level === level) < i)
      return [
        { path: ['balances', i, 'level'], message: `the balance of ${level} is stated twice; put all of its flows into one` },
      ];
    const members = named.map(({ name }) => tags.indexOf(name) as number);
    if (groups === undefined || groups.some((group) => members.every((member) => group.tags.includes(member)))) return [];
    const message = `no group has ${level} together with these flows; state one with them under \`groups\``;
    return [{ path: ['balances', i], message }];
  });
}
