/** Activity that may still change the picture. Times in ms. */
export interface PageActivity {
  /** Animation frame callbacks waiting, of chains below the limit. */
  frames: number;
  /** Chains of animation frames held at the limit. */
  held: number;
  /** A held chain read the clock or drew random numbers: its state is not the same in another load. */
  unrepeatable: boolean;
  /** One-shot timers due within a second. */
  timers: number;
  /** One-shot timers due within three seconds. */
  pending: number;
  /** Service workers that are being installed: the page may wait for them before it shows anything. */
  workers: number;
  /** Longest period among repeating timers of up to 1.5 s; 0 without. */
  period: number;
}
