import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { isErrno } from '../core/errors.js';
import { type BaselinePlace, BaselineProposal } from '../core/vocabulary/baseline.js';
import { PROPOSALS_DIR, proposalPaths } from './baseline-files.js';
import { diskFull, ensureFolder, isRealFolder, readPlain, realProject } from './plain-file.js';

/** A proposal as it lies there. */
export interface WaitingProposal {
  proposal: BaselineProposal;
  /** Of the picture, relative to the project. */
  path: string;
  /** The picture, when its bytes are those that were proposed. */
  picture: Buffer | undefined;
  dom: Buffer | undefined;
}

/**
 * Puts a picture where it waits for a person, in the place of an older proposal. The record is written last: without it
 * there is no proposal. Throws PATH_OUTSIDE_ROOTS, DISK_FULL, ARTIFACT_NAME_INVALID.
 */
export async function writeProposal(
  projectDir: string,
  proposal: BaselineProposal,
  content: { picture: Buffer; dom: Buffer | undefined },
): Promise<string> {
  const project = realProject(projectDir);
  const paths = proposalPaths(proposal);
  ensureFolder(project, paths.folder);
  try {
    // What waits is nobody's to commit.
    await writeAtomic(join(project, PROPOSALS_DIR, '.gitignore'), '*\n', { durable: false });
    rmSync(join(project, paths.record), { force: true });
    if (content.dom) await writeAtomic(join(project, paths.dom), content.dom);
    else rmSync(join(project, paths.dom), { force: true });
    await writeAtomic(join(project, paths.picture), content.picture);
    await writeAtomic(join(project, paths.record), `${JSON.stringify(proposal, null, 1)}\n`);
  } catch (error) {
    throw diskFull(error, paths.picture);
  }
  return paths.picture;
}

/** Everything that waits for a person, sorted by environment, screen and viewport. Records of another shape, or under another place than they name, are none. */
export function readProposals(projectDir: string): WaitingProposal[] {
  const project = realProject(projectDir);
  return recordFiles(project).flatMap((path) => {
    const read = BaselineProposal.safeParse(fromJson(plain(project, path)));
    if (!read.success) return [];
    const paths = proposalPaths(read.data);
    if (paths.record !== path) return [];
    const picture = plain(project, paths.picture);
    const dom = plain(project, paths.dom);
    return [
      {
        proposal: read.data,
        path: paths.picture,
        picture: picture && sha256(picture) === read.data.sha256 ? picture : undefined,
        dom: dom && sha256(dom) === read.data.dom_sha256 ? dom : undefined,
      },
    ];
  });
}

/** Takes a proposal away; safe when there is none. */
export function removeProposal(projectDir: string, place: BaselinePlace): void {
  const project = realProject(projectDir);
  const paths = proposalPaths(place);
  if (!isRealFolder(project, paths.folder)) return;
  for (const path of [paths.record, paths.picture, paths.dom]) rmSync(join(project, path), { force: true });
}

function recordFiles(project: string): string[] {
  const list = (folder: string) =>
    isRealFolder(project, folder) ? readdirSync(join(project, folder), { withFileTypes: true }) : [];
  return list(PROPOSALS_DIR)
    .filter((environment) => environment.isDirectory())
    .flatMap((environment) =>
      list(`${PROPOSALS_DIR}/${environment.name}`)
        .filter((screen) => screen.isDirectory())
        .flatMap((screen) =>
          list(`${PROPOSALS_DIR}/${environment.name}/${screen.name}`)
            .filter((file) => file.name.endsWith('.json') && !file.name.endsWith('.dom.json'))
            .map((file) => `${PROPOSALS_DIR}/${environment.name}/${screen.name}/${file.name}`),
        ),
    )
    .sort();
}

function plain(project: string, path: string): Buffer | undefined {
  try {
    return readPlain(join(project, path))?.data;
  } catch (error) {
    // A link or a pipe is no proposal.
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function fromJson(data: Buffer | undefined): unknown {
  try {
    return data && JSON.parse(data.toString('utf8'));
  } catch {
    return undefined; // The schema refuses it.
  }
}
