import type { ScreenConfig } from '../../config/schema.js';
import { slug } from '../../core/ids.js';
import type { StaleBaseline } from '../../core/vocabulary/baseline.js';
import type { Environment } from '../../core/vocabulary/screenshot.js';
import { viewportsOf } from '../../live/planned-cell.js';
import type { Project } from '../../project/project.js';
import type { BaselineOnDisk } from '../../store/baseline-files.js';
import { baselineEnvironment } from '../../store/baseline-files.js';

/** Baselines whose screen or viewport is not configured. */
export function unusedBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  places: readonly BaselineOnDisk[],
): StaleBaseline[] {
  const viewports = Object.keys(project.config.viewports);
  return places.flatMap((place) => {
    const { environment, screen, viewport, path, sha256 } = place;
    if (sha256 === undefined) return [];
    const configured = screens.find((one) => slug(one.name) === screen);
    const asked = configured && viewportsOf(project, configured).some((name) => slug(name) === viewport);
    const reason = !configured
      ? `no screen "${screen}" is configured`
      : !viewports.some((name) => slug(name) === viewport)
        ? `no viewport "${viewport}" is configured`
        : asked
          ? undefined
          : `the screen "${configured.name}" is not asked for at "${viewport}"`;
    return reason === undefined ? [] : [{ environment, screen, viewport, path, reason }];
  });
}

/**
 * Returns the baselines that nothing is compared with here: unused ones, and those of other environments than `environments` (any pixel ratio that
 * the configured viewports have; without any, only the unused are told). The latter may be another machine's, and are no fault.
 */
export function staleBaselines(
  project: Project,
  screens: readonly ScreenConfig[],
  places: readonly BaselineOnDisk[],
  environments: readonly Environment[],
): StaleBaseline[] {
  const unused = unusedBaselines(project, screens, places);
  if (environments.length === 0) return unused;
  const ratios = Object.values(project.config.viewports).map((viewport) => viewport.device_scale_factor);
  const here = new Set(
    environments.flatMap((one) => [...new Set(ratios)].map((ratio) => baselineEnvironment(one, ratio))),
  );
  const elsewhere = places.filter(
    (place) =>
      place.sha256 !== undefined && !here.has(place.environment) && !unused.some((one) => one.path === place.path),
  );
  return [
    ...unused,
    ...elsewhere.map(({ environment: made, screen, viewport, path }) => ({
      environment: made,
      screen,
      viewport,
      path,
      reason: 'it was made in another environment: here only equal pixels count',
    })),
  ];
}
