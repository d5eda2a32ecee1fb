# SPDX-License-Identifier: Apache-2.0
# Sourced by the rules. files ENDINGS [FOLDER...]: our own files below the
# folders (default: all) that end so, without what was built; all_files: all.
all_files() {
	find "$@" \( -path ./out -o -path ./.git -o -path ./compile_commands.json \) -prune -o \
		-type f -print | sed 's|^\./||' | sort -u
}
files() {
	endings=$1
	shift
	[ $# -gt 0 ] || set -- .
	for place; do
		[ ! -e "$place" ] || all_files "$place"
	done | grep -E "\\.($endings)\$"
}
