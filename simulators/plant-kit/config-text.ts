import type { PlantPoint } from '../../src/core/plant.ts';
import type { TagLimits } from '../../src/core/tag.ts';

/** An area with its items on the overview. */
export interface ConfigArea {
  readonly id: string;
  readonly name: string;
  readonly indicators: readonly string[];
  readonly equipment: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly dependsOn?: readonly string[];
    readonly modes?: object;
  }[];
}

/** Contents of a plant's example configuration that its points do not determine. */
export interface ConfigTables {
  readonly site: { readonly name: string; readonly keyTrend: string };
  /** In the order of the process. */
  readonly areas: readonly ConfigArea[];
  readonly devices: Readonly<Record<string, object>>;
  /** Permitted clients of the controllers. */
  readonly clients: readonly object[];
  readonly scanClasses: Readonly<Record<string, string>>;
  /** Names on indicators, for signals whose own letters are unclear. */
  readonly shortNames: Readonly<Record<string, string>>;
  /** Names of states by the pattern of the tag's name; the first match counts. */
  readonly states: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** Limits with an operator's action, by tag. */
  readonly limits: Readonly<Record<string, TagLimits>>;
}

/** Properties of a tag that depend on its point. */
export interface TagRules {
  readonly kind: (point: PlantPoint) => 'analog' | 'discrete' | 'counter';
  readonly role: (point: PlantPoint) => string;
  readonly scan: (point: PlantPoint) => string;
  readonly decimals: (point: PlantPoint) => number;
  /** Device whose OPC UA server serves the point instead of its controller; undefined for its controller. */
  readonly opcua?: (point: PlantPoint) => string | undefined;
}

const tables = { coil: 'coil', 'discrete-input': 'discrete', holding: 'holding', input: 'input' } as const;

function modbusAddress(point: PlantPoint): string {
  const { table, address: register, type, scale } = point.modbus;
  const kind = type === 'bit' ? '' : `, type: ${type}`;
  return `{table: ${tables[table]}, register: ${register}${kind}${scale === 1 ? '' : `, scale: ${scale}`}}`;
}

function shortName(point: PlantPoint, names: ConfigTables['shortNames']): string {
  const parts = point.name.split('.');
  return names[point.name] ?? parts.slice(parts.length > 2 ? -2 : -1).join(' ');
}

function tagLine(point: PlantPoint, given: ConfigTables, rules: TagRules): string {
  const kind = rules.kind(point);
  const named = Object.entries(given.states).find(([pattern]) => new RegExp(pattern).test(point.name))?.[1];
  const limits = given.limits[point.name];
  const server = rules.opcua?.(point);
  const parts = [
    `device: ${server ?? point.modbus.controller}`,
    `address: ${server === undefined ? modbusAddress(point) : `{node: 'ns=1;s=${point.name}'}`}`,
    // a writable point of the OPC UA server can also be written at its controller
    ...(server !== undefined && point.writable
      ? [`aliases: [{device: ${point.modbus.controller}, address: ${modbusAddress(point)}}]`]
      : []),
    `kind: ${kind}`,
    `role: ${rules.role(point)}`,
    `area: ${point.area}`,
    `equipment: ${point.equipment}`,
    ...(point.unit === '' ? [] : [`unit: '${point.unit}'`]),
    ...(kind === 'analog' ? [`range: [${point.low}, ${point.high}]`] : []),
    `decimals: ${rules.decimals(point)}`,
    `scan: ${rules.scan(point)}`,
    `short: ${shortName(point, given.shortNames)}`,
    `description: '${point.description}'`,
    ...(named === undefined ? [] : [`states: ${flow(named)}`]),
    ...(limits === undefined ? [] : [`limits: ${flow(limits)}`]),
  ];
  return `  ${point.name}: {${parts.join(', ')}}`;
}

/** A mapping in YAML's flow style. */
function flow(map: object): string {
  const entry = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(entry).join(', ')}]`;
    if (typeof value === 'object' && value !== null) return flow(value);
    return typeof value === 'string' && /[ ,{$]/.test(value) ? `'${value}'` : String(value);
  };
  return `{${Object.entries(map)
    .map(([key, value]) => `${key}: ${entry(value)}`)
    .join(', ')}}`;
}

function areaLines(areas: readonly ConfigArea[]): string[] {
  return areas.flatMap((area) => [
    `  - id: ${area.id}`,
    `    name: ${area.name}`,
    `    indicators: [${area.indicators.join(', ')}]`,
    '    equipment:',
    ...area.equipment.map((equipment) => `      - ${flow(equipment)}`),
  ]);
}

/** Decimals on displays for a resolution in the point's unit. */
export function decimalsOf(step: number): number {
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}

/**
 * The example configuration of the monitor for a plant, as the text of its `plant.yaml`. @param type folder of the plant
 */
export function configText(type: string, points: readonly PlantPoint[], given: ConfigTables, rules: TagRules): string {
  return [
    '# biome-ignore-all format: one tag a line',
    `# The simulated ${type}. Written by write-config.ts from the points of the plant: change those and run it again.`,
    `site: {name: ${given.site.name}, timeZone: UTC, keyTrend: ${given.site.keyTrend}}`,
    '',
    'areas:',
    ...areaLines(given.areas),
    '',
    'devices:',
    ...Object.entries(given.devices).map(([name, entry]) => `  ${name}: ${flow(entry)}`),
    '',
    'alarms: {records: alarms.yaml}',
    'mimics: mimics.yaml',
    '',
    'detectors:',
    `  traffic: {clients: [${given.clients.map(flow).join(', ')}]}`,
    '',
    `scanClasses: ${flow(given.scanClasses)}`,
    '',
    'tags:',
    ...points.map((point) => tagLine(point, given, rules)),
    '',
  ].join('\n');
}
