/** First port that a system hands out to clients: 32 768 on Linux, 49 152 by IANA (RFC 6335). A server below it finds its port free. */
export const firstEphemeralPort = 32_768;

/** Advice for a port that a simulated server cannot open. */
export const freePortsHint =
  'Take free ports (`scadawatch lab --any-port`, `scadawatch simulate --modbus 0 --opcua 0`), or end the program that uses this port.';
