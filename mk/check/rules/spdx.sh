# SPDX-License-Identifier: Apache-2.0
# Every source says its licence in its first three lines.
. "$SELF/files.sh"
all_files . | grep -E '(\.(c|h|S|sh|mk|ld)|(^|/)(Makefile|run|test))$' | while read -r path; do
	head -n 3 "$path" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
		echo "$path: no SPDX line"
done
