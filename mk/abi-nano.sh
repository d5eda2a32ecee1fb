#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# abi-nano.sh: prints docs/abi-nano.md, from the list of nano calls in
# abi/include/abi/hypercalls.h as the preprocessor expands it.
set -eu

{
	cat << 'END'
#include "abi/hypercalls.h"
#define BUILT(number, name, arguments, text) @row number | name | arguments | built | text @end
#define LATER(number, name, arguments, text) @row number | name | arguments | later | text @end
#define COUNTER(number, name, text) @counter number | name | text @end
#define X(name, first, behind, text) @group first behind text @end ABI_HYPERCALLS_##name(BUILT, LATER)
ABI_HYPERCALL_GROUPS(X) ABI_NANO_COUNTERS(COUNTER)
END
} | "clang-${LLVM:-19}" -E -P -Iabi/include -D__ASSEMBLER__ -x c - | awk '
{ all = all $0 " " }
END {
	print "# Nano calls\n"
	print "Made by `make docs` from `abi/include/abi/hypercalls.h`; do not edit.\n"
	print "VMMCALL at CPL 0, HVC #0 at EL1. Number in `rax` / `x8`, arguments in `rdi rsi rdx r10 r8 r9` /"
	print "`x0`-`x5`; status in `rax` / `x0`, result in `rdx` / `x1`, every other register kept. A number is for"
	print "ever. Checked in this order: the number exists (BAD_CALL), arguments that the call does not have are"
	print "zero (BAD_ARGUMENT), the authority of the world reaches it (DENIED); a call of a later version then"
	print "answers NOT_BUILT. A refused call changes nothing but the counter of refusals."
	n = split(all, part, "@")
	for (i = 2; i <= n; i++) {
		line = part[i]
		sub(/end *$/, "", line)
		gsub(/" *"/, "", line)
		gsub(/"/, "", line)
		gsub(/ +$/, "", line)
		if (sub(/^row /, "", line)) {
			print "| " line " |"
		} else if (sub(/^group /, "", line)) {
			split(line, word, " ")
			sub(/^[0-9]+ [0-9]+ /, "", line)
			printf "\n## %d to %d: %s\n\n", word[1], word[2] - 1, line
			print "| number | name | arguments | state | what |\n|---|---|---|---|---|"
		} else if (sub(/^counter /, "", line)) {
			if (!counters++) {
				print "\n## Counters\n\n| number | name | what |\n|---|---|---|"
			}
			print "| " line " |"
		}
	}
}'
