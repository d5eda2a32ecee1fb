# SPDX-License-Identifier: Apache-2.0
#
# points.awk EXTRA=FILE DWARF LINES DISASSEMBLY: the functions of the kernel that may
# fail, and the places that call them, as lines
#   function ADDRESS VALUE NAME     VALUE: what it returns then; -1: a status
#   point ADDRESS NAME CALLED       ADDRESS: where the call returns to
# DWARF is from llvm-dwarfdump: what returns a status_t may fail. EXTRA names the
# others and what they return. The kernel's functions are those that begin with
# the hook.
function address(text) { sub(/^.*0x0*/, "", text); sub(/\).*/, "", text); return text }

FILENAME ~ /extra$/ {
	if (!/^#/) { extra[$1] = $2 }
	next
}
FILENAME ~ /dwarf$/ {
	if (/DW_TAG_/) { in_function = /DW_TAG_subprogram/; low = "" }
	if (!in_function) { next }
	if (/DW_AT_low_pc/) { low = address($2) }
	if (/DW_AT_type/ && low != "" && /"status_t"/) { value[low] = -1 }
	next
}
/^[0-9a-f]+ <.*>:$/ {
	here = $1; sub(/^0+/, "", here)
	name = $2; gsub(/[<>:]/, "", name)
	first = 1
	next
}
/^ *[0-9a-f]+:/ {
	at = $1; sub(/:/, "", at)
	if (called != "") { target[at] = called; from[at] = caller }
	called = ""
	if (first) { ours = /<__fentry__>/; first = 0
		if (ours) {
			if (name in extra) { value[here] = extra[name]; used[name] = 1 }
			if (here in value && value[here] == "given") { delete value[here] }
			if (here in value) { print "function", here, value[here], name; names[here] = name }
		}
		next
	}
	if (ours && /callq/) {
		called = /\*/ ? "indirect" : $3
		sub(/^0x/, "", called)
		caller = name
	}
}
END {
	for (at in target) {
		if (target[at] in names) { print "point", at, from[at], names[target[at]] }
		else if (target[at] == "indirect") { print "point", at, from[at], "indirect" }
	}
	for (name in extra) { if (!(name in used)) { print "unknown", name } }
}
