/**
 * Published TMDB clients, unmodified, against the sandbox: a call works here if it works at TMDB, and fails here if
 * it fails there. The output lists the failures.
 */
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { lorenzopant } from './clients/lorenzopant.ts';
import { moviedbPromise } from './clients/moviedb-promise.ts';
import { nodeThemoviedb } from './clients/node-themoviedb.ts';
import { type Client, createDiary } from './clients/play.ts';
import { redirectTmdb } from './clients/redirect.ts';
import { tmdbTs } from './clients/tmdb-ts.ts';
import type { Consumer, Project } from './project.ts';

const CLIENTS: readonly Client[] = [moviedbPromise, lorenzopant, tmdbTs, nodeThemoviedb];

export const clients: Consumer = {
  dependencies: ['xstate'],
  tools: CLIENTS.map(({ name }) => name),
  async play(project, tmdb) {
    using _redirect = redirectTmdb(tmdb.baseURL);
    const told: string[] = [];
    for (const client of CLIENTS) told.push(await playOne(client, project, tmdb));
    return told.join('\n  ');
  },
};

async function playOne({ name, play }: Client, project: Project, tmdb: Sandbox): Promise<string> {
  const { version } = JSON.parse(project.read(`node_modules/${name}/package.json`)) as { version: string };
  const diary = createDiary(name);
  await play({ ...diary, tmdb, folder: `${project.folder}/node_modules/${name}` });
  const { calls, remarks } = diary;
  return [`${name} ${version}: ${calls()} calls as at TMDB.`, ...remarks].join('\n    ');
}
