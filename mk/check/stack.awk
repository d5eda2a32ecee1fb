# SPDX-License-Identifier: Apache-2.0
# Used by rules/stack.sh: reads sizes, named indirect calls and a disassembly,
# prints findings, and keeps the deepest chain in out/check/stack-*.txt.

$1 == "size" {
	if ($3 >= size[$2]) {
		size[$2] = $3
		kind[$2] = $4
		file[$2] = $5
	}
	next
}
$1 == "indirect" {
	pattern[$2] = $3
	next
}
/^[0-9a-f]* ?<[^>]*>:$/ {
	at = $0
	sub(/^[^<]*</, "", at)
	sub(/>:$/, "", at)
	names[++count] = at
	next
}
at != "" && /<[^>]*>/ && $1 ~ /^(call|callq|jmp|j[a-z]+|bl|b|b\.[a-z]+|cbn?z|tbn?z)$/ {
	to = $0
	sub(/^[^<]*</, "", to)
	sub(/[+>].*/, "", to)
	if ((to != at || $1 ~ /^(call|callq|bl)$/) && !((at, to) in edge)) {
		edge[at, to] = 1
		calls[at] = calls[at] " " to
	}
}
at != "" && ($1 ~ /^(blr|br)(aa|ab|aaz|abz)?$/ || ($1 ~ /^(call|callq|jmp|jmpq)$/ && $2 ~ /^\*/)) {
	pointer[at] = 1
}

function finding(place, text) {
	sub(/^:/, "assembly:", place)
	print place ": " arch " " image ": " text
}

# The deepest chain below name; each function is walked once.
function depth(name,   list, n, i, below, most) {
	if (name in done) {
		return done[name]
	}
	if (name in active) {
		if (!(name in cyclic)) {
			cyclic[name] = 1
			finding(file[name] ":" name, "calls itself, directly or through others")
		}
		return 0
	}
	active[name] = 1
	most = 0
	n = split(calls[name], list, " ")
	for (i = 1; i <= n; i++) {
		below = depth(list[i])
		if (below > most) {
			most = below
			next_of[name] = list[i]
		}
	}
	delete active[name]
	done[name] = size[name] + most + (arch == "x86_64" ? 8 : 0)
	return done[name]
}

END {
	for (i = 1; i <= count; i++) {
		if (kind[names[i]] ~ /dynamic/ && kind[names[i]] !~ /bounded/) {
			finding(file[names[i]] ":" names[i], "its stack size is not known when it is compiled")
		}
		if (size[names[i]] > each) {
			finding(file[names[i]] ":" names[i], size[names[i]] " bytes of stack, the limit is " each)
		}
		if (names[i] in pointer) {
			if (!(names[i] in pattern)) {
				finding(file[names[i]] ":" names[i], "calls through a pointer and is not in mk/indirect-calls")
			}
			for (j = 1; j <= count; j++) {
				if (names[i] in pattern && names[j] ~ pattern[names[i]]) {
					calls[names[i]] = calls[names[i]] " " names[j]
				}
			}
		}
	}
	for (i = 1; i <= count; i++) {
		have = depth(names[i])
		if (have > deepest) {
			deepest = have
			top = names[i]
		}
	}
	chain = ""
	for (name = top; name != ""; name = next_of[name]) {
		chain = chain " " name "(" size[name] + 0 ")"
	}
	print deepest " bytes:" chain > ("out/check/stack-" arch "-" image ".txt")
	if (deepest > whole) {
		finding(image, deepest " bytes deep, the limit is " whole ":" chain)
	}
}
