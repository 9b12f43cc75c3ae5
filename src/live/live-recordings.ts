import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { newId } from '../core/ids.js';
import type { RecordingRecord } from '../core/vocabulary/recording.js';
import type { Project } from '../project/project.js';
import type { LivePage } from './live-page.js';
import type { LivePages } from './live-pages.js';
import { LiveRecording } from './live-recording.js';
import { recoverRecordings, type VideoWork } from './recover-recordings.js';

/** A recording to make: a page that is open already, or exactly one of `url` and `app`, which is opened for it. */
export interface RecordRequest {
  project: Project;
  tool: string;
  pageId?: string | undefined;
  url?: string | undefined;
  app?: string | undefined;
  viewport?: string | undefined;
  label?: string | undefined;
  /** Limit of its own, seconds; never above `recording.max_seconds`. */
  maxSeconds?: number | undefined;
  /** The run it belongs to; default the one of the present code state. */
  runId?: string | undefined;
  signal: AbortSignal;
}

/** The parts of a session that recordings need. */
interface RecordingHost {
  readonly clock: Clock;
  readonly pages: LivePages;
  /** Finds the recordings of killed processes, where another object does that. */
  readonly recover?: (project: Project) => Promise<RecordingRecord[]>;
}

/** Interval of progress messages of a recording for a fixed time, ms. */
const TICK_MS = 1000;
/** Longest that the video of one is waited for after its end, ms; it is finished in any case. */
const VIDEO_MS = 60_000;

/** Longest that videos are waited for when a session ends, ms; the next session finishes the rest. */
const LAST_MS = 20_000;

/** The recordings that run in this process, and those whose video is still written. Several at once, one for each page. */
export class LiveRecordings {
  readonly #host: RecordingHost;
  readonly #active = new Map<string, LiveRecording>();
  readonly #finishing = new Map<string, VideoWork>();
  readonly #recovered = new Map<string, Promise<RecordingRecord[]>>();

  constructor(host: RecordingHost) {
    this.#host = host;
  }

  /**
   * Starts; resolves when the first picture is in. Throws PAGE_NOT_FOUND, RECORDING_ACTIVE (one runs on that page), and as
   * `LivePages.open` and `Recordable.startRecording`.
   */
  async start(request: RecordRequest): Promise<LiveRecording> {
    const { project } = request;
    await this.recover(project);
    const opens = request.url !== undefined || request.app !== undefined;
    const page = opens ? await this.#host.pages.open(request) : this.#host.pages.find(project, request.pageId);
    const before = page.recordingId === undefined ? undefined : this.#active.get(page.recordingId);
    if (before?.active) throw new CodeloopError('RECORDING_ACTIVE', { recording: before.id });
    // One that ended by its own limit or with its window, and that was not stopped.
    if (before) await this.#end(before);
    const id = newId('rec', this.#host.clock);
    try {
      const run = await this.#host.pages.runFor(project, page.target, request.tool, request.runId);
      const live = await LiveRecording.start({ id, page, run, opened: opens, ...request });
      this.#active.set(id, live);
      page.onClose(() => {
        // Ended before its page closes; its frames are kept.
        if (this.#active.has(id)) void this.#end(live).catch(() => undefined);
      });
      return live;
    } catch (error) {
      if (opens) await this.#host.pages.close(page.id);
      throw error;
    }
  }

  /**
   * Records for a fixed time and waits for the video; a page that was opened for it is closed. Ends early when what it shows goes away.
   * A cancelled one is stopped and kept. Throws CANCELLED, and as `start`.
   */
  async record(
    request: RecordRequest & { seconds: number; onSecond: (elapsed: number) => void },
  ): Promise<RecordingRecord> {
    const { project, seconds, signal } = request;
    const live = await this.start({ ...request, maxSeconds: seconds });
    const close = () => (live.opened ? this.#host.pages.close(live.page.id) : undefined);
    try {
      const until = Date.now() + seconds * 1000;
      for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
        await sleep(Math.min(TICK_MS, left), undefined, { signal });
        request.onSecond(Math.min(seconds, Math.round(seconds - (until - Date.now()) / 1000)));
        // Stopped by another call, or its page was closed.
        if (!this.#active.has(live.id)) break;
      }
    } catch (error) {
      await this.stop(project, live.id).catch(() => undefined); // Kept as far as it went; the error is the answer.
      await close();
      throw signal.aborted ? new CodeloopError('CANCELLED', { what: 'the recording' }, { cause: error }) : error;
    }
    const record = await (this.#active.has(live.id) ? this.stop(project, live.id) : live.stop());
    await close();
    const finishing = this.finished(live.id);
    return finishing ? Promise.race([finishing, sleep(VIDEO_MS, record, { ref: false })]) : record;
  }

  /**
   * Stops the one named, or the project's only one; answers at once, while its video is still written. Throws RECORDING_NOT_FOUND
   * (naming those that run), DISK_FULL.
   */
  async stop(project: Project, id?: string): Promise<RecordingRecord> {
    return this.#end(this.#find(project, id));
  }

  /** Ids of those that run in a project. */
  running(project: Project): string[] {
    return [...this.#active.values()].filter((live) => live.page.project.dir === project.dir).map((live) => live.id);
  }

  /** The page that a recording runs on; `undefined` when it does not run. */
  pageOf(id: string): LivePage | undefined {
    return this.#active.get(id)?.page;
  }

  /** The recording once its video is there or given up; `undefined` when nothing is written for that id here. */
  finished(id: string): Promise<RecordingRecord> | undefined {
    return this.#finishing.get(id)?.finishing;
  }

  /** As `finished`, but waits no longer than `ms`; `undefined` when it is not there by then, or could not be stored. */
  async finishedWithin(id: string, ms: number): Promise<RecordingRecord | undefined> {
    const finishing = this.finished(id)?.catch(() => undefined);
    return Promise.race([finishing, sleep(ms, undefined, { ref: false })]);
  }

  /**
   * Finds recordings whose process was killed, once for each project; the videos that are missing are written meanwhile, that of `first`
   * before the others. Never throws.
   */
  recover(project: Project, first?: string): Promise<RecordingRecord[]> {
    if (this.#host.recover) return this.#host.recover(project);
    let work = this.#recovered.get(project.dir);
    if (!work) {
      work = recoverRecordings(project, this.#host.clock, (id, one) => this.#keep(id, one), first).catch(() => []);
      this.#recovered.set(project.dir, work);
    }
    return work;
  }

  /** Stops what runs, says of each video that it is not there yet, and waits for them a while. Never throws. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#active.values()].map((live) => this.#end(live)));
    const left = [...this.#finishing.values()];
    // The process may be ended before the wait is over: what is stored must be true then, too.
    await Promise.allSettled(left.map((work) => work.leave()));
    await Promise.race([
      Promise.allSettled(left.map(({ finishing }) => finishing)),
      sleep(LAST_MS, undefined, { ref: false }),
    ]);
  }

  async #end(live: LiveRecording): Promise<RecordingRecord> {
    this.#active.delete(live.id);
    this.#keep(live.id, { finishing: live.finish(), leave: () => live.leave() });
    return live.stop();
  }

  #keep(id: string, work: VideoWork): void {
    this.#finishing.set(id, work);
    // The waiting caller gets the error; the frames are there in any case.
    work.finishing.catch(() => undefined);
    const over = () => this.#finishing.set(id, { finishing: work.finishing, leave: async () => undefined });
    work.finishing.then(over, over);
  }

  #find(project: Project, id: string | undefined): LiveRecording {
    const running = this.running(project);
    const wanted = id ?? (running.length === 1 ? running[0] : undefined);
    const live = wanted === undefined ? undefined : this.#active.get(wanted);
    if (live && running.includes(live.id)) return live;
    const reason =
      id !== undefined
        ? this.#finishing.has(id)
          ? 'it was stopped already; replay it'
          : 'it does not run in this process'
        : running.length === 0
          ? 'none runs'
          : 'several run';
    throw new CodeloopError('RECORDING_NOT_FOUND', { recording: id ?? 'to stop', reason, allowed: running });
  }
}
