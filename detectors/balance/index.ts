import type { DetectorPlugin } from '../../src/core/detector.ts';
import { BalanceDetector } from './balance.ts';
import { checkBalances } from './check.ts';
import { type BalanceConfig, balanceSchema } from './schema.ts';

export const balance: DetectorPlugin<BalanceConfig> = {
  type: 'balance',
  summary: 'The level does not match its inflow and outflow.',
  schema: balanceSchema,
  input: 'vector',
  passes: 1,
  threshold: 'statistical',
  check: checkBalances,
  create: (config, target) => new BalanceDetector(config, target),
};
