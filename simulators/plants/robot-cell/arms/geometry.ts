/** Number of axes of an arm. */
export const axisCount = 6;

/** Largest speed (°/s) and acceleration (°/s²) of each axis: an arm of the 10 kg class, engineering estimates. */
export const axisLimits = {
  speed: [150, 130, 150, 220, 220, 320],
  acceleration: [400, 350, 420, 700, 700, 1000],
} as const;

/** Joint angles of the taught points of arm 1, degrees. Arm 2 has the mirrored ones. */
const taught = {
  home: [0, -30, 60, 0, 60, 0],
  pickAbove: [-60, 15, 75, 0, 0, 0],
  pick: [-60, 28, 88, 0, -26, 0],
  placeAbove: [55, 10, 70, 0, 10, 90],
  place: [55, 24, 84, 0, -18, 90],
  rejectAbove: [-25, 15, 75, 0, 0, 0],
  reject: [-25, 28, 88, 0, -26, 0],
} as const;
export type Pose = keyof typeof taught;

/** Taught point of an arm. @param mirrored true for arm 2 */
export function poseOf(pose: Pose, mirrored: boolean): number[] {
  return taught[pose].map((angle, axis) => (mirrored && (axis === 0 || axis === 5) ? -angle + 0 : angle));
}

/** Lengths, m: height of the shoulder, upper arm, forearm, tool. The tool always points down in taught points. */
const [shoulder, upper, fore, tool] = [0.8, 0.7, 0.65, 0.2] as const;
const rad = Math.PI / 180;
const degrees = (q: readonly number[], axis: number): number => q[axis] ?? 0;

/** Elevation of the upper arm and the forearm above the horizontal, rad. */
export function elevations(q: readonly number[]): readonly [upperArm: number, forearm: number] {
  const first = (60 - degrees(q, 1)) * rad;
  return [first, first - degrees(q, 2) * rad];
}

/** Position of the tool centre point, m, from the foot of the arm. */
export function tcpOf(q: readonly number[]): {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly reach: number;
} {
  const [e2, e3] = elevations(q);
  const reach = upper * Math.cos(e2) + fore * Math.cos(e3);
  const turn = degrees(q, 0) * rad;
  const z = shoulder + upper * Math.sin(e2) + fore * Math.sin(e3) - tool;
  return { x: reach * Math.cos(turn), y: reach * Math.sin(turn), z, reach };
}

/** Speed of the tool centre point, m/s, from joint angles (°) and joint speeds (°/s). */
export function tcpSpeed(q: readonly number[], speed: readonly number[]): number {
  const [e2, e3] = elevations(q);
  const w2 = -degrees(speed, 1) * rad;
  const w3 = w2 - degrees(speed, 2) * rad;
  const outward = -upper * Math.sin(e2) * w2 - fore * Math.sin(e3) * w3;
  const upward = upper * Math.cos(e2) * w2 + fore * Math.cos(e3) * w3;
  const around = (upper * Math.cos(e2) + fore * Math.cos(e3)) * degrees(speed, 0) * rad;
  return Math.hypot(outward, upward, around);
}
