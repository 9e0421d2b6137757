#!/usr/bin/env bash
# Installs Change Gate from this checkout into an empty directory of its own; DIRECTORY/gate is then the command.
#
#   install.sh DIRECTORY
#
# What is installed is decided here and by requirements/*.txt alone: every file has a recorded hash, and the
# environment is cleared before an installer starts, so that no setting of the caller adds, moves or replaces a
# package. CHANGE_GATE_INDEX_URL names a mirror of the package index; the hashes hold for it as well. CHANGE_GATE_EXTRAS
# names optional libraries (archive, calendar, sigstore), which have locks of their own.
set -euo pipefail

fail() {
  # One line, as an annotation in a workflow and as plain text elsewhere.
  if [ -n "${GITHUB_ACTIONS:-}" ]; then printf '::error title=Change Gate could not start::%s\n' "$*"; else printf '%s\n' "$*"; fi >&2
  exit 1
}

# Directories inside the caller's workspace, and relative ones, hold the code that is being deployed: a python3
# or a uv found there is not ours to run.
trusted_path() {
  local entry kept=''
  while IFS= read -r -d ':' entry; do
    case "$entry/" in
      "${GITHUB_WORKSPACE:-/nowhere}"/*) ;;
      /*) kept+="${kept:+:}$entry" ;;
    esac
  done <<<"$PATH:"
  printf '%s' "$kept"
}

# Prints the interpreter itself where the name found is a version manager's shim.
interpreter() { "$1" -I -S -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null; }

find_python() {
  local name candidate
  for name in python3 python python3.14 python3.13 python3.12 python3.11; do
    candidate="$(type -P "$name")" && interpreter "$candidate" && return
  done
  for candidate in "${RUNNER_TOOL_CACHE:-/nowhere}"/Python/3.*/*/bin/python3; do
    interpreter "$candidate" && return
  done
  local way='Choose an image that has it, such as python:3.14'
  [ -z "${GITHUB_ACTIONS:-}" ] || way='Add a step with actions/setup-python and python-version 3.12 before this one, or run on a newer image'
  fail "Change Gate needs Python 3.11 or newer and this runner has $(python3 -V 2>/dev/null || echo 'no python3'). $way; whoever maintains this workflow can do it."
}

# Runs an installer with an environment that is empty but for the way out to the index and its certificates.
clean() {
  local name kept=()
  for name in HOME TMPDIR SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE \
    http_proxy https_proxy no_proxy all_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY; do
    [ -z "${!name:-}" ] || kept+=("$name=${!name}")
  done
  env -i PATH="$PATH" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_HTTP_TIMEOUT=20 ${kept[@]+"${kept[@]}"} "$@"
}

with_pip() {
  clean "$python" -I -m pip --isolated --disable-pip-version-check --no-input --timeout 20 --retries 2 install \
    --quiet --no-cache-dir --no-deps --require-hashes --only-binary :all: --root-user-action ignore \
    ${index[@]+"${index[@]}"} "$@"
}

# No cache: an unpacked package in a cache that another job has filled is not checked against its hash again.
with_uv() {
  clean "$1" pip install --quiet --no-cache --no-deps --require-hashes --only-binary :all: --compile-bytecode \
    --python "$python" --target "$site" ${index[@]+"${index[@]}"} "${locked[@]}"
}

# The three ways, fastest first (docs/measurements/install.md). All of them install the same hashes.
install_dependencies() {
  local uv
  if uv="$(type -P uv)" && with_uv "$uv"; then return; fi
  rm -rf "$site"
  if with_pip --no-compile --target "$home/uv" --requirement "$locks/uv.txt" && with_uv "$home/uv/bin/uv"; then return; fi
  rm -rf "$site"
  with_pip --target "$site" "${locked[@]}" || fail "The packages that Change Gate needs could not be installed with $python; the lines above say why. If the package index cannot be reached from this runner, set CHANGE_GATE_INDEX_URL to a mirror; if a package has no file for this machine, use Python 3.11 to 3.14 on Linux (x86-64 or arm64) or macOS (arm64)."
}

# -I and -S: neither the workspace, nor PYTHON* variables, nor the packages and start-up files that other steps
# installed for this Python can reach the gate. Its modules come from $site and from Python itself.
write_command() {
  local start='import sys; sys.path.insert(0, sys.argv.pop(1)); sys.argv[0] = "gate"; from gate.cli.main import main; main()'
  printf '#!/usr/bin/env bash\nexec %q -I -S -X utf8 -c %q %q "$@"\n' "$python" "$start" "$site" >"$home/gate"
  chmod +x "$home/gate"
}

PATH="$(trusted_path)"
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)"
locks="$root/requirements"
home="$(cd -- "$1" && pwd -P)"
site="$home/site"
index=()
locked=(--requirement "$locks/runtime.txt")
for extra in ${CHANGE_GATE_EXTRAS:-}; do
  case "$extra" in
    archive | calendar | sigstore) locked+=(--requirement "$locks/$extra.txt") ;;
    *) fail "Change Gate has no extra '$extra': there are archive, calendar and sigstore. Correct the input extras; whoever maintains this workflow can do it." ;;
  esac
done
[ -z "${CHANGE_GATE_INDEX_URL:-}" ] || index=(--index-url "$CHANGE_GATE_INDEX_URL")

cd "$home"
python="$(find_python)"
install_dependencies
rm -rf "$home/uv"
cp -R -- "$root/gate" "$site/gate"
"$python" -I -S -m compileall -q "$site/gate"
write_command
