import { detectors } from '../../detectors/index.ts';
import { detectorContract } from './detector.ts';

for (const plugin of detectors) detectorContract(plugin);
