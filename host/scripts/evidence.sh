# shellcheck shell=sh
# What containers, checks and the engine have printed, made fit to be shown: a part of the scripts that use it, which
# stands before them. Needs docker, NEW, PRE_DEPLOY and SECRETS.
# Whoever runs a cutover reads its output line by line into a buffer of 64 KB, and stands still for ever behind a longer
# line; and what it prints is kept, in histories and in CI's logs. So no line is over 2,000 bytes with what a script puts
# before it, and no run over 64 KB.

# From standard input the last lines, 50 at most and so many bytes in all: each of at most 1,800 bytes, in UTF-8, without
# control characters, and without the values that the environment variables of these names have in these containers; those
# of secrets in files all have the name slipway.secret. Not a byte of it is shown when the values cannot be read.
# Of a line only the first 9,973 bytes are looked at, a prime, so that hardly a line is as long by chance: whatever is
# printed, little memory is used.
shown() { # bytes, names with a space between or * for all, ids
  bytes=$1 names=$2
  shift 2
  {
    [ -z "$names" ] || docker inspect --format '{{json .Config.Env}}' "$@" </dev/null 2>/dev/null || true
    case " $names " in *" slipway.secret "*) secrets_in_files "$@" ;; esac
    echo
    tr -d '\000-\010\013-\037\177' | LC_ALL=C fold -b -w 9973
  } | NAMES=$names BYTES=$bytes LC_ALL=C awk "$shown_awk"
}
# In the same form, as model/container/files.ts has put them into the first file.
secrets_in_files() { # ids
  for id in "$@"; do docker cp "$id:/run/slipway/000" - </dev/null 2>/dev/null | tar -xOf - 2>/dev/null || true; done
}
# The same with the secrets of NEW.
# shellcheck disable=SC2086 # one id or two
cleaned() { shown "$1" "$SECRETS" "$NEW" $PRE_DEPLOY; }

# Runs a command without a word: `recorded` has the end of what it has printed, not to be shown as it is.
record() {
  recorded=$({
    echo "[all of it]"
    record_code=0
    "$@" 2>&1 || record_code=$?
    printf '\n%s' "$record_code"
  } | tr -d '\000' | LC_ALL=C tail -c 16384)
  record_code=${recorded##*"$newline"}
  recorded=${recorded%"$newline"*}
  # Without the first line: that, or else half a line, which may begin with half a secret.
  case $recorded in
  "[all of it]$newline"* | *"$newline"?*) recorded=${recorded#*"$newline"} ;;
  *) recorded="[one line of over 16 KB]" ;;
  esac
  return "$record_code"
}
# The same, and where it fails, `problem` is what it has printed, as it may be shown.
# shellcheck disable=SC2034 # who calls it reads that
capture() {
  record "$@" && return
  capture_code=$?
  problem=$(printf '%s\n' "$recorded" | cleaned 4000)
  return "$capture_code"
}
# And for one that prints what nobody asks for, such as an id.
quietly() { capture errors_of "$@"; }
# shellcheck disable=SC2069 # that is what is meant
errors_of() { "$@" 2>&1 >/dev/null; }
newline='
'

# The program of shown(). First each variable's value is taken apart into all that is looked for: the whole, each of its
# lines, and the same in base64 and hexadecimal. Then each line of the text is looked at as it stands and as it reads
# once its escapes are undone, which may be JSON's, a URL's, HTML's or a shell's, one in another: up to three times. What
# is found there is hidden where it stands.
# shellcheck disable=SC2016 # awk's
shown_awk='
BEGIN {
  for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
  for (i = 0; i < 16; i++) { digit[substr("0123456789abcdef", i + 1, 1)] = i; digit[substr("0123456789ABCDEF", i + 1, 1)] = i }
  escape["n"] = "\n"; escape["r"] = "\r"; escape["t"] = "\t"; escape["b"] = "\b"; escape["f"] = "\f"
  entity["amp"] = "&"; entity["lt"] = "<"; entity["gt"] = ">"; entity["quot"] = "\""; entity["apos"] = "\047"
  alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  names = " " ENVIRON["NAMES"] " "
}
# A line for each container, then an empty one, then the text.
!in_text && $0 == "" { in_text = 1; next }
!in_text { read_variables($0); next }
!goes_on { kept[++lines] = $0; delete kept[lines - 50] }
{ goes_on = length($0) == 9973 }
END {
  if (!lines) exit
  if (index(names, " slipway.secret ") && !in_files) unreadable = 1
  if (unreadable || (names != "  " && !variables)) { print "[not shown: the values of its secrets cannot be read to hide them]"; exit }
  room = ENVIRON["BYTES"] - 30
  for (first = lines + 1; first - 1 in kept && room >= 0; first--) {
    line[first - 1] = fit(kept[first - 1])
    room -= length(line[first - 1]) + 1
    if (room < 0) break
  }
  if (first > 1) print "[earlier lines left out]"
  for (i = first; i <= lines; i++) print line[i]
}

# Variables of a container, as JSON: ["NAME=value", …].
function read_variables(json, text, at, char) {
  while (at = index(json, "\"")) {
    json = substr(json, at + 1)
    text = ""
    while (match(json, /["\\]/)) {
      text = text substr(json, 1, RSTART - 1)
      char = substr(json, RSTART, 1)
      json = substr(json, RSTART + 1)
      if (char == "\"") break
      char = substr(json, 1, 1)
      if (char == "u") text = text utf8(hexadecimal(substr(json, 2, 4)))
      else text = text (char in escape ? escape[char] : char)
      json = substr(json, char == "u" ? 6 : 2)
    }
    at = index(text, "=")
    read_variable(substr(text, 1, at - 1), substr(text, at + 1))
  }
}
function read_variable(name, value, part, count, i) {
  variables++
  if (name == "slipway.secret") in_files++
  if (!index(names, " " name " ") && (names != " * " || name == "PATH")) return
  # The engine has put this where the value is no UTF-8.
  if (index(value, "\357\277\275")) unreadable = 1
  look_for(value)
  count = split(value, part, "\n")
  for (i = 1; i <= count; i++) {
    gsub(/^[ \t]+|[ \t]+$/, "", part[i])
    # A brace on a line of its own tells nothing.
    if (count > 1 && part[i] ~ /[A-Za-z0-9]/) look_for(part[i])
  }
  if (value != "") look_for_encoded(value)
}
# Also as it reads itself with its escapes undone, and in pieces of a long one, each of which is found wherever the rest
# is cut off.
function look_for(value, size, read) {
  gsub(/[\001-\010\013-\037\177]/, "", value)
  if ((read = unescaped(value)) != value) look_for(read)
  gsub(/\+/, " ", value)
  for (size = 256; length(value) >= 2 * size; value = substr(value, size + 1)) look_for_piece(substr(value, 1, size))
  look_for_piece(value)
}
function look_for_piece(value) {
  if (value == "" || value in known) return
  known[value] = 1
  secret[++secrets] = value
}
# At each of the three places that it may have among the threes of bytes which base64 makes fours of; at the first one
# also as lines of 64 and 76 characters.
function look_for_encoded(value, shift, code, hex, i) {
  for (shift = 0; shift < 3; shift++) {
    code = base64(substr("\001\001", 1, shift) value)
    # What stands before it and after it has a share in these.
    if (shift) code = substr(code, shift + 2)
    else for (i = 64; i <= 76; i += 12) look_for_lines(code, i)
    look_for_code(code)
    sub(/=+$/, "", code)
    look_for_code(code)
    if ((length(value) + shift) % 3) code = substr(code, 1, length(code) - 1)
    look_for_code(code)
  }
  for (i = 1; i <= length(value); i++) hex = hex sprintf("%02x", ord[substr(value, i, 1)])
  if (length(hex) >= 8) { look_for(hex); look_for(toupper(hex)) }
}
function look_for_code(code) {
  if (length(code) < 4) return
  look_for(code)
  gsub(/\+/, "-", code)
  gsub(/\//, "_", code)
  look_for(code)
}
function look_for_lines(code, width) {
  if (length(code) > width) for (; length(code) >= 4; code = substr(code, width + 1)) look_for_code(substr(code, 1, width))
}
function base64(text, code, i, a, b, c) {
  for (i = 1; i <= length(text); i += 3) {
    a = ord[substr(text, i, 1)]; b = ord[substr(text, i + 1, 1)] + 0; c = ord[substr(text, i + 2, 1)] + 0
    code = code substr(alphabet, int(a / 4) + 1, 1) substr(alphabet, a % 4 * 16 + int(b / 16) + 1, 1)
    code = code (i + 1 > length(text) ? "=" : substr(alphabet, b % 16 * 4 + int(c / 64) + 1, 1))
    code = code (i + 2 > length(text) ? "=" : substr(alphabet, c % 64 + 1, 1))
  }
  return code
}

# A line of the text without secrets, in UTF-8, of at most 1,800 bytes.
function fit(text, out, i, next_out, size) {
  hide(text)
  for (i = 1; i <= length(text); i += size) {
    size = 1
    if (i in hidden) next_out = i - 1 in hidden ? "" : "[secret]"
    else if (ord[substr(text, i, 1)] < 128) next_out = substr(text, i, 1)
    else if (size = sequence(text, i)) next_out = substr(text, i, size)
    else { size = 1; next_out = "?" }
    if (length(out next_out) > 1794) return out " [cut]"
    out = out next_out
  }
  return out
}
# Bytes of the character that begins at a place; 0: none does in UTF-8.
function sequence(text, at, lead, second, size, i) {
  lead = ord[substr(text, at, 1)]
  size = lead >= 240 && lead < 245 ? 4 : lead >= 224 && lead < 240 ? 3 : lead >= 194 && lead < 224 ? 2 : 0
  second = ord[substr(text, at + 1, 1)] + 0
  if ((lead == 224 && second < 160) || (lead == 237 && second > 159)) return 0
  if ((lead == 240 && second < 144) || (lead == 244 && second > 143)) return 0
  for (i = 1; i < size; i++)
    if (at + i in hidden || int(ord[substr(text, at + i, 1)] / 64) != 2) return 0
  return size
}

# Sets `hidden` to the places of a line that belong to a secret.
function hide(text, round, before, i) {
  split("", hidden)
  for (i = 1; i <= length(text) + 1; i++) place[i] = i
  for (round = 0; round < 4 && text != before; round++) {
    before = text
    gsub(/\+/, " ", text)
    for (i = 1; i <= secrets; i++) { hide_all(text, secret[i]); hide_cut(text, secret[i]) }
    text = unescaped(before)
  }
}
function hide_all(text, value, from, at, end) {
  for (from = 1; at = index(substr(text, from), value); from++) {
    from += at - 1
    # What the one before has hidden is not hidden again.
    at = from < end ? end : from
    end = from + length(value)
    hide_from(at, end - at)
  }
}
# One of which the line has the beginning only, at its end, or the end only, at its beginning.
function hide_cut(text, value, end, i) {
  end = length(text) + 1
  if (index(text, substr(value, 1, 8)))
    for (i = min(length(value), end) - 1; i >= 8; i--)
      if (substr(text, end - i) == substr(value, 1, i)) { hide_from(end - i, i); break }
  if (length(value) > 8 && index(text, substr(value, length(value) - 7)))
    for (i = min(length(value), end) - 1; i >= 8; i--)
      if (substr(text, 1, i) == substr(value, length(value) - i + 1)) { hide_from(1, i); break }
}
function min(a, b) { return a < b ? a : b }
function hide_from(at, size, i) { for (i = place[at]; i < place[at + size]; i++) hidden[i] = 1 }

# A text with its escapes undone; `place` still says where in the line each of its characters begins.
function unescaped(text, out, at, size, i, old, count, rest, char, code) {
  if (!match(text, /[%\\&]|\047"\047"\047/)) return text
  for (i = 1; i <= length(text) + 1; i++) old[i] = place[i]
  count = 0
  for (at = 1; at <= length(text); at += size) {
    rest = substr(text, at, 12)
    size = 1
    char = substr(rest, 1, 1)
    if (char == "%" && rest ~ /^%[0-9A-Fa-f][0-9A-Fa-f]/) { char = byte(hexadecimal(substr(rest, 2, 2))); size = 3 }
    else if (rest ~ /^\\u[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]/) {
      code = hexadecimal(substr(rest, 3, 4)); size = 6
      # Two of them for one character that JSON has no other word for.
      if (code >= 55296 && code < 56320 && rest ~ /^......\\u[Dd][C-Fc-f]/) {
        code = 65536 + (code - 55296) * 1024 + hexadecimal(substr(rest, 9, 4)) - 56320; size = 12
      }
      char = utf8(code)
    }
    else if (rest ~ /^\\x[0-9A-Fa-f][0-9A-Fa-f]/) { char = byte(hexadecimal(substr(rest, 3, 2))); size = 4 }
    else if (substr(rest, 1, 4) == "\047\\\047\047") { char = "\047"; size = 4 }
    else if (substr(rest, 1, 5) == "\047\"\047\"\047") { char = "\047"; size = 5 }
    else if (char == "\\" && length(rest) > 1) { char = substr(rest, 2, 1); if (char in escape) char = escape[char]; size = 2 }
    else if (match(rest, /^&#?[a-zA-Z0-9]+;/)) {
      rest = substr(rest, 2, RLENGTH - 2)
      if (rest in entity) { char = entity[rest]; size = RLENGTH }
      else if (rest ~ /^#[xX][0-9A-Fa-f]+$/) { char = utf8(hexadecimal(substr(rest, 3))); size = RLENGTH }
      else if (rest ~ /^#[0-9]+$/) { char = utf8(substr(rest, 2) + 0); size = RLENGTH }
    }
    # Control characters were taken out of the text and of the values.
    if (char ~ /^[\001-\010\013-\037\177]$/) char = ""
    for (i = 1; i <= length(char); i++) place[++count] = old[at]
    out = out char
  }
  place[count + 1] = old[at]
  return out
}
function hexadecimal(text, number, i) {
  number = 0
  for (i = 1; i <= length(text); i++) number = number * 16 + digit[substr(text, i, 1)]
  return number
}
function byte(code) { return code ? sprintf("%c", code) : "" }
function utf8(code) {
  if (code < 128) return byte(code)
  if (code < 2048) return byte(192 + int(code / 64)) byte(128 + code % 64)
  if (code < 65536) return byte(224 + int(code / 4096)) byte(128 + int(code / 64) % 64) byte(128 + code % 64)
  return byte(240 + int(code / 262144) % 8) byte(128 + int(code / 4096) % 64) byte(128 + int(code / 64) % 64) byte(128 + code % 64)
}'
