import type { OPCUAServer } from 'node-opcua-server';

/** ServerStatus of the Server object (OPC 10000-6, annex A). */
const serverStatus = 'i=2256';

/** Makes the server say a wrong time, as a controller whose clock was set or has no battery. */
export function setClock(server: OPCUAServer, offsetMs: number): void {
  const node = server.engine.addressSpace?.findNode(serverStatus) as { $extensionObject: object } | null;
  if (node === null) return;
  // the library answers from this object, whose time is made anew at each look
  node.$extensionObject = new Proxy(node.$extensionObject, {
    get(status, key) {
      const value: unknown = Reflect.get(status, key);
      return key === 'currentTime' && value instanceof Date ? new Date(value.getTime() + offsetMs) : value;
    },
  });
}
