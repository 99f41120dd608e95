export { packetsOf } from './read-blocks.ts';
export { packetParts, readPackets } from './reading.ts';
export { PacketRing } from './ring.ts';
