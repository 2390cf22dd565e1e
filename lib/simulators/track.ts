/** Where vehicles on an oval track are, and how fast they go. */

export interface Place {
  /** Degrees. */
  readonly longitude: number;
  readonly latitude: number;
  /** Metres per second. */
  readonly speed: number;
}

const CENTRE = { longitude: 10, latitude: 50 };
/** Degrees, east and north. */
const RADIUS = { longitude: 0.02, latitude: 0.01 };
const LAP_S = 600;
const METRES_PER_DEGREE = 111_320;
const EAST_METRES = RADIUS.longitude * METRES_PER_DEGREE * Math.cos((CENTRE.latitude * Math.PI) / 180);
const NORTH_METRES = RADIUS.latitude * METRES_PER_DEGREE;

/** `start`: 0..1, the part of a lap that the vehicle is ahead of the first. */
export function placeAt(seconds: number, start: number): Place {
  const angle = 2 * Math.PI * (seconds / LAP_S + start);
  const turn = (2 * Math.PI) / LAP_S;
  return {
    longitude: CENTRE.longitude + RADIUS.longitude * Math.cos(angle),
    latitude: CENTRE.latitude + RADIUS.latitude * Math.sin(angle),
    speed: turn * Math.hypot(EAST_METRES * Math.sin(angle), NORTH_METRES * Math.cos(angle)),
  };
}
