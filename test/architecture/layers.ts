/**
 * A unit imports only from units of a lower layer and from itself. `*` stands for one folder, each a unit of its own. The first
 * pattern that fits a file decides.
 */
export const layers: readonly { readonly unit: string; readonly layer: number; readonly npm: readonly string[] }[] = [
  { unit: 'src/core', layer: 0, npm: [] },
  { unit: 'src/detector-kit', layer: 0.5, npm: ['simple-statistics'] },
  { unit: 'src/modbus', layer: 0.5, npm: [] },
  { unit: 'src/ingest/polling', layer: 0.5, npm: [] },
  { unit: 'src/data-directory', layer: 0.5, npm: [] },
  { unit: 'dashboard/protocol', layer: 0.5, npm: [] },
  { unit: 'src/siem', layer: 0.5, npm: [] },
  { unit: 'src/notifier-kit', layer: 0.6, npm: [] },
  { unit: 'simulators/plant-kit', layer: 0.6, npm: [] },

  { unit: 'src/feeds', layer: 1, npm: [] },
  { unit: 'src/config', layer: 1, npm: ['yaml', 'csv-parse'] },
  { unit: 'src/ingest', layer: 1, npm: [] },
  { unit: 'src/storage', layer: 1, npm: [] },
  { unit: 'src/notify', layer: 1, npm: [] },
  { unit: 'src/service', layer: 1, npm: [] },
  { unit: 'src/metrics', layer: 1, npm: ['@prometheus-io/client'] },
  { unit: 'src/alerts', layer: 1, npm: [] },
  { unit: 'src/state', layer: 1, npm: [] },
  { unit: 'collectors/modbus', layer: 1, npm: ['modbus-serial', 'serialport'] },
  {
    unit: 'collectors/opcua',
    layer: 1,
    npm: ['node-opcua-client', 'node-opcua-certificate-manager', 'node-opcua-transport', 'picomatch'],
  },
  { unit: 'collectors/capture', layer: 1, npm: [] },
  { unit: 'detectors/*', layer: 1, npm: ['simple-statistics', 'ml-matrix'] },
  { unit: 'src/historian/duckdb', layer: 1, npm: ['@duckdb/node-api'] },
  { unit: 'src/historian/influxdb', layer: 1, npm: ['@influxdata/influxdb-client'] },
  { unit: 'src/notifiers/*', layer: 1, npm: ['@nats-io/jetstream', '@nats-io/transport-node', 'mqtt', 'nodemailer'] },
  { unit: 'simulators/plants/*', layer: 1, npm: ['epanet-js'] },
  { unit: 'simulators/scenario-kit', layer: 1.5, npm: [] },
  { unit: 'dashboard/protocol.ts', layer: 1, npm: [] },
  {
    unit: 'dashboard/accounts',
    layer: 1.5,
    npm: ['@zxcvbn-ts/language-common', 'openid-client', 'otpauth', 'unicode-confusables'],
  },
  { unit: 'dashboard/api', layer: 1.6, npm: ['zod-openapi'] },

  { unit: 'collectors/index.ts', layer: 2, npm: [] },
  { unit: 'detectors/index.ts', layer: 2, npm: [] },
  { unit: 'src/historian/index.ts', layer: 2, npm: [] },
  { unit: 'src/notifiers/index.ts', layer: 2, npm: [] },
  { unit: 'simulators/plants/index.ts', layer: 2, npm: [] },
  { unit: 'simulators/scenarios', layer: 2, npm: [] },
  { unit: 'simulators/servers/modbus', layer: 2, npm: ['serialport'] },
  { unit: 'simulators/servers/tap', layer: 1.5, npm: [] },
  {
    unit: 'simulators/servers/opcua',
    layer: 2,
    npm: [
      'node-opcua-server',
      'node-opcua-client',
      'node-opcua-certificate-manager',
      'node-opcua-nodesets',
      'node-opcua-transport',
    ],
  },
  { unit: 'simulators/actors', layer: 2, npm: ['node-opcua-client', 'node-opcua-certificate-manager'] },
  { unit: 'dashboard/server', layer: 2, npm: ['compression', 'express', 'helmet', 'ws'] },
  { unit: 'dashboard/client', layer: 2, npm: ['hyparquet-writer', 'lean-qr', 'solid-js', 'uplot', 'vite', 'vite-plugin-solid'] },

  { unit: 'src/detection', layer: 3, npm: [] },
  { unit: 'simulators/lab', layer: 3, npm: [] },
  { unit: 'src/learning', layer: 4, npm: ['yaml'] },
  { unit: 'simulators/main.ts', layer: 4, npm: [] },
  { unit: 'src/monitor', layer: 5, npm: [] },
  { unit: 'src/tools', layer: 6, npm: ['commander', 'tar-stream', 'csv-parse', 'd3-time-format', 'smol-toml', 'yaml'] },
  { unit: 'src/app', layer: 7, npm: ['commander', 'pino', 'vite', 'yaml'] },
  { unit: 'src/docs', layer: 8, npm: ['commander'] },
  { unit: 'src', layer: 9, npm: ['commander'] },
  {
    unit: 'test',
    layer: 10,
    npm: [
      'vitest',
      'fast-check',
      'playwright-core',
      'axe-core',
      'modbus-serial',
      'node-opcua-client',
      'oidc-provider',
      'otpauth',
      'marked',
      'ml-matrix',
      'commander',
      'ws',
    ],
  },
];

/** npm packages that any unit may use; core only for their types. */
export const npmEverywhere: readonly string[] = ['zod'];

/** Categories whose folders are plug-ins: each is registered in `index.ts`, has a README and a test. */
export const pluginCategories: readonly string[] = [
  'collectors',
  'detectors',
  'src/historian',
  'src/notifiers',
  'simulators/plants',
];
