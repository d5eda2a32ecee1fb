# SPDX-License-Identifier: Apache-2.0
#
# The include graph is the architecture. Each component may include the public
# headers (include/<component>/) of the ones named for it, its own headers, and
# angle-bracket headers as its row says: none but the compiler's, those and the
# fetched kernel libraries, or any.
. "$SELF/files.sh"
files 'c|h|S' | xargs grep -nE '^[ 	]*#[ 	]*include' /dev/null | awk '
BEGIN {
	# folder, may include, angle brackets
	rule("abi/", "abi", "none")
	rule("lib/common/", "abi common", "kernel")
	rule("boot/", "abi common boot", "kernel")
	rule("nano/", "abi common nano", "kernel")
	rule("kernel/", "abi common kernel", "none")
	rule("lib/user/", "abi common tess", "any")
	rule("core/", "abi common core tess", "any")
	rule("init/", "abi common init tess", "any")
	rule("systems/", "abi common tess", "any")
	rule("services/", "abi common tess", "any")
	rule("drivers/", "abi common tess", "any")
	rule("tests/system/", "abi common tess", "any")
	rule("tests/attack/nano/", "abi common nano attack", "kernel")
	rule("tests/attack/", "abi common kernel attack", "none")
	rule("bench/", "abi common tess", "any")
	rule("tests/prove/", "abi common kernel", "none")
	rule("tests/unit/", "abi common boot nano kernel core init tess", "any")
	rule("tools/tess/", "abi common tess", "any")
	rule("tools/", "abi common", "any")
	rule("mk/", "", "any")
	home["abi"] = "abi/"; home["common"] = "lib/common/"
	home["boot"] = "boot/"; home["nano"] = "nano/"; home["kernel"] = "kernel/"
	home["core"] = "core/"; home["init"] = "init/"; home["attack"] = "tests/attack/"
	compiler = " stdint.h stddef.h stdbool.h stdarg.h stdalign.h stdnoreturn.h limits.h stdatomic.h "
	library = " bearssl.h bearssl_hash.h bearssl_hmac.h bearssl_kdf.h libfdt.h fdt.h "
}
function rule(folder, may, angle) {
	folders[++n] = folder
	allowed[n] = " " may " "
	angles[n] = angle
}
{
	split($0, part, ":")
	path = part[1]
	text = $0
	sub(/^[^:]*:[^:]*:/, "", text)
	place = path ": line " part[2]
	for (i = 1; i <= n && index(path, folders[i]) != 1; i++) { }
	if (i > n) {
		next
	}
	fake = path ~ /\/arch\/fake\//
	if (match(text, /<[^>]*>/)) {
		name = substr(text, RSTART + 1, RLENGTH - 2)
		if (name ~ /^tess\// && index(allowed[i], " tess ")) {
			next
		}
		if (name ~ /^arch\// && folders[i] ~ /^(boot|nano|kernel)\//) {
			next # one of arch/<machine>/include, chosen when it is built
		}
		if (angles[i] == "any" || fake || index(compiler, " " name " ") ||
		    (angles[i] == "kernel" && index(library, " " name " "))) {
			next
		}
		print place ": " folders[i] " may not include <" name ">"
		next
	}
	if (!match(text, /"[^"]*"/)) {
		print place ": an include that is neither \"name\" nor <name>"
		next
	}
	name = substr(text, RSTART + 1, RLENGTH - 2)
	if (name == "offsets.h" || name == "mk/offsets.h") {
		next
	}
	if (name ~ /\.\./) {
		print place ": \"" name "\" climbs out of its folder"
		next
	}
	first = name
	if (!sub(/\/.*/, "", first) || system("test -f " dir(path) name) == 0) {
		# A private header: beside the file, in a folder of its component
		# above it, or among the headers of an arch folder.
		if (!private(path, folders[i], name)) {
			print place ": \"" name "\" is not a private header of " folders[i]
		}
		next
	}
	if (index(name, folders[i]) == 1 ||
	    (folders[i] == "tests/unit/" && name ~ /^[a-z]+\/arch\/fake\//)) {
		next # its own, or the controls of a fake arch
	}
	if (folders[i] ~ /^tests\/(unit|attack\/nano)\/$/ && name ~ /^nano\/arch\//) {
		next # the parts of a machine, which no other may use
	}
	if (folders[i] == "tests/unit/" && name == "tests/system/root/matrix/deputy.h") {
		next # what is asked on the host as well as on the machine
	}
	if (!index(allowed[i], " " first " ")) {
		print place ": " folders[i] " may not include \"" name "\""
	} else if (first in home && system("test -f " home[first] "include/" name) != 0) {
		print place ": \"" name "\" is not a public header of " first
	}
}
function private(path, folder, name,   at, where) {
	for (at = dir(path); index(at, folder) == 1; at = dir(substr(at, 1, length(at) - 1))) {
		if (system("test -f " at name) == 0) {
			return 1
		}
	}
	where = folder == "tests/unit/" ? "*/arch/fake" : folder "arch/*"
	return system("ls " where "/include/" name " > /dev/null 2>&1") == 0
}
function dir(path) {
	sub(/[^\/]*$/, "", path)
	return path
}'
