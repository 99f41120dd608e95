import { detectors } from '../../detectors/index.ts';
import { detectorContract, type Exceptions } from './detector.ts';

const exceptions: Readonly<Record<string, Exceptions>> = {
  profile: { config: { minDays: 0, explained: 0, averageS: 60 } },
  novelty: { config: { settleS: 0 } },
  balance: {
    midway: 'it fits to the rows of the whole calibration, as relations',
    config: { balances: [{ level: 'LT01', flows: ['FT01'] }] },
  },
  relations: { midway: 'it fits to the rows of the whole calibration, which are too many to keep in a baseline: it begins anew' },
};

for (const plugin of detectors) detectorContract(plugin, exceptions[plugin.type]);
