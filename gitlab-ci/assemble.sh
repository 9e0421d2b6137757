#!/usr/bin/env bash
# Makes the component project as GitLab wants it: templates/ and README.md at its root, and beside them the code of the
# gate, so that the commit that a pipeline includes is the commit that runs.
#
#   assemble.sh DIRECTORY
#
# DIRECTORY is new, empty, or a clone of the component project, of which everything but .git is replaced. What is copied
# is what git would commit here now; it says so when that is not yet committed.
set -euo pipefail

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

[ $# = 1 ] || fail 'Name the folder to make: gitlab-ci/assemble.sh DIRECTORY'
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
mkdir -p -- "$1"
target="$(cd -- "$1" && pwd -P)"
if [ -n "$(ls -A -- "$target")" ] && ! { [ -e "$target/.git" ] && [ -f "$target/templates/gate.yml" ]; }; then
  fail "$target holds something else than a clone of the component project. Name a new folder."
fi

# copy FOLDER PATH...: files below FOLDER, as git would commit them.
copy() {
  local from="$1"
  shift
  git -C "$from" ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' file; do [ ! -e "$from/$file" ] || printf '%s\0' "$file"; done |
    tar -C "$from" --null -T - -cf - | tar -C "$target" -xf -
}

find "$target" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf -- {} +
copy "$root/gitlab-ci" . ':(exclude)assemble.sh'
copy "$root" gate actions/setup requirements/runtime.txt requirements/uv.txt

version="$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/gate/__init__.py")"
commit="$(git -C "$root" rev-parse HEAD)"
[ -z "$(git -C "$root" status --porcelain -- gitlab-ci gate actions/setup requirements)" ] || commit="$commit, and changes that are not committed"
printf 'Change Gate %s, from %s\n' "$version" "$commit"
