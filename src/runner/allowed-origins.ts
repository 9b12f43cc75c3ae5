import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';

/** The project's own origins. An address that came as an argument adds none: only the configuration widens what is reached. */
export function allowedOrigins(project: Project, app: AppServer | undefined): string[] {
  const { screens = [], server, network } = project.config;
  const own = [app?.url, server.url, ...screens.map((screen) => screen.url)].filter((url) => url !== undefined);
  return [...new Set([...own.map((url) => new URL(url).origin), ...network.allowed_origins])].sort();
}
