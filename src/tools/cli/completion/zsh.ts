import type { Place } from './places.ts';

/** A quoted entry of `_describe`, which separates word and description by a colon. */
const entry = ({ text, description }: { text: string; description: string }) =>
  `'${text.replaceAll(':', '\\:')}${description ? `:${description.replaceAll("'", "'\\''")}` : ''}'`;

export function zsh(places: Place[]): string {
  const names = places.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(' ')}"`);
  const valued = places.flatMap(({ path, flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ text }) => `"${path.join(' ')} ${text}"`),
  );
  const cases = places.map(
    ({ path, words, flags }) =>
      `    "${path.join(' ')}")\n      entries=(${words.map(entry).join(' ')})\n      switches=(${flags.map(entry).join(' ')}) ;;`,
  );
  return `#compdef tmdb-auth
_tmdb_auth() {
  local at="" word
  local -a entries switches
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${names.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
    ${valued.join('|')}) _files; return ;;
  esac
  case "$at" in
${cases.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe option switches
  elif (( \${#entries} )); then
    _describe command entries
  else
    _files
  fi
}
if [[ \${funcstack[1]} == _tmdb_auth || \${funcstack[1]} == _tmdb-auth ]]; then
  _tmdb_auth "$@"
else
  compdef _tmdb_auth tmdb-auth
fi
`;
}
