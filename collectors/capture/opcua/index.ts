import type { StreamProtocol } from '../decoder.ts';
import type { ReadingPace } from '../reading-pace.ts';
import { Budget } from './budget.ts';
import { Connection, type Shared } from './connection.ts';
import type { OpcuaPoints } from './points.ts';
import { recognise } from './recognise.ts';
import { Seen } from './seen.ts';

export { type OpcuaPoints, opcuaPoints } from './points.ts';

/** Memory limit of the unfinished messages and unanswered requests of all connections, in bytes. */
const sharedBytes = 64 << 20;

/** Decoder of unencrypted OPC UA binary on TCP (OPC 10000-6, clause 7). */
export function opcuaStream(points: OpcuaPoints, pace: ReadingPace): StreamProtocol {
  const [seen, budget] = [new Seen(), new Budget(sharedBytes)];
  const shared: Shared = { points, seen, budget, pace };
  return {
    protocol: 'opcua',
    ports: [4840],
    recognise,
    create: (context) => new Connection(context, shared),
    figures: () =>
      new Map([
        ['opcua-held-bytes', budget.used],
        ['opcua-memory-refused', budget.refused],
        ['opcua-messages-cut', budget.messagesCut],
        ['opcua-requests-given-up', budget.requestsGivenUp],
        ['opcua-channels-given-up', budget.channelsGivenUp],
        ['opcua-values-forgotten', seen.forgotten],
      ]),
  };
}
