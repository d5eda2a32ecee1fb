#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# abi-objects.sh: prints docs/abi-objects.md, from the tables of
# abi/include/abi/objects.h as the preprocessor expands them.
set -eu

{
	cat << 'END'
#include "abi/objects.h"
#define E(status) status
#define TYPE(number, name, built, made, bits, least, most, text) \
	@type number ~ name ~ built ~ made ~ bits ~ least ~ most ~ text @end
#define METHOD(type, number, name, arguments, results, in, out, errors) \
	@method type ~ number ~ name ~ arguments ~ results ~ in ~ out ~ errors @end
#define RIGHT(bit, name, text) @right bit ~ name ~ text @end
ABI_OBJECT_TYPES(TYPE) ABI_METHODS(METHOD) ABI_RIGHTS(RIGHT)
END
} | "clang-${LLVM:-19}" -E -P -Iabi/include -D__ASSEMBLER__ -x c - | awk '
function size(bits, least, most) {
	return least == most ? 2 ^ bits " bytes" : \
		bits ? "2^n times " 2 ^ bits " bytes, n from " least " to " most : \
		"2^n bytes, n from " least " to " most
}
# The fields of a row; a bar in one is escaped, as in any table.
function fields(line, field, count, i) {
	count = split(line, field, /~/)
	for (i = 1; i <= count; i++) {
		gsub(/^ +| +$/, "", field[i])
		gsub(/\|/, "\\|", field[i])
	}
	return count
}
{ all = all $0 " " }
END {
	print "# Kernel objects\n"
	print "Made by `make docs` from `abi/include/abi/objects.h`; do not edit.\n"
	print "CALL on a capability of an object invokes a method: label bits 0-4, which is also the bit of the"
	print "capability'"'"'s `ops` that permits it. Arguments are words 0-7 and the length is their number; results come"
	print "back in the same words. Checked in this order: the address names a capability (NO_CAPABILITY), the type"
	print "has the method (NO_METHOD), the capability permits it (NO_RIGHT), label and length are exact"
	print "(BAD_ARGUMENT); then an object of a later version answers NOT_BUILT. A method may also refuse an argument"
	print "(BAD_ARGUMENT), or one that names no capability (NO_CAPABILITY) or one that permits too little"
	print "(NO_RIGHT). Its other errors stand with it. A refused call changes nothing but the counters of refusals."
	print "\nStubs in C: `<tess/objects.h>`."
	n = split(all, part, "@")
	for (i = 2; i <= n; i++) {
		line = part[i]
		sub(/ *end *$/, "", line)
		gsub(/" *"/, "", line)
		gsub(/"/, "", line)
		if (sub(/^type /, "", line)) {
			types++
			fields(line, f)
			name[types] = f[2]
			head[types] = "\n## " f[1] ": " f[2] "\n\n" toupper(substr(f[8], 1, 1)) substr(f[8], 2) ". " \
				(f[4] ? "retype makes it: " size(f[5], f[6], f[7]) "." : "retype does not make it.") \
				(f[3] ? "" : " Not built yet but for `info`.")
		} else if (sub(/^method /, "", line)) {
			fields(line, f)
			errors = f[8]
			gsub(/ +/, ", ", errors)
			methods[f[1]] = methods[f[1]] "| " f[2] " | " f[3] " | " f[4] " | " f[6] " | " f[7] " | " errors " |\n"
		} else if (sub(/^right /, "", line)) {
			fields(line, f)
			rights = rights "| " f[1] " | " f[2] " | " f[3] " |\n"
		}
	}
	for (i = 1; i <= types; i++) {
		print head[i]
		if (name[i] in methods) {
			print "\n| method | name | arguments | in | out | errors |\n|---|---|---|---|---|---|"
			printf "%s", methods[name[i]]
		}
	}
	print "\n## Rights\n\n| bit | name | permits |\n|---|---|---|"
	printf "%s", rights
}'
