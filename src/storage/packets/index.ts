export { packetsOf } from './read-blocks.ts';
export { type DamagedPackets, packetParts, readPackets } from './reading.ts';
export { PacketRing } from './ring.ts';
