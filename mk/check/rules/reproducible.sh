# SPDX-License-Identifier: Apache-2.0
# The same source gives the same bytes wherever it is built: everything that
# boots is built once more in another folder and compared. The host tool and the
# fetched libraries are taken as they are.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
again=$work/a-folder/with-another/name
mkdir -p "$again/out"
find . \( -path ./out -o -path ./.git \) -prune -o ! -type d -print | tar -cf - -T - | tar -xf - -C "$again"
ln -s "$PWD/out/lib" "$again/out/lib"
ln -s "$PWD/out/src" "$again/out/src"
cp -a out/host "$again/out/host"
for arch in x86_64 aarch64; do
	for tree in . "$again"; do
		MAKEFLAGS= make -s -C "$tree" -j "$JOBS" ARCH=$arch MODE=release archive \
			> "$work/log" 2>&1 || {
			cat "$work/log" >&2
			exit 1
		}
	done
	for image in boot.elf nano.elf kernel.elf core.elf init.elf systems/systems_demo/archive; do
		cmp -s "out/$arch-release/$image" "$again/out/$arch-release/$image" ||
			echo "out/$arch-release/$image: differs when it is built in another folder"
	done
done
