import { type CollectorPlugin, lazyCollector } from '../../src/core/collector.ts';
import { addressSchema, type OpcuaConfig, opcuaSchema } from './config.ts';
import { opcuaDiscovery } from './discovery/index.ts';
import { preview } from './preview.ts';

/** Collects from an OPC UA server by subscription or polled reads; never writes, never calls. */
export const opcua: CollectorPlugin<OpcuaConfig> = {
  type: 'opcua',
  summary: 'OPC UA over opc.tcp: subscriptions or polled reads, SignAndEncrypt by default, servers by trust list.',
  schema: opcuaSchema,
  addressSchema,
  plan: preview,
  // node-opcua takes about 60 MB, so that it is loaded only if such a device is configured
  expand: async (...asked) => await (await import('./expand.ts')).expand(...asked),
  discovery: opcuaDiscovery,
  lab: {
    serverOf: ({ endpoint }) => {
      const { hostname, port } = new URL(endpoint);
      return { kind: 'plant', host: hostname, port: Number(port) };
    },
    settingsAt: (config, { endpoint = config.endpoint }) => ({ ...config, endpoint }),
    trust: async (dataDir, server) => {
      const { ownCertificate, trustServer } = await import('./certificates/pki.ts');
      const own = await ownCertificate(dataDir);
      await trustServer(dataDir, server);
      return own;
    },
  },
  create: (config, target, context) =>
    lazyCollector(async () => (await import('./collector.ts')).createOpcuaCollector(config, target, context)),
};
