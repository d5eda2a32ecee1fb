#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# bite.sh ARCH OUT ARCHIVE [DEFENCE]: boots the hostile kernel on a test image
# of nano once for each defence that tests/attack/defences lists for ARCH, with
# that one off, and once with all of them on; prints TAP. ARCHIVE is the same
# file in every run: QEMU is told which defence is off (fw_cfg).
#
# With a defence off, each attack listed for it must have had an effect, which
# the hostile kernel saw and printed before it said "not ok". With none off,
# none may have one. boot measures the kernel's image in each run; the measures
# must all be the same, and that of `make attack` if that ran with this image.
set -eu

arch=$1
out=$2
archive=$3
only=${4:-}
list=tests/attack/defences
logs=$out/bite
again="make bite ARCH=$arch UNDEFENDED="
mkdir -p "$logs"
[ -n "$only" ] || rm -f "$logs"/*.log

names=$(awk -v arch="$arch" '$1 == arch {sub(/:$/, "", $2); print $2}' "$list")
[ -z "$only" ] || names=$(printf '%s\n' "$names" | grep -x "$only" || :)
if [ -z "$names" ]; then
	echo "not ok - bite $arch $only: not in $list # repeat: $again$only"
	exit
fi

case $arch in
aarch64) MACHINE=its=on ;;
*) MACHINE= ;;
esac
export MACHINE

# What is off shows only in what QEMU is told; a run that does not end in time
# is judged by what it printed.
printf '%s\n' none $names | xargs -P "${JOBS:-1}" -I '{}' sh -c '
	CPUS=2 SEED=1 TIMEOUT=200 LOG=$3/$4.log sh tests/runner/qemu.sh "$1" "$2" "$5" \
		-fw_cfg name=opt/tessera/undefended,string="$4" \
		> /dev/null 2> "$3/$4.err"; echo $? > "$3/$4.status"
	' sh "$arch" "$out" "$logs" '{}' "$archive"

# The attacks listed for a defence, one a line, behind their ids.
listed() {
	awk -v arch="$arch" -v name="$1" '
	/^[a-z]/ { on = $1 == arch && $2 == name ":" }
	/^\t/ && on { sub(/^\t/, ""); print }' "$list"
}

result() { # what is wrong, or nothing; the title; its ids; the defence
	if [ -z "$1" ]; then
		echo "ok - bite $arch $2 # $3"
	else
		echo "not ok - bite $arch $2: $1 # repeat: $again$4"
	fi
}

measured() { sed -n 's/^boot: measured kernel //p' "$1" 2> /dev/null | head -n 1; }
want=$(measured "$logs/none.log")
attack=$out/attack-default.log
[ "$attack" -nt "$out/attack.elf" ] || attack=
for log in $attack "$logs"/*.log; do
	name=$(basename "$log" .log)
	[ -n "$only" ] && [ "$name" != "$only" ] && continue
	[ -n "$want" ] && [ "$(measured "$log")" = "$want" ] ||
		result "measured '$(measured "$log")' and not '$want'" \
			"$name: the attack is another one" A1 "$name"
done

wrong=
grep -q '^# effect:' "$logs/none.log" && wrong='an attack had an effect'
[ "$(cat "$logs/none.status")" -eq 0 ] || wrong="exit status $(cat "$logs/none.status")"
result "$wrong" "none: no attack has an effect" "A1 A2" none

for name in $names; do
	log=$logs/$name.log
	grep -q "^nano: a test image, undefended: $name\$" "$log" ||
		result 'nano did not say so' "$name: it is off" A1 "$name"
	listed "$name" | while read -r attack; do
		# The effect stands before the result it belongs to.
		seen=$(awk -v want="$attack" '
		/^# effect: / { effect = substr($0, 11) }
		/^(not )?ok [0-9]+ / {
			line = $0
			sub(/^(not )?ok [0-9]+ /, "", line)
			ids = line
			sub(/.* # /, "", ids)
			sub(/ # .*/, "", line)
			if (line == want) {
				print ids "|" (/^not/ ? effect : "")
				exit
			}
			effect = ""
		}' "$log")
		ids=${seen%%|*}
		effect=${seen#*|}
		result "$([ -n "$effect" ] || echo no effect was seen)" \
			"$name: $attack" "${ids:-A1}" "$name"
	done
done
