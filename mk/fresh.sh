#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# fresh.sh: proves the set-up. It makes a minimal Debian 12 with only git and
# ca-certificates in a chroot below out/, clones this repository's HEAD into it,
# and runs ./test there. It needs root and debootstrap, takes some minutes, and
# takes its mounts and the chroot away again (KEEP=1 keeps the chroot; COMMAND
# runs something else than ./test).
set -eu

say() { printf 'fresh: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

[ "$(id -u)" -eq 0 ] || die "needs root, for debootstrap and chroot: sudo make fresh"
if ! command -v debootstrap > /dev/null; then
	say "installing debootstrap"
	apt-get install -y -qq --no-install-recommends debootstrap > /dev/null ||
		die "apt-get could not install debootstrap"
fi

root=$PWD/out/fresh
command=${COMMAND:-./test}
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(REPO_URI)' \
	'Created-By: Packages' | sed -n 's/^Debian|bookworm|//p' | head -n 1)
security=$(apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(REPO_URI)' \
	'Created-By: Packages' | sed -n 's/^Debian|bookworm-security|//p' | head -n 1)
[ -n "$mirror" ] || die "this machine's apt knows no Debian 12 mirror; try make doctor"

finish() {
	for part in proc sys dev/pts dev; do
		if mountpoint -q "$root/$part"; then
			umount "$root/$part" || umount -l "$root/$part"
		fi
	done
	if ! grep -q " $root/" /proc/mounts && [ -z "${KEEP:-}" ]; then
		rm -rf "$root"
	fi
}
trap finish EXIT
trap 'exit 130' INT TERM
finish
rm -rf "$root"
mkdir -p "$root"

begin=$(date +%s)
say "debootstrap (minbase, with git and ca-certificates only)"
debootstrap --variant=minbase --include=git,ca-certificates bookworm \
	"$root" "$mirror" > out/fresh.log 2>&1 || {
	tail -n 20 out/fresh.log >&2
	die "debootstrap failed; the whole log: out/fresh.log"
}
# A minimal system has the plain sources list that debootstrap wrote; add the
# updates and security suites as an installed system has them.
{
	echo "deb $mirror bookworm main"
	echo "deb $mirror bookworm-updates main"
	[ -z "$security" ] || echo "deb $security bookworm-security main"
} > "$root/etc/apt/sources.list"
[ ! -f /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"
[ ! -f /etc/hosts ] || cp -L /etc/hosts "$root/etc/hosts"
for part in $(ls /etc/apt/apt.conf.d); do
	# How this machine reaches its mirror (a proxy, say) holds inside as well.
	if grep -qiE 'proxy|Acquire::https?' "/etc/apt/apt.conf.d/$part"; then
		cp "/etc/apt/apt.conf.d/$part" "$root/etc/apt/apt.conf.d/"
	fi
done
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t devpts devpts "$root/dev/pts" 2>/dev/null || mount --bind /dev/pts "$root/dev/pts"

git clone -q --no-hardlinks . "$root/srv/tessera"
ready=$(date +%s)
say "minimal system ready after $((ready - begin)) s; now $command inside it"
status=0
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb CI=true \
	${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
	chroot "$root" /bin/sh -c 'cd /srv/tessera && '"$command" < /dev/null || status=$?
say "$command took $(($(date +%s) - ready)) s, exit status $status"
exit $status
