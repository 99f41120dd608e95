/** Identifies a baseline entry. */
export interface LineRef {
  readonly detector: string;
  readonly channel: string;
  /** Empty if the detector learns only one property per channel. */
  readonly name: string;
}
