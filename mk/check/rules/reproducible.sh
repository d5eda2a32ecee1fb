# SPDX-License-Identifier: Apache-2.0
# The same source gives the same bytes wherever and however it is built: what
# boots is built once more in another folder, from files of another age, with
# another home, time zone and umask, and compared. The host tool and the fetched
# libraries are taken as they are.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
again=$work/a-folder/with-another/name
mkdir -p "$again/out/host"
find . \( -path ./out -o -path ./.git \) -prune -o ! -type d -print | tar -cf - -T - | tar -xf - -C "$again"
find "$again" -name '*.[chS]' -exec touch -d '2001-02-03 04:05' '{}' +
ln -s "$PWD/out/lib" "$again/out/lib"
ln -s "$PWD/out/src" "$again/out/src"
cp -a out/host/tess out/host/tool "$again/out/host"
build() {
	MAKEFLAGS='' make -s -C "$1" -j "$JOBS" ARCH="$2" MODE=release archive capsules \
		> "$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
}
for arch in x86_64 aarch64; do
	build . $arch
	(umask 077 && HOME=/ TZ=Pacific/Chatham LC_ALL=C.UTF-8 build "$again" $arch) || exit 1
	out=out/$arch-release
	for image in $out/boot.elf $out/boot.img $out/nano.elf $out/kernel.elf $out/core.elf \
		$out/init.elf $out/capsules/*.elf $out/systems/systems_demo/manifest.bin \
		$out/systems/systems_demo/archive; do
		[ ! -f "$image" ] || cmp -s "$image" "$again/$image" ||
			echo "$image: differs when it is built in another folder"
	done
done
