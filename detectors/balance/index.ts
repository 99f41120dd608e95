import type { DetectorPlugin } from '../../src/core/detector.ts';
import { BalanceDetector } from './balance.ts';
import { checkBalances } from './check.ts';
import { type BalanceConfig, balanceSchema } from './schema.ts';

export const balance: DetectorPlugin<BalanceConfig> = {
  type: 'balance',
  summary: 'A level does not follow its flows: it stands, or moves otherwise than what goes in and out says.',
  schema: balanceSchema,
  input: 'vector',
  passes: 1,
  threshold: 'statistical',
  check: checkBalances,
  create: (config, target) => new BalanceDetector(config, target),
};
