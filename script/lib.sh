# Shared by the scripts beside it, which source it with their working directory
# at the root of the repository. Plain POSIX sh, so that it runs alike under
# dash, bash 3.2 (macOS) and Git Bash (Windows).

# A workspace file is everybody's own; what is checked is what a clone holds.
GOWORK=off
export GOWORK

# Sorting and matching must not depend on who runs this.
LC_ALL=C
export LC_ALL

in_ci() { [ "${CI:-}" = true ]; }

# loud says what a hurried reader must not miss.
loud() {
	printf '\n!!! %s\n\n' "$*" >&2
}

# go_mod_dirs lists the directory of every module, the root's as ".".
go_mod_dirs() {
	git ls-files 'go.mod' '*/go.mod' | grep -v '\(^\|/\)testdata/' | sed -e 's|/*go\.mod$||' -e 's|^$|.|' | sort
}

# modules lists the modules that hold code of ours: all but tools/, which only
# names programs.
modules() {
	go_mod_dirs | grep -v '^tools$'
}

# tool NAME prints the path of a program named in tools/go.mod, building it
# into Go's build cache when it is not there yet.
tool() {
	go tool -modfile=tools/go.mod -n "$1"
}
