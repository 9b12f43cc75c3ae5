import type { CaptureDriver } from '../capture/capture.js';
import { desktop, type NativeConfig, type NativeOptions } from './find-place.js';
import { NativeCapture } from './native-capture.js';
import { nativeEnvironment } from './native-environment.js';
import type { DesktopWindow } from './window-system.js';

/** The native driver, which besides can say what windows are open. */
export interface NativeDriver extends CaptureDriver {
  readonly id: 'native';
  /** Windows of the person's desktop. Throws DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND. */
  windows(): Promise<DesktopWindow[]>;
}

/** Makes the driver for desktop apps; starts nothing before a session is opened. `config`: `native` of `.codeloop/config.json`. */
export function createNativeDriver(config: NativeConfig, options: NativeOptions): NativeDriver {
  const sessions = new Set<NativeCapture>();
  return {
    id: 'native',
    accepts: (target) => target.kind === 'app',
    create(captureOptions, sink) {
      const capture = new NativeCapture(config, options, captureOptions, sink);
      sessions.add(capture);
      return capture;
    },
    environment: () => nativeEnvironment(options.where ?? 'private'),
    windows: async () => desktop(options, '', config).list(),
    async dispose() {
      await Promise.all([...sessions].map((session) => session.dispose()));
      sessions.clear();
    },
  };
}
