# SPDX-License-Identifier: Apache-2.0
#
# Which functions the instructions of a span lie in.
#
#   LC_ALL=C awk -v run= -f functions.awk SYMBOLS SPANS PROFILE
#
# SYMBOLS: "ADDRESS TYPE NAME IMAGE", in the order of addresses. SPANS: "RUN
# NUMBER PART ROW", of which those of `run` are looked for in PROFILE
# (bench/count.c); PART is 0 for a whole span, 1 and 2 for its halves. Addresses
# have 16 digits and are compared as text, which awk can do exactly. For each
# row there is a line for each image, its functions by cost.
FNR == 1 { file++ }
file == 1 {
	address[++symbols] = $1
	name[symbols] = $3
	image[symbols] = $4
	next
}
file == 2 {
	if ($1 == run) {
		rows[$2] = rows[$2] " " $3 " " $4
	}
	next
}
$1 == "middle" { begin(); part = 1; next }
$1 == "end" {
	if (part != 1) {
		begin()
	}
	part = 0
	next
}
number in rows {
	f = function_at($1)
	sum[part, f] += $2
	seen[f] = 1
}
END { report() }

function begin() {
	report()
	number++
}
function function_at(pc,   low, high, middle) {
	low = 0
	high = symbols
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (address[middle] "" <= pc "") {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low ? image[low] " " name[low] : "none ?"
}
# The instructions of one function in one part.
function share(which, f) {
	return which == 2 ? sum[0, f] - sum[1, f] : sum[which, f]
}
function report(   each, i, n) {
	n = number in rows ? split(rows[number], each, " ") : 0
	for (i = 1; i < n; i += 2) {
		report_row(each[i], each[i + 1])
	}
	for (i in sum) {
		delete sum[i]
	}
	for (i in seen) {
		delete seen[i]
	}
}
function report_row(which, row,   f, i, best, left, part_of, text, total, names) {
	for (f in seen) {
		left[f] = share(which, f)
	}
	for (;;) {
		best = ""
		for (f in left) {
			if (best == "" || left[f] > left[best] || (left[f] == left[best] && f < best)) {
				best = f
			}
		}
		if (best == "" || left[best] == 0) {
			break
		}
		split(best, part_of, " ")
		text[part_of[1]] = text[part_of[1]] ", " part_of[2] " " left[best]
		total[part_of[1]] += left[best]
		delete left[best]
	}
	split("kernel nano user", names, " ")
	for (i = 1; i <= 3; i++) {
		if (names[i] in text) {
			printf "%s: %s %d: %s\n", row, names[i], total[names[i]], substr(text[names[i]], 3)
		}
	}
}
