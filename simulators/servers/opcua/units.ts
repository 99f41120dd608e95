/** Common codes of UNECE Recommendation 20 for the units of plants, by the symbol of the points. */
const commonCodes: Readonly<Record<string, string>> = {
  m: 'MTR',
  'm³': 'MTQ',
  'm³/h': 'MQH',
  'm³/s': 'MQS',
  'L/s': 'G51',
  'L/min': 'L2',
  'mg/L': 'M1',
  '%': 'P1',
  '°C': 'CEL',
  bar: 'BAR',
  kPa: 'KPA',
  kW: 'KWT',
  kWh: 'KWH',
  Hz: 'HTZ',
  A: 'AMP',
  V: 'VLT',
  rpm: 'RPM',
  pH: 'Q30',
  s: 'SEC',
  min: 'MIN',
  h: 'HUR',
};

/** EUInformation by OPC 10000-8, 5.6.3: the id contains the characters of the common code as bytes of one integer. */
export interface EngineeringUnit {
  readonly namespaceUri: string;
  readonly unitId: number;
  readonly displayName: string;
  readonly description: string;
}

/** A unit without a common code is served by its symbol with the id −1, as the standard requires. */
export function engineeringUnit(symbol: string): EngineeringUnit {
  const code = commonCodes[symbol];
  if (code === undefined) return { namespaceUri: '', unitId: -1, displayName: symbol, description: symbol };
  let unitId = 0;
  for (const byte of Buffer.from(code, 'latin1')) unitId = unitId * 256 + byte;
  return { namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact', unitId, displayName: symbol, description: symbol };
}
