export { packetsOf } from './pcapng.ts';
export { packetParts, readPackets } from './reading.ts';
export { PacketRing } from './ring.ts';
