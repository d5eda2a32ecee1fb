# SPDX-License-Identifier: Apache-2.0
# Every public header compiles alone, so that the order of includes never
# matters.
. "$SELF/files.sh"
files 'h' | grep -E '(^|/)include/' | grep -v '^mk/' | while read -r path; do
	root=${path%%/include/*}
	roots="-I. -Iabi/include -Ilib/common/include -I$root/include"
	case $path in
	*/arch/*) roots="$roots -I${root%/arch/*}/include" ;;
	*) [ ! -d "$root/arch/x86_64/include" ] || roots="$roots -I$root/arch/x86_64/include" ;;
	esac
	case $root in
	core | init) roots="$roots -Ilib/user/include" ;;
	esac
	case $root in
	lib/user | core | init) machine="--target=x86_64-none-elf -isystem out/lib/x86_64/include" ;;
	tools/* | tests/unit*) machine="-isystem out/lib/host/include" ;;
	*/fake) machine=-D_GNU_SOURCE ;;
	*/aarch64) machine="--target=aarch64-none-elf -nostdlibinc" ;;
	*) machine="--target=x86_64-none-elf -nostdlibinc -isystem out/lib/x86_64/kernel-include" ;;
	esac
	echo "$path $machine $roots"
done | xargs -r -P "$JOBS" -L 1 sh -c 'path=$1; shift
	error=$("$0" -std=c17 -fsyntax-only -Wall -Wextra -Wno-unused-function \
		-Wno-pragma-once-outside-header -ffreestanding -x c "$@" "$path" 2>&1 | head -n 1)
	[ -z "$error" ] || echo "$path: does not compile alone: $error"' "clang-$LLVM"
