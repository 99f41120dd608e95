import type { DeviceEndpoint } from '../../src/core/collector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import type { StreamProtocol } from './decoder.ts';
import { modbusPoints, modbusStream } from './modbus/index.ts';
import { opcuaPoints, opcuaStream } from './opcua/index.ts';
import { ReadingPace } from './reading-pace.ts';

/** All protocols that a tap decodes; a new protocol is added here. Created for each capture, because decoders keep values. */
export function streamProtocols(tags: TagTable, devices: readonly DeviceEndpoint[]): readonly StreamProtocol[] {
  const pace = new ReadingPace(tags);
  return [opcuaStream(opcuaPoints(tags, devices), pace), modbusStream(modbusPoints(tags, devices), pace)];
}
