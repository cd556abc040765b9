#!/usr/bin/env bash
# Signs a user in to a program without a browser: the user types a code on a phone (RFC 8628). Needs curl and jq.
#
# Exit codes: 0 signed in, 1 the provider refused or cannot be reached, 2 something is missing on this machine,
# 3 the user denied, 4 the user was too late, 130 Ctrl-C.
set -euo pipefail

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

[ -n "${ISSUER:-}" ] || fail 2 'Set the environment variable ISSUER.'
[ -n "${CLIENT_ID:-}" ] || fail 2 'Set the environment variable CLIENT_ID.'
for program in curl jq; do
  command -v "$program" >/dev/null || fail 2 "Install $program."
done

# Reads a field of the JSON on stdin, without control characters: a terminal would obey them.
field() { jq -r "$1 // empty | tostring | gsub(\"[[:cntrl:]]\"; \"\")" 2>/dev/null || true; }

# Secrets go to curl on stdin: any user of the machine can read the arguments of a program.
ask() { curl -sS --max-time 30 -H 'Accept: application/json' "$@"; }
ask_with() {
  local token=$1
  shift
  printf 'Authorization: Bearer %s\n' "$token" | ask -f -H @- "$@"
}

access_token=''
refresh_token=''
waiting=''
finish() {
  [ -z "$waiting" ] || kill "$waiting" 2>/dev/null || true
  local token
  for token in "$refresh_token" "$access_token"; do
    [ -z "$token" ] || printf %s "$token" |
      ask -f --data-urlencode "client_id=$CLIENT_ID" --data-urlencode token@- "$revocation_endpoint" >/dev/null || true
  done
}
trap finish EXIT
trap 'say; say "Cancelled."; exit 130' INT
trap 'exit 143' TERM

unreachable='The provider cannot be reached. Try again later.'
found=$(ask -f "$ISSUER/.well-known/openid-configuration") || fail 1 "$unreachable"
endpoint() { printf %s "$found" | field ".$1"; }
revocation_endpoint=$(endpoint revocation_endpoint)
token_endpoint=$(endpoint token_endpoint)

device=$(ask --data-urlencode "client_id=$CLIENT_ID" --data-urlencode 'scope=openid profile tmdb' \
  "$(endpoint device_authorization_endpoint)") || fail 1 "$unreachable"
device_code=$(printf %s "$device" | field .device_code)
[ -n "$device_code" ] || fail 1 "The provider refused: $(printf %s "$device" | field '.error_description // .error')"
interval=$(printf %s "$device" | field '(.interval | numbers | floor) // 5')
deadline=$((SECONDS + $(printf %s "$device" | field '(.expires_in | numbers | floor) // 600')))

say "Open $(printf %s "$device" | field .verification_uri) on your phone or computer and type this code:"
say
say "    $(printf %s "$device" | field .user_code)"
say
complete=$(printf %s "$device" | field .verification_uri_complete)
[ -z "$complete" ] || say "Or open $complete"
say 'Waiting for your approval. Ctrl-C cancels.'

too_late='The code has expired. Start again.'
until [ -n "$access_token" ]; do
  # In the background, so that a signal ends the wait at once.
  sleep "$interval" >/dev/null &
  waiting=$!
  wait "$waiting"
  waiting=''
  [ "$SECONDS" -lt "$deadline" ] || fail 4 "$too_late"
  answer=$(printf %s "$device_code" | ask --data-urlencode "client_id=$CLIENT_ID" --data-urlencode device_code@- \
    -d grant_type=urn:ietf:params:oauth:grant-type:device_code "$token_endpoint" 2>/dev/null) || answer='{}'
  access_token=$(printf %s "$answer" | field .access_token)
  refresh_token=$(printf %s "$answer" | field .refresh_token)
  error=$(printf %s "$answer" | field .error)
  case $error in
    authorization_pending) ;;
    slow_down) interval=$((interval + 5)) ;;
    access_denied) fail 3 'You did not allow it.' ;;
    expired_token) fail 4 "$too_late" ;;
    '') [ -n "$access_token" ] || interval=$((interval * 2)) ;; # no answer: ask less often
    *) fail 1 "The provider refused: $error" ;;
  esac
done

user=$(ask_with "$access_token" "$(endpoint userinfo_endpoint)") || fail 1 "$unreachable"
say "Good evening, $(printf %s "$user" | field '.name // .sub')"
account=$(ask_with "$access_token" "$ISSUER/tmdb/3/account") || fail 1 "$unreachable"
say "On TMDB you are $(printf %s "$account" | field .username), account $(printf %s "$account" | field .id)."
