# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy over every source that is compiled, once for each machine whose
# build it has a part in: files in an arch folder for their own machine, the
# others for the first of x86_64, aarch64 and host that builds them. A source is
# looked at again only after its object was rebuilt.
db=out/check/tidy
mkdir -p "$db"
for root in out/x86_64-release out/aarch64-release out/host; do
	[ ! -d $root ] || find $root -name '*.c.o.json' | sort
done | while read -r json; do
	sed -n 's/.*"file": "\([^"]*\)".*/\1/p' "$json" | sed "s|\$| $json|"
done | awk '!/^\// && !seen[$1]++ && system("test -f " $1) == 0' > "$db/list"

{
	echo '['
	cut -d' ' -f2 "$db/list" | xargs cat | sed '$s/,$//'
	echo ']'
} > "$db/compile_commands.json"

while read -r source json; do
	object=${json%.json}
	if [ -n "$(find "$object" .clang-tidy tests/unit/.clang-tidy -newer "$object.tidy" 2>/dev/null)" ] ||
		[ ! -f "$object.tidy" ]; then
		echo "$source $object"
	fi
done < "$db/list" | xargs -r -P "$JOBS" -L 1 sh -c '
	clang-tidy-'"$LLVM"' -p '"$db"' --quiet "$1" > "$2.tidy-out" 2> /dev/null
	if [ -s "$2.tidy-out" ]; then
		rm -f "$2.tidy"
		cat "$2.tidy-out"
	else
		touch "$2.tidy"
	fi' sh > "$db/out"
sed -n "s|^$PWD/||; s|^\([^ :]*\):\([0-9]*\):[0-9]*: \(.*\)|\1: line \2: \3|p" "$db/out" |
	grep -v ': note: ' | sort -u || :
