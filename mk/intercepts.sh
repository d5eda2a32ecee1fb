#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# intercepts.sh: prints docs/intercepts.md, from nano's tables of intercepts, MSRs
# and trap bits as the preprocessor expands them.
set -eu

{
	cat << 'END'
#include "nano/arch/x86_64/intercept_list.h"
#include "nano/arch/x86_64/msr_list.h"
#include "nano/arch/aarch64/trap_list.h"
#define EXIT(first, count, does, name, reason) @exit first | count | does | name | reason @end
#define OPEN(first, count, name, reason) @open first | count | name | reason @end
#define CONTROL(field, value, name, reason) @control field | value | name | reason @end
#define RULE(name, number, reads, writes, reason) @rule number | name | reads | writes | reason @end
#define REFUSED(first, last, name, reason) @refused first | last | name | reason @end
#define TRAP(reg, first, last, value, feature, name, reason) @trap reg | first | last | value | feature | name | reason @end
INTERCEPTS(EXIT) INTERCEPTS_OPEN(OPEN) VMCB_CONTROLS(CONTROL) MSR_RULES(RULE) MSR_REFUSED(REFUSED) TRAPS(TRAP)
END
} | "clang-${LLVM:-19}" -E -P -I. -x c - | awk '
function head(kind) {
	if (kind == last) {
		return
	}
	last = kind
	if (kind == "exit") {
		print "\n## x86_64: what exits\n"
		print "STOP ends the run; UNDEFINED is #UD and PROTECTED #GP for the kernel; the others nano answers.\n"
		print "| exit code | how many | nano | what | reason |\n|---|---|---|---|---|"
	} else if (kind == "open") {
		print "\n## x86_64: what does not\n"
		print "| exit code | how many | what | reason |\n|---|---|---|---|"
	} else if (kind == "control") {
		print "\n## x86_64: other fields of the VMCB\n"
		print "| field | value | what | reason |\n|---|---|---|---|"
	} else if (kind == "rule") {
		print "\n## x86_64: MSRs that are open\n"
		print "| number | name | read | write | reason |\n|---|---|---|---|---|"
	} else if (kind == "refused") {
		print "\n## x86_64: MSRs that are not\n"
		print "Every MSR that is not open is refused with #GP; these are the ones that somebody may look for.\n"
		print "| first | last | name | reason |\n|---|---|---|---|"
	} else {
		print "\n## aarch64: trap bits\n"
		print "A row counts where the CPU has the feature. HPMN, bits 0 to 4 of MDCR_EL2, stays as the CPU was reset to.\n"
		print "| register | first bit | last bit | value | feature | name | reason |\n|---|---|---|---|---|---|---|"
	}
}
{ all = all $0 " " }
END {
	print "# What the kernel'"'"'s world does not do alone\n"
	print "Made by `make docs` from `intercept_list.h` and `msr_list.h` of `nano/arch/x86_64` and `trap_list.h` of"
	print "`nano/arch/aarch64`; do not edit. The same lists program the CPU. Each bit that a CPU offers nano for the"
	print "purpose has a row, set or not; a unit test compares the lists with what is programmed."
	n = split(all, part, "@")
	for (i = 2; i <= n; i++) {
		line = part[i]
		match(line, /^[a-z]+ /)
		kind = substr(line, 1, RLENGTH - 1)
		if (kind == "end") {
			continue
		}
		line = substr(line, RLENGTH + 1)
		gsub(/" *"/, "", line)
		gsub(/"/, "", line)
		gsub(/ +$/, "", line)
		head(kind)
		line = "| " line " |"
		if (kind == "trap") {
			sub(/ \|/, "_EL2 |", line)
			sub(/ SET /, " 1 ", line)
			sub(/ CLEAR /, " 0 ", line)
			sub(/ ALWAYS /, " ", line)
			sub(/\|  \|/, "| |", line)
		}
		if (kind == "rule" || kind == "refused") {
			line = plain(line)
		}
		print line
	}
}
# Numbers without the suffix that C gives them.
function plain(line,    out) {
	while (match(line, /0x[0-9a-f]+u/)) {
		out = out substr(line, 1, RSTART + RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
	}
	return out line
}'
