/** Place of a finding or alert. Findings of one place form one alert. */
export interface Located {
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
  /** Set for an act of a client on the network. */
  readonly network?: true | undefined;
  /** Key of the channel of an act: acts of two kinds are two alerts. */
  readonly channel?: string | undefined;
}

/** Time after its end in which an alert still accepts findings of its place, ms. */
export const joinGapMs = 600_000;

/**
 * Key by which findings are joined: findings with the same key form one alert while it is open and for `joinGapMs` afterwards.
 * The key is the device, otherwise the equipment, otherwise the area. Calibration counts alerts by the same rule. An act of a client
 * never joins a fault of the device that it reaches, nor an act of another kind: a missing value or a refused connection must not hide an
 * intruder.
 */
export function joinKey(located: Located): string {
  if (located.network === true) return `network:${located.device ?? ''} ${located.channel ?? ''}`;
  if (located.device !== undefined) return `device:${located.device}`;
  return located.equipment === '' ? `area:${located.area}` : `equipment:${located.equipment}`;
}
