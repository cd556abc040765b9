import type { Place } from './places.ts';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** One line for each word and flag, with its command as the condition. */
export function fish(places: Place[]): string {
  const lines = places.flatMap(({ path, words, flags }) => {
    const at = `__tmdb_auth_at ${quoted(path.join(' '))}`;
    return [
      ...words.map(
        ({ text, description }) =>
          `complete -c tmdb-auth -n ${quoted(at)} -f -a ${text}${description ? ` -d ${quoted(description)}` : ''}`,
      ),
      ...flags.map(({ text, description, takesValue }) => {
        const name = text.startsWith('--') ? `-l ${text.slice(2)}` : `-s ${text.slice(1)}`;
        return `complete -c tmdb-auth -n ${quoted(at)} ${name}${takesValue ? ' -r' : ''} -d ${quoted(description)}`;
      }),
    ];
  });
  const names = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  return `# fish completion for tmdb-auth
function __tmdb_auth_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$at $word")
        if contains -- $next ${names.join(' ')}
            set at $next
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}
