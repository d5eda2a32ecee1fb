# SPDX-License-Identifier: Apache-2.0
# Every C file is as clang-format with our .clang-format would write it.
. "$SELF/files.sh"
files 'c|h' | xargs -P "$JOBS" -n 20 "clang-format-$LLVM" --dry-run --style=file 2>&1 |
	sed -n 's/^\([^:]*\):\([0-9]*\):.*/\1/p' | sort | uniq -c |
	while read -r count path; do
		echo "$path: $count places differ; clang-format-$LLVM -i $path"
	done
