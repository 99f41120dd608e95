import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  type MonitoredItemCreateRequestOptions,
  type NodeId,
} from 'node-opcua-client';
import type { Tag } from '../../src/core/tag.ts';
import type { Deadband, OpcuaAddress, OpcuaConfig } from './config.ts';

/** A tag to be watched. `position` is its place among the device's tags, and the client handle. */
export interface Item {
  readonly position: number;
  readonly nodeId: NodeId;
  readonly samplingMs: number;
  readonly queueSize: number;
  readonly deadband: Deadband | undefined;
}

/** What a tag asks for: its address says it, else its device, else its scan period. */
export function itemOf(config: OpcuaConfig, tag: Tag, address: OpcuaAddress, position: number, nodeId: NodeId): Item {
  const { publishingMs, sampling } = config;
  return {
    position,
    nodeId,
    samplingMs: address.samplingMs ?? (sampling === 'change' ? 0 : tag.scanMs),
    queueSize: address.queueSize ?? config.queueSize ?? Math.ceil(publishingMs / (address.samplingMs || tag.scanMs)) + 2,
    // A device's deadband is meant for its measurements; a state or a count has no small changes.
    deadband: address.deadband ?? (tag.kind === 'analog' ? config.deadband : undefined),
  };
}

const deadbandTypes = { absolute: DeadbandType.Absolute, percent: DeadbandType.Percent } as const;

/** The item as the service wants it. Every change of value or status is reported, not only one of status as is the service's default. */
export const createRequest = ({
  position,
  nodeId,
  samplingMs,
  queueSize,
  deadband,
}: Item): MonitoredItemCreateRequestOptions => ({
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
