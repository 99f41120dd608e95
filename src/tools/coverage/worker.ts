import { readCoverage } from '../../../simulators/scenarios/measured.ts';
import { starterPort } from '../../core/rpc-ports.ts';
import { RpcServer } from '../../core/rpc-server.ts';
import type { CoverageCalls } from './read.ts';

/** Thread that reads the measured coverage. */
new RpcServer<CoverageCalls>(starterPort(), { read: () => readCoverage() });
