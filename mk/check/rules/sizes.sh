# SPDX-License-Identifier: Apache-2.0
# Files, functions, components and the build itself keep their budgets. Our
# format puts a function's braces in the first column, so its lines can be
# counted without a parser.
. "$SELF/files.sh"
budget() { awk -v name="$1" '$1 == name {print $2}' mk/budgets; }

file_limit=$(budget file-lines)
function_limit=$(budget function-lines)
files 'c|h|S' | while read -r path; do
	awk -v path="$path" -v file="$file_limit" -v limit="$function_limit" '
	/^[a-zA-Z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
	/^\{/ { start = NR }
	/^\}/ && start {
		if (NR - start - 1 > limit) {
			printf "%s:%s: %d lines, the limit is %d\n", path, name, NR - start - 1, limit
		}
		start = 0
	}
	END {
		if (NR > file) {
			printf "%s: %d lines, the limit is %d\n", path, NR, file
		}
	}' "$path"
done

total() {
	have=$(wc -l)
	[ "$have" -le "$(budget "$1")" ] ||
		echo "$1: $have lines, the limit is $(budget "$1")"
}
# What runs on one machine: the generic part and that machine's folder.
for arch in x86_64 aarch64; do
	files 'c|h|S' boot | awk -v own="boot/arch/$arch/" \
		'!/^boot\/arch\// || index($0, own) == 1' | xargs -r cat | total boot-lines
done
for component in nano kernel; do
	files 'c|h|S' $component | grep -v '/arch/[a-z0-9_]*/' | xargs -r cat | total $component-lines
	for arch in x86_64 aarch64; do
		files 'c|h|S' $component/arch/$arch | xargs -r cat | total $component-arch-lines
	done
done
cat Makefile mk/*.mk | total build-lines
all_files . | grep -E '(^|/)component\.mk$' | while read -r path; do
	have=$(wc -l < "$path")
	[ "$have" -le "$(budget component-lines)" ] ||
		echo "$path: $have lines, the limit is $(budget component-lines)"
done
for contract in kernel/include/kernel/arch.h nano/include/nano/arch.h; do
	[ -f $contract ] || continue
	have=$(grep -cE '^[a-z].*[ *]arch_[a-z0-9_]+\(' $contract)
	[ "$have" -le "$(budget contract-functions)" ] ||
		echo "$contract: $have functions, the limit is $(budget contract-functions)"
done
