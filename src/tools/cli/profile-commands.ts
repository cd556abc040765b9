import { listProfiles, type Profile, profileNamed } from '../../platforms/node/profiles.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { chosen, folderOf, writeSettings } from './settings.ts';
import { fullNameOf } from './words.ts';

/** Lists the stored profiles, without asking TMDB. */
export async function profiles(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const { profile: current } = await chosen(invocation);
  const found = await listProfiles({ folder: folderOf(invocation) });
  output.json(found.map((profile) => ({ ...profile, isCurrent: profile.name === current })));
  const width = Math.max(...found.map(({ name }) => name.length));
  for (const profile of found) {
    const mark = profile.name === current ? '*' : ' ';
    output.say(`${mark} ${profile.name.padEnd(width)}  ${statusOf(profile)}`);
  }
  if (found.length === 0) output.say('No profiles are stored here');
  const isThere = found.some(({ name }) => name === current);
  if (!isThere && found.length > 0) output.say(`* ${current}  nothing stored yet`);
  return EXIT.done;
}

function statusOf({ status, account, secrets, failure }: Profile): string {
  const where = secrets === 'keychain' ? ', in the keychain' : '';
  switch (status) {
    case 'user':
      return account ? `${fullNameOf(account)}${where}` : `signed in; the account is not known yet${where}`;
    case 'guest':
      return `guest${where}`;
    case 'pending':
      return `a sign-in is pending${where}`;
    case 'signedOut':
      return 'nobody is signed in';
    case 'unreadable':
      return failure?.message ?? 'unreadable';
  }
}

/** Sets the profile that commands use without `--profile`. */
export async function switchProfile(invocation: Invocation): Promise<number> {
  const { args = [], output } = invocation;
  const profile = profileNamed(args[0] ?? '');
  const folder = folderOf(invocation);
  // First, as it may throw: then nothing is changed.
  const found = await listProfiles({ folder });
  await writeSettings(folder, { profile });
  const isStored = found.some(({ name }) => name === profile);
  output.json({ profile, isStored });
  output.say(`The profile is now ${profile}`);
  if (!isStored) output.say('It has no session yet. Sign in: tmdb-auth login');
  if (process.env.TMDB_AUTH_PROFILE) output.note('TMDB_AUTH_PROFILE is set and overrides it.', true);
  return EXIT.done;
}
