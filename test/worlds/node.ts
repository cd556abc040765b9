/** A plain Node program: the package and its peer, without a compiler or a bundler. */
import { type Consumer, playProgram } from './project.ts';

export const node: Consumer = {
  dependencies: ['xstate'],
  tools: [],
  async play(project, tmdb) {
    project.write(
      'main.js',
      `import { accountOf } from 'tmdb-auth/account';
import { createNodeAuth } from 'tmdb-auth/node';

const auth = createNodeAuth({ browser: (url) => console.log(url) });
const { account } = await auth.login();
console.log(\`Hello \${account.username}\`);
await accountOf(auth).rate({ movie: 550 }, 8.5);
await auth.logout();
auth.dispose();
`,
    );
    const said = await playProgram(project, ['node', 'main.js'], tmdb);
    if (!said.includes('Hello sandra')) throw new Error(`The program said: ${said}`);
    if (tmdb.sessions().length > 0) throw new Error('The session was not deleted.');
    const [rating] = tmdb.account().ratings;
    if (rating?.value !== 8.5) throw new Error('TMDB has no rating.');
    const shown = await playProgram(project, ['npx', 'tmdb-auth', 'login'], tmdb);
    if (tmdb.sessions().length !== 1) throw new Error(`The command made no session: ${shown}`);
    return `a program, and the command ${project.run('tmdb-auth --version').trim()}, signed in over HTTP; the program rated a film.`;
  },
};
