import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  CreateMonitoredItemsResponse,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoredItemCreateResult,
  type MonitoredItemCreateRequestOptions,
  MonitoringMode,
  type NodeId,
  StatusCodes,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { Tag } from '../../../src/core/tag.ts';
import type { Deadband, OpcuaAddress, OpcuaConfig } from '../config.ts';
import { inBatches, type ServerLimits } from '../requests/limits.ts';
import { type Requester, sendFor } from '../requests/services.ts';
import { codeOf } from '../requests/status.ts';

/** A tag to be monitored. `position` is its index among the device's tags, and the client handle. */
export interface Item {
  readonly position: number;
  readonly nodeId: NodeId;
  readonly samplingMs: number;
  readonly queueSize: number;
  readonly deadband: Deadband | undefined;
}

/** Sampling settings of a tag: from its address, else its device, else its scan period. */
export function itemOf(config: OpcuaConfig, tag: Tag, address: OpcuaAddress, position: number, nodeId: NodeId): Item {
  const { publishingMs, sampling } = config;
  return {
    position,
    nodeId,
    samplingMs: address.samplingMs ?? (sampling === 'change' ? 0 : tag.scanMs),
    queueSize: address.queueSize ?? config.queueSize ?? Math.ceil(publishingMs / (address.samplingMs || tag.scanMs)) + 2,
    // A device's deadband applies to measurements; a state or a count has no small changes.
    deadband: address.deadband ?? (tag.kind === 'analog' ? config.deadband : undefined),
  };
}

const deadbandTypes = { absolute: DeadbandType.Absolute, percent: DeadbandType.Percent } as const;

/** Monitored item request. It reports every change of value or status, while the service's default reports only one of both. */
const createRequest = ({ position, nodeId, samplingMs, queueSize, deadband }: Item): MonitoredItemCreateRequestOptions => ({
  itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
  monitoringMode: MonitoringMode.Reporting,
  requestedParameters: {
    clientHandle: position,
    samplingInterval: samplingMs,
    filter: new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValue,
      deadbandType: deadband === undefined ? DeadbandType.None : deadbandTypes[deadband.type],
      deadbandValue: deadband?.value ?? 0,
    }),
    queueSize,
    discardOldest: true,
  },
});

const filterRefused: ReadonlySet<number> = new Set([
  StatusCodes.BadFilterNotAllowed.value,
  StatusCodes.BadMonitoredItemFilterInvalid.value,
  StatusCodes.BadMonitoredItemFilterUnsupported.value,
  StatusCodes.BadDeadbandFilterInvalid.value,
]);

/** Adds items to a subscription, in as many requests as the server's limits require. Returns the result of each. */
export async function createItems(
  requester: Requester,
  limits: ServerLimits,
  subscriptionId: number,
  requests: readonly MonitoredItemCreateRequestOptions[],
  signal: AbortSignal,
): Promise<MonitoredItemCreateResult[]> {
  return await inBatches(
    requests,
    limits.items,
    async (part) => {
      const request = new CreateMonitoredItemsRequest({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: [...part],
      });
      return (await sendFor(requester, request, CreateMonitoredItemsResponse, signal)).results ?? [];
    },
    (status) => new MonitoredItemCreateResult({ statusCode: codeOf(status) }),
  );
}

/** Adds tags. Those whose deadband the server refuses are monitored without one, and are `plain`. */
export async function createTagItems(
  requester: Requester,
  limits: ServerLimits,
  subscriptionId: number,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<{ readonly result: MonitoredItemCreateResult; readonly plain: boolean }[]> {
  const results = await createItems(requester, limits, subscriptionId, items.map(createRequest), signal);
  const refused = [...items.keys()].filter(
    (i) => items[i]?.deadband !== undefined && filterRefused.has(results[i]?.statusCode.value ?? 0),
  );
  const plain = refused.map((i) => createRequest({ ...(items[i] as Item), deadband: undefined }));
  const again = await createItems(requester, limits, subscriptionId, plain, signal);
  return results.map((result, i) => {
    const place = refused.indexOf(i);
    return place < 0 ? { result, plain: false } : { result: again[place] as MonitoredItemCreateResult, plain: true };
  });
}
