import { Viewport } from '../core/vocabulary/viewport.js';

/** A viewport as the configuration spells it; what is left out takes the vocabulary's default. */
export const ViewportSettings = Viewport;

/** mobile 375x812 with touch, tablet 768x1024, desktop 1440x900; device pixel ratio 1, light, reduced motion, en-US, UTC. */
export const DEFAULT_VIEWPORTS: Record<string, Viewport> = {
  mobile: Viewport.parse({ width: 375, height: 812, is_mobile: true, has_touch: true }),
  tablet: Viewport.parse({ width: 768, height: 1024 }),
  desktop: Viewport.parse({ width: 1440, height: 900 }),
};
