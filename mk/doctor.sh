#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# doctor.sh: looks at this machine and says what is wrong, why it matters and
# what to do. It changes nothing. The exit status is 1 when something is wrong.
set -u

problems=0
LLVM=${LLVM:-19}

good() { printf '  ok       %-22s %s\n' "$1" "$2"; }
bad() {
	problems=$((problems + 1))
	printf '  PROBLEM  %-22s %s\n' "$1" "$2"
	[ -z "${3:-}" ] || printf '  %31s fix: %s\n' '' "$3"
}

# tool NAME PACKAGE WHY [MAJOR]: prints its version; MAJOR is the one we need.
tool() {
	if ! command -v "$1" > /dev/null; then
		bad "$1" "not found; $3" "apt-get install $2"
		return
	fi
	version=$("$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1)
	case $version in
	"${4:-}"*) good "$1" "$version" ;;
	*) bad "$1" "version $version, needed $4; $3" "apt-get install $2" ;;
	esac
}

echo "machine"
. /etc/os-release 2>/dev/null || ID=unknown
if [ "${ID:-} ${VERSION_ID:-}" = "debian 12" ]; then
	good system "Debian $(cat /etc/debian_version), $(uname -m), $(nproc) CPUs"
else
	bad system "${PRETTY_NAME:-unknown}; tested is Debian 12 only" ""
fi
[ "$(uname -m)" = x86_64 ] || bad processor \
	"$(uname -m); the host's compiler runtime is taken from amd64" ""
space=$(df -Pk . | awk 'NR == 2 {print int($4 / 1024)}')
if [ "$space" -gt 1024 ]; then
	good "space here" "$space MiB"
else
	bad "space here" "$space MiB; a full build needs about 500 MiB" "free some"
fi
if mkdir -p out 2>/dev/null && [ -w out ]; then
	good out/ "writable"
else
	bad out/ "not writable; all output goes there" "chown it, or clone anew"
fi

echo "tools"
tool make make "it runs the build" 4
tool clang-$LLVM clang-$LLVM "the one compiler for every target" $LLVM
tool ld.lld-$LLVM lld-$LLVM "the linker" $LLVM
tool llvm-objcopy-$LLVM llvm-$LLVM "makes the aarch64 boot image" $LLVM
tool clang-format-$LLVM clang-format-$LLVM "make check" $LLVM
tool clang-tidy-$LLVM clang-tidy-$LLVM "make check" $LLVM
tool meson meson "builds picolibc"
tool ninja ninja-build "builds picolibc"
tool qemu-system-x86_64 qemu-system-x86 "runs the system"
tool qemu-system-aarch64 qemu-system-arm "runs the system"
tool gdb-multiarch gdb-multiarch "make gdb"

echo "packages (mk/packages)"
missing=$(grep -v '^#' mk/packages | while read -r package; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
		printf '%s ' "$package"
done)
if [ -z "$missing" ]; then
	good packages "all $(grep -vc '^#' mk/packages) installed"
else
	bad packages "missing: $missing" "apt-get update && apt-get install --no-install-recommends $missing"
fi
if [ "$(id -u)" -eq 0 ]; then
	good rights "root: ./run and ./test can install packages"
elif command -v sudo > /dev/null; then
	good rights "sudo: ./run and ./test ask it to install packages"
elif [ -n "$missing" ]; then
	bad rights "neither root nor sudo, so nothing can be installed" "see the line above, as root"
fi

echo "libraries (mk/libs.lock)"
want=$(cat mk/libs.lock mk/build-libs.sh mk/include/* | sha256sum | cut -c1-64)
for arch in x86_64 aarch64 host; do
	have=$(cat out/lib/$arch/stamp 2>/dev/null)
	if [ "$have" = "$want" ]; then
		good "out/lib/$arch" "built from this lock file"
	elif [ -n "$have" ]; then
		bad "out/lib/$arch" "built from another lock file or recipe" "make libs"
	elif [ -d "out/lib/.build-$arch" ]; then
		bad "out/lib/$arch" "a build stopped half way; its log is in out/lib/.build-$arch" "make libs"
	else
		bad "out/lib/$arch" "not built yet" "make libs (./run and ./test do it themselves)"
	fi
done

echo "mirrors (of this machine's apt)"
mirrors=$(apt-get indextargets --format '$(ORIGIN)|$(SITE)|$(RELEASE)|$(REPO_URI)' \
	'Created-By: Packages' 2>/dev/null | sort -u | grep -E '^(Debian|\$|)[^|]*\|[^|]*\|bookworm')
[ -n "$mirrors" ] || bad mirrors "apt knows no Debian 12 mirror" "add one to apt's sources, then apt-get update"
state=$(mktemp -d)
printf '%s\n' "$mirrors" | while IFS='|' read -r origin site release uri; do
	[ -n "$uri" ] || continue
	echo "$release|$uri"
	# The libraries' sources come from the same mirror's trixie.
	[ "$release" != bookworm ] || echo "trixie|$uri"
done | while IFS='|' read -r release uri; do
	mkdir -p "$state/lists/partial"
	: > "$state/status"
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
		"$uri" "$release" > "$state/x.list"
	if timeout 60 apt-get -qq -o Dir::Etc::sourcelist="$state/x.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State::lists="$state/lists" \
		-o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" \
		-o APT::Sandbox::User=root -o APT::Update::Error-Mode=any \
		-o Acquire::Languages=none -o Acquire::Retries=1 update > "$state/log" 2>&1
	then
		good "$release" "reachable, signature good"
	else
		bad "$release" "cannot be read: $(tail -n 1 "$state/log")" "check the network and apt's sources"
		touch "$state/failed"
	fi
done
[ ! -e "$state/failed" ] || problems=$((problems + 1))
rm -rf "$state"

echo
if [ $problems -eq 0 ]; then
	echo "doctor: nothing is wrong"
else
	echo "doctor: problems found: $problems"
fi
exit $((problems > 0))
