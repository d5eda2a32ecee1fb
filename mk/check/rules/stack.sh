# SPDX-License-Identifier: Apache-2.0
#
# The stacks of boot, nano and kernel: no function takes more than its budget
# or a size that is not known, nothing recurses, and the deepest chain of calls
# fits. Sizes come from -fstack-usage, calls from the linked image. A call
# through a pointer must be named in mk/indirect-calls ("image caller pattern",
# where the pattern is the callees), so each dispatch table is known.
. "$SELF/files.sh"
budget() { awk -v name="$1" '$1 == name {print $2}' mk/budgets; }

for arch in x86_64 aarch64; do
	out=out/$arch-release
	for image in boot nano kernel; do
		[ -f $out/$image.elf ] || continue
		{ find $out/$image -name '*.su'; ls out/lib/$arch/*.su; } | sort | xargs cat |
			awk -F'\t' '{n = split($1, a, ":"); print "size", a[n], $2, $3, a[1]}' \
			> out/check/stack-$arch-$image.in
		sed "s/#.*//; s/^$image /indirect /; t; d" mk/indirect-calls \
			>> out/check/stack-$arch-$image.in
		"llvm-objdump-$LLVM" -d --no-show-raw-insn --no-leading-addr $out/$image.elf \
			>> out/check/stack-$arch-$image.in
		awk -v image=$image -v arch=$arch -v each="$(budget stack-function-$image)" \
			-v whole="$(budget stack-$image)" -f "$SELF/stack.awk" \
			out/check/stack-$arch-$image.in
	done
done
