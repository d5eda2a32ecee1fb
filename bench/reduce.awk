# SPDX-License-Identifier: Apache-2.0
#
# From the raw log of the counting plugin to medians, a table and a verdict.
#
#   awk -v arch= -v base= -v tap= -v other= -f reduce.awk peers.csv budgets.csv LOG
#
# The log is that of several runs, each behind a line "run NAME"; bench/count.c
# has the format of the rest. The table goes to standard output, the verdict as
# TAP lines to `tap`. `other` is a processor model that the budgets are not for: then
# nothing is compared with them. Beside the log come
#   base.csv      the medians, "operation,kernel,nano,user"
#   base.budgets  what the budgets would be now
#   base.spans    where each median is taken from, "RUN NUMBER PART ROW"
#   base.over     the rows over their budgets
# The exit status is not zero if one of the verdicts is "not ok".

BEGIN {
	FS = ","
	rounds = 16
	tolerance = 1.02
	loop_instructions = 2001
	split("kernel nano user", class, " ")
	columns = "%-18s %7s %7s %9s %6s %6s %6s  %s\n"
}

# --- what figures are compared with ---------------------------------------------
FNR == 1 { file++ }
file == 3 && FNR == 1 { FS = " "; $0 = $0 "" }
/^#/ || /^$/ { next }
file == 1 && $1 == arch {
	compared[++compared_count] = $2
	goal[$2] = $3
	sel4[$2] = $4
	nova[$2] = $5
}
file == 2 && $1 == arch {
	budgeted[$2] = 1
	for (c = 1; c <= 3; c++) {
		budget[$2, c] = $(c + 2)
	}
}
file < 3 { next }

# --- the log --------------------------------------------------------------------
$1 == "run" { run = $2; runs++; ended = 0; next }
$1 == "done" { finished++; next }
# "NAME/COUNT": a span is about so many of the operation.
$1 == "row" {
	split($2, part_of, "/")
	whole = part_of[1]
	each[whole] = part_of[2] ? part_of[2] : 1
	half[1] = $3
	half[2] = $4
	next
}
$1 == "begin" {
	take("begin")
	has_middle = skipped[1] = skipped[2] = skipped[3] = 0
	next
}
$1 == "middle" { take("middle"); has_middle = 1; next }
$1 == "pause" { take("pause"); next }
$1 == "continue" {
	for (c = 1; c <= 3; c++) {
		skipped[c] += $(c + 1) - total["pause", c]
	}
	next
}
$1 == "end" {
	take("end")
	ended++
	add(whole, "begin", "end", 0)
	for (n = 1; n <= 2; n++) {
		if (half[n] != "-") {
			if (!has_middle) {
				fail("a span of " whole " has no middle")
			}
			add(half[n], n == 1 ? "begin" : "middle", n == 1 ? "middle" : "end", n)
		}
	}
	next
}
$1 == "dropped" { count[whole]--; next }
$1 == "clock" { clock[count[whole]] = $2; next }
$1 == "at" {
	for (c = 1; c <= 3; c++) {
		total["reset", c] = skipped[c] = 0
		total["at", c] = $(c + 2)
	}
	if (!(("boot." $2) in count)) {
		add("boot." $2, "reset", "at", 0)
	}
	next
}
$1 == "failed" { fail("row " $2 " was answered with status " $3); next }
$1 != "end-of-run" { fail("the log says " $0) }

function take(what) {
	for (c = 1; c <= 3; c++) {
		total[what, c] = $(c + 1)
	}
}
# A figure of a row: what lies between two totals. A pause is never in the first
# half.
function add(name, from, to, part,   i) {
	if (!(name in count)) {
		rows[++row_count] = name
	}
	i = ++count[name]
	for (c = 1; c <= 3; c++) {
		figure[name, i, c] = total[to, c] - total[from, c] - (part == 1 ? 0 : skipped[c])
		figure[name, i, c] = int(figure[name, i, c] / (name in each ? each[name] : 1) + 0.5)
	}
	place[name, i] = run " " ended " " part
}

# --- medians --------------------------------------------------------------------
# The eighth of sixteen values in order: one that occurred.
function median(name, c,   i, j, v, sorted) {
	for (i = 1; i <= count[name]; i++) {
		v = figure[name, i, c]
		for (j = i; j > 1 && sorted[j - 1] > v; j--) {
			sorted[j] = sorted[j - 1]
		}
		sorted[j] = v
	}
	return sorted[int((count[name] + 1) / 2)]
}
# Where a median is taken from: the first span with the figures of both floors.
function representative(name,   i) {
	for (i = 1; i < count[name]; i++) {
		if (figure[name, i, 1] == m[name, 1] && figure[name, i, 2] == m[name, 2]) {
			break
		}
	}
	return place[name, i]
}
# Rows that have a verdict of their own, or grow with what is booted.
function needs_no_budget(name) {
	return name ~ /^(calibration|clock|boot)\./
}

# --- the verdicts ---------------------------------------------------------------
function tell(good, text, why) {
	printf "%sok - bench %s %s%s\n", good ? "" : "not ", arch, text, \
		good ? "" : ": " why " # repeat: make bench ARCH=" arch > tap
	bad += !good
}
function fail(why) {
	tell(0, "measures", why)
}
function judge(name,   c, note, text) {
	if (other != "" || needs_no_budget(name)) {
		return ""
	}
	if (!(name in budgeted)) {
		over[++over_count] = name
		return "OVER: it has no budget"
	}
	for (c = 1; c <= 3; c++) {
		text = class[c] " budget " budget[name, c]
		if (m[name, c] > budget[name, c] * tolerance) {
			note = "OVER: " text (note ? ", " note : "")
		} else if (m[name, c] < budget[name, c]) {
			note = note (note ? ", " : "") "better: " text
		}
	}
	if (note ~ /OVER/) {
		over[++over_count] = name
	}
	return note
}
function or_dash(text) {
	return text == "" ? "-" : text
}
function line(name, measured,   note) {
	note = measured ? judge(name) : "not built yet"
	if (measured && goal[name] != "") {
		note = (m[name, 1] <= goal[name] ? "goal met" : m[name, 1] - goal[name] " to go") \
			(note ? ", " note : "")
	}
	printf columns, name, measured ? m[name, 1] : "-", measured ? m[name, 2] : "-", \
		measured ? m[name, 3] : "-", or_dash(goal[name]), or_dash(sel4[name]), \
		or_dash(nova[name]), note
}
function is_calibrated(   c) {
	for (c = 1; c <= 3; c++) {
		if (m["calibration.empty", c] != 0 ||
		    m["calibration.loop", c] != (c == 3 ? loop_instructions : 0)) {
			return 0
		}
	}
	return count["calibration.empty"] > 0
}
# The counter of the machine and the plugin must have seen the same: each span
# is one instruction longer than what passed between the two readings in it.
function clocks_differ(   i, sum, differ) {
	for (i = 1; i <= count["clock.call"]; i++) {
		sum = 0
		for (c = 1; c <= 3; c++) {
			sum += figure["clock.call", i, c]
		}
		differ += sum != clock[i] + 1
	}
	return count["clock.call"] ? differ + 0 : rounds
}

END {
	if (runs < 3 || finished < 2) {
		fail("not every run came to its end")
	}
	for (r = 1; r <= row_count; r++) {
		name = rows[r]
		if (count[name] != rounds && name !~ /^boot\./) {
			fail("row " name " has " count[name] " spans, not " rounds)
		}
		for (c = 1; c <= 3 && count[name]; c++) {
			m[name, c] = median(name, c)
		}
	}
	printf "%s: instructions, medians of %d\n", arch, rounds
	printf columns, "operation", "kernel", "nano", "user", "goal", "seL4", "NOVA", ""
	print "operation,kernel,nano,user" > (base ".csv")
	printf "" > (base ".budgets")
	printf "" > (base ".spans")
	printf "" > (base ".over")
	for (r = 1; r <= row_count; r++) {
		name = rows[r]
		line(name, 1)
		figures = m[name, 1] "," m[name, 2] "," m[name, 3]
		print name "," figures > (base ".csv")
		if (!needs_no_budget(name)) {
			print arch "," name "," figures > (base ".budgets")
		}
		print representative(name), name > (base ".spans")
	}
	for (r = 1; r <= compared_count; r++) {
		if (!(compared[r] in count)) {
			line(compared[r], 0)
		}
	}
	for (name in budgeted) {
		if (!(name in count)) {
			fail("row " name " has a budget and was not measured")
		}
	}
	for (r = 1; r <= over_count; r++) {
		why = why (why ? ", " : "") over[r]
		print over[r] > (base ".over")
	}
	tell(is_calibrated(), "is calibrated", "an empty span, or a loop of known length, is not")
	tell(!clocks_differ(), "agrees with the counter of the machine", \
		clocks_differ() " of " rounds " spans differ")
	if (other == "") {
		tell(!over_count, "within budgets", why)
	}
	exit bad > 0
}
