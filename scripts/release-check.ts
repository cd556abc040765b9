/**
 * Checks whether this version can be released, and lists what is missing. `npm run release check -- --tag v1.2.3
 * --repository URL`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { optionsOf } from '../test/support/options.ts';

const { tag, repository } = optionsOf(
  'npm run release check -- --tag v1.2.3 --repository https://github.com/someone/tmdb-auth',
  { tag: { type: 'string' }, repository: { type: 'string' } },
  ({ tag, repository }) => (!tag || !repository) && 'Give both --tag and --repository.',
);
const fileOf = (name: string) => new URL(`../${name}`, import.meta.url);
const read = (name: string) => readFileSync(fileOf(name), 'utf8');

const manifest = JSON.parse(read('package.json'));
const address = `${manifest.repository?.url}`.replace(/^git\+|\.git$/g, '');
const unset = ['homepage', 'repository', 'bugs'].filter((field) =>
  `${JSON.stringify(manifest[field])}`.includes('github.com/OWNER/'),
);
const pending = readdirSync(fileOf('.changeset')).filter((name) => name.endsWith('.md'));

const missing: [boolean, string][] = [
  [
    unset.length > 0,
    `Not set yet in package.json: ${unset.join(', ')}. Replace OWNER there, so that the repository is ${repository}.`,
  ],
  [
    !unset.includes('repository') && address !== repository,
    `package.json names the repository ${address}, but this is ${repository}: npm would reject the provenance.`,
  ],
  [
    tag !== `v${manifest.version}`,
    `The tag is ${tag}, but the version in package.json is ${manifest.version}.`,
  ],
  [
    pending.length > 0,
    `These changes have no version yet: ${pending.join(', ')}. Run 'npm run release version', commit the result and tag that commit.`,
  ],
  [
    !read('CHANGELOG.md').includes(`\n## ${manifest.version}\n`),
    `CHANGELOG.md has no section for ${manifest.version}.`,
  ],
];
for (const [isMissing, sentence] of missing) {
  if (!isMissing) continue;
  console.error(sentence);
  process.exitCode = 1;
}
