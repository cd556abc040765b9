/** The README's examples, type-checked (those of the docs, too) and run. */
import { blocksIn, type Consumer, playProgram } from './project.ts';

const compilerOptions = { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: ['node'] };

export const readme: Consumer = {
  dependencies: ['xstate'],
  tools: ['typescript', 'tsx', '@types/node@20', 'unstorage', 'hono', '@hono/node-server'],
  async play(project, tmdb) {
    const examples = blocksIn('README.md', 'ts');
    const inDocs = blocksIn('docs/server.md', 'ts');
    project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['example-*.ts'] }));
    for (const [at, code] of examples.entries()) project.write(`example-${at}.ts`, code);
    for (const [at, code] of inDocs.entries()) project.write(`in-docs-${at}.ts`, code);
    // What unstorage declares needs packages that nobody has.
    const withoutLibraries = {
      compilerOptions: { ...compilerOptions, skipLibCheck: true },
      include: ['in-docs-*.ts'],
    };
    project.write('tsconfig.docs.json', JSON.stringify(withoutLibraries));
    project.run('tsc');
    project.run('tsc -p tsconfig.docs.json');
    for (const [at, code] of examples.entries()) {
      // A page needs a browser, and a server does not end.
      if (!/tmdb-auth\/browser|serve\(/.test(code))
        await playProgram(project, ['npx', 'tsx', `example-${at}.ts`], tmdb);
    }
    if (tmdb.account().favorites.length !== 1) throw new Error('The first example did not mark its film.');
    return `${examples.length} examples of the README and ${inDocs.length} of the docs type-check; those that end were run.`;
  },
};
