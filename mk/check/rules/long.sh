# SPDX-License-Identifier: Apache-2.0
# The last result of `make long` says which commit it is of, that commit is in
# the history, and nothing had failed.
file=tests/long/result.txt
if [ ! -f $file ]; then
	echo "$file: is missing; make long writes it"
	exit 0
fi
commit=$(sed -n '1s/^commit \([0-9a-f]\{40\}\)$/\1/p' $file)
[ -n "$commit" ] || echo "$file: its first line names no commit"
if [ -n "$commit" ] && [ "$(git rev-parse --is-shallow-repository 2> /dev/null)" = false ]; then
	git merge-base --is-ancestor "$commit" HEAD 2> /dev/null ||
		echo "$file: commit $commit is not in the history"
fi
grep '^not ok' $file | sed "s|^|$file: |"
grep -qE '^[1-9][0-9]* passed, 0 failed' $file || echo "$file: has no sum without failures"
