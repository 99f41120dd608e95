import type { DeviceEndpoint } from '../../src/core/collector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import type { StreamProtocol } from './decoder.ts';
import { modbusPoints, modbusStream } from './modbus/index.ts';
import { opcuaPoints, opcuaStream } from './opcua/index.ts';

/** All protocols that a tap decodes; a new protocol is added here. Created for each capture, because decoders keep values. */
export const streamProtocols = (tags: TagTable, devices: readonly DeviceEndpoint[]): readonly StreamProtocol[] => [
  opcuaStream(opcuaPoints(tags, devices)),
  modbusStream(modbusPoints(tags, devices)),
];
