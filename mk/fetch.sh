#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# fetch.sh LOCK DEST: fetches and unpacks the pinned libraries of LOCK.
#
# It uses an apt state of its own below DEST, so nothing of the machine's apt
# configuration, lists or cache is changed and no root rights are needed. The
# mirrors are the ones this machine already uses for Debian; the indexes are
# checked with Debian's keyring, and each file with the SHA-256 in LOCK ("-" for
# version, file and hash: the one that the index offers).
# A package that is already unpacked with the right hash is left alone.
set -eu

lock=$1
mkdir -p "$2"
dest=$(cd "$2" && pwd)
state=$dest/.apt
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'fetch: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

case $lock in /*) ;; *) lock=$PWD/$lock ;; esac
[ -r "$lock" ] || die "cannot read $lock"
[ -r "$keyring" ] || die "no $keyring; install debian-archive-keyring"

uses() { grep -qE "^($1) " "$lock"; }

# stanza TYPE URI SUITES [ARCHITECTURE]
stanza() {
	printf 'Types: %s\nURIs: %s\nSuites: %s\n' "$1" "$2" "$3"
	[ -z "${4:-}" ] || printf 'Architectures: %s\n' "$4"
	printf 'Components: main\nSigned-By: %s\n\n' "$keyring"
}

# What LOCK needs of each Debian mirror in use. A mirror that serves bookworm
# also serves its updates and trixie; the security mirror serves its own suite.
sources() {
	apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null | sort -u |
	while IFS='|' read -r origin release uri; do
		case $origin in Debian | '' | '$(ORIGIN)') ;; *) continue ;; esac
		case $release in
		bookworm) suites='bookworm bookworm-updates' later=trixie ;;
		bookworm-security) suites=bookworm-security later= ;;
		*) continue ;;
		esac
		! uses 'full|tar' || stanza deb-src "$uri" "$suites $later"
		! uses arm64 || stanza deb "$uri" "$suites" arm64
		[ -z "$later" ] || ! uses amd64 || stanza deb "$uri" $later amd64
	done
}

apt() {
	tool=$1
	shift
	"$tool" -qq -o Dir::Etc::sourcelist="$state/tessera.sources" \
		-o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=- \
		-o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache" \
		-o Dir::State::status="$state/status" -o APT::Architecture=amd64 \
		-o APT::Architectures::=amd64 -o APT::Architectures::=arm64 \
		-o Acquire::AllowInsecureRepositories=false \
		-o Acquire::Languages=none -o Acquire::Retries=3 \
		-o APT::Update::Error-Mode=any -o APT::Sandbox::User=root "$@"
}

offered() {
	case $1 in
	full | tar) apt apt-cache showsrc --only-source "$2" ;;
	*) apt apt-cache show "$2:$1" ;;
	esac 2>/dev/null | sed -n 's/^Version: /  /p' | sort -u
}

download() {
	case $1 in
	full) apt apt-get source --only-source --download-only "$2=$3" ;;
	tar) apt apt-get source --only-source --download-only --tar-only "$2=$3" ;;
	*) apt apt-get download "$2:$1${3:+=$3}" ;;
	esac
}

unpack() {
	rm -rf "$2"
	case $1 in
	full) dpkg-source -q --no-check -x "$3" "$2" ;;
	tar) mkdir "$2" && tar -xf "$3" -C "$2" --strip-components=1 ;;
	*) mkdir "$2" && dpkg-deb -x "$3" "$2" ;;
	esac
}

cd "$dest"
todo=$(grep -Ev '^(#|$)' "$lock" | while read -r mode pkg version file sum; do
	[ -e "$pkg/.ok-$sum" ] || echo "$mode $pkg $version $file $sum"
done)
[ -n "$todo" ] || exit 0

mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
: > "$state/status"
sources > "$state/tessera.sources"
[ -s "$state/tessera.sources" ] || die "this machine's apt knows no Debian 12" \
	"(bookworm) mirror, or has no lists yet; as root: apt-get update"
apt apt-get update || die "cannot read Debian's package indexes (above is what" \
	"apt said); is the network up? 'make doctor' looks at each mirror"

printf '%s\n' "$todo" | while read -r mode pkg version file sum; do
	say "$pkg $version"
	if [ "$version" = - ]; then
		rm -f "${pkg}_"*.deb
		download "$mode" "$pkg" "" > .log 2>&1 || {
			cat .log >&2
			die "the archive does not serve $pkg"
		}
		unpack "$mode" "$pkg" "$(ls "${pkg}_"*.deb)"
		touch "$pkg/.ok-$sum"
		continue
	fi
	if ! download "$mode" "$pkg" "$version" > .log 2>&1; then
		cat .log >&2
		say "the archive does not serve $pkg $version; it offers:"
		offered "$mode" "$pkg" >&2
		die "choose one and change the '$mode $pkg' line of $lock"
	fi
	[ -f "$file" ] || die "$pkg $version came without the file $file;" \
		"correct the file name in its line of $lock"
	have=$(sha256sum "$file" | cut -d' ' -f1)
	if [ "$have" != "$sum" ]; then
		rm -f "$file"
		say "$file is not the file that was pinned; it was removed"
		die "expected SHA-256 $sum, found $have"
	fi
	unpack "$mode" "$pkg" "$file"
	touch "$pkg/.ok-$sum"
done
