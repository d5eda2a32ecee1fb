#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# setup.sh: installs the packages of mk/packages that this machine lacks. It
# lists them, asks when a person is there (standard input is a terminal), and
# otherwise goes on. Nothing else on the machine is changed; the libraries that
# are built from source stay below out/.
set -eu

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

missing() {
	grep -v '^#' mk/packages | while read -r package; do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
		[ "$state" = installed ] || printf '%s ' "$package"
	done | sed 's/ $//'
}

command -v dpkg-query > /dev/null ||
	die "this is not a Debian machine; Debian 12 is what Tessera is built on"
wanted=$(missing)
if [ -z "$wanted" ]; then
	# The libraries are fetched from the mirrors in apt's lists; a machine made
	# from an image may have the packages and no lists.
	if [ ! -d out/lib/host ] && [ "$(id -u)" -eq 0 ] &&
		[ -z "$(apt-get indextargets 'Created-By: Packages' 2>/dev/null)" ]; then
		say "apt has no package lists yet; apt-get update"
		apt-get -qq update || die "apt-get update failed; see above"
	fi
	exit 0
fi
say "missing packages: $wanted"

install="apt-get install -y --no-install-recommends $wanted"
if [ "$(id -u)" -eq 0 ]; then
	as=
elif command -v sudo > /dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	as=sudo
else
	die "neither root nor sudo; run this as root:" \
		"apt-get update && $install"
fi
if [ -t 0 ]; then
	printf 'setup: install them now with apt-get? [Y/n] ' >&2
	read -r answer || answer=n
	case $answer in
	'' | y* | Y*) ;;
	*) die "nothing was installed; later: apt-get update && $install" ;;
	esac
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
say "installing (a minute or two)"
if ! $as apt-get update > "$log" 2>&1; then
	cat "$log" >&2
	die "apt-get update failed; see above"
fi
# shellcheck disable=SC2086
if ! $as $install > "$log" 2>&1 < /dev/null; then
	tail -n 30 "$log" >&2
	die "apt-get could not install them; see above"
fi
left=$(missing)
[ -z "$left" ] || die "still missing: $left"
