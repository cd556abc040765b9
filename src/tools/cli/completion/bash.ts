import type { Place } from './places.ts';

const textsOf = (words: { text: string }[]) => words.map(({ text }) => text).join(' ');

/** Lists the paths of all commands, the flags with a value, and the words and flags of each command. */
export function bash(places: Place[]): string {
  const names = places.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(' ')}"`);
  const valued = places.flatMap(({ path, flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ text }) => `"${path.join(' ')} ${text}"`),
  );
  const cases = places.map(
    ({ path, words, flags }) =>
      `    "${path.join(' ')}") words="${textsOf(words)}"; flags="${textsOf(flags)}" ;;`,
  );
  return `# bash completion for tmdb-auth
_tmdb_auth() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at="" word words="" flags=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${names.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  COMPREPLY=()
  # The value of an option: a file, as far as bash can tell.
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
    ${valued.join('|')}) return ;;
  esac
  case "$at" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then words="$flags"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _tmdb_auth tmdb-auth
`;
}
