import { z } from 'zod';
import type { Coverage, CoveragePlay, CoverageScenario } from '../../src/core/coverage.ts';
import { route } from './route.ts';
import { figure, list, nothing, objectOf } from './schemas/parts.ts';

const count = z.int().min(0);

const coverage = objectOf<Coverage>({
  code: z.string().describe('hash of the source that was measured'),
  commit: z.string().optional().describe('absent if it is not recorded'),
  measuredOn: z.string().describe('day of the last measurement, YYYY-MM-DD'),
  playsPerScenario: count.describe('of a complete measurement'),
  scenarios: list(
    objectOf<CoverageScenario>({
      id: z.string(),
      plant: z.string(),
      kind: z.enum(['attack', 'fault', 'benign']),
      title: z.string(),
      techniques: list(z.string()),
      withinS: z.number().optional().describe('seconds within which a finding is expected'),
    }),
  ),
  plays: list(
    objectOf<CoveragePlay>({
      id: z.string(),
      seed: count,
      delayS: figure.describe('seconds from the first hostile step to the first true alert; null if there was none'),
      assetRight: z.boolean().describe('the first true alert is about what the scenario attacks'),
      named: list(z.string()).describe('techniques of the scenario that a true alert names'),
      falseAlerts: count,
    }),
  ),
}).meta({ id: 'Coverage' });

/** Route of the measured ATT&CK coverage. */
export const coverageRoutes = {
  'GET /api/security/coverage': route({
    permission: 'view-coverage',
    summary: 'Returns the shipped scenarios with their techniques, and what the bench measured of their detection.',
    input: nothing,
    answer: z.strictObject({ coverage: coverage.optional().describe('absent if the installation has no measurement') }),
    handler: async (_call, services) => {
      const found = await services.coverage();
      return found === undefined ? {} : { coverage: found };
    },
  }),
};
