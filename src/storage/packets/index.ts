export { readPackets } from './reading.ts';
export { PacketRing } from './ring.ts';
