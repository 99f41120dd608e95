/** Water in a pipe or channel as a row of parcels, the first at the `from` end. m³ and mg/L (= g/m³). Plain data. */
export interface Plug {
  /** Volume of each parcel, m³. */
  readonly volume: number[];
  /** Concentration of each parcel, mg/L. */
  readonly concentration: number[];
}

/** Parcels smaller than this share of the plug are merged with their neighbour, which bounds memory and mixing. */
const finest = 1 / 60;

export function fullPlug(volume: number, concentration: number): Plug {
  return { volume: [volume], concentration: [concentration] };
}

export function plugMass(plug: Plug): number {
  let mass = 0;
  for (let i = 0; i < plug.volume.length; i++) mass += (plug.volume[i] ?? 0) * (plug.concentration[i] ?? 0);
  return mass;
}

/** Multiplies every concentration; returns the decayed mass, g. */
export function decayPlug(plug: Plug, factor: number): number {
  const before = plugMass(plug);
  for (let i = 0; i < plug.concentration.length; i++) plug.concentration[i] = (plug.concentration[i] ?? 0) * factor;
  return before * (1 - factor);
}

/**
 * Pushes `volume` of water in at one end and the same volume out at the other; returns the mass that came out, g. Water beyond
 * the plug's own volume passes through. Water and mass are conserved exactly. @param total the plug's volume, m³ @param grain
 * smallest share of the plug that keeps a concentration of its own
 */
export function pushPlug(
  plug: Plug,
  volume: number,
  concentration: number,
  fromEnd: boolean,
  total: number,
  grain = finest,
): number {
  const { volume: volumes, concentration: concentrations } = plug;
  const tail = fromEnd ? volumes.length - 1 : 0;
  const tailVolume = volumes[tail] ?? 0;
  if (volumes.length > 1 && tailVolume < total * grain) {
    const joined = tailVolume + volume;
    concentrations[tail] = (tailVolume * (concentrations[tail] ?? 0) + volume * concentration) / joined;
    volumes[tail] = joined;
  } else if (fromEnd) {
    volumes.push(volume);
    concentrations.push(concentration);
  } else {
    volumes.unshift(volume);
    concentrations.unshift(concentration);
  }
  return takePlug(plug, volume, !fromEnd);
}

function takePlug(plug: Plug, volume: number, fromEnd: boolean): number {
  const { volume: volumes, concentration: concentrations } = plug;
  let left = volume;
  let mass = 0;
  while (volumes.length > 0) {
    const head = fromEnd ? volumes.length - 1 : 0;
    const there = volumes[head] ?? 0;
    const c = concentrations[head] ?? 0;
    if (there > left) {
      volumes[head] = there - left;
      return mass + left * c;
    }
    mass += there * c;
    left -= there;
    if (fromEnd) {
      volumes.pop();
      concentrations.pop();
    } else {
      volumes.shift();
      concentrations.shift();
    }
  }
  return mass;
}
