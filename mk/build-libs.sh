#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build-libs.sh ARCH: fetches the pinned libraries and builds them for ARCH
# (x86_64, aarch64 or host) into out/lib/ARCH, once:
#   include/ lib/libc.a      picolibc, for user code (not for the host)
#   builtins.a               compiler-rt, for user code (not for the host)
#   kernel-include/ libfdt.a libbearssl-kernel.a   for boot and nano; the host
#                            has the same two in include/, for tools and tests;
#                            *.su says how much stack their functions take
# Several makes may run at once, so a lock lets one build and the others wait.
set -eu

arch=$1
src=$PWD/out/src
dest=$PWD/out/lib/$arch
work=$PWD/out/lib/.build-$arch
llvm=${LLVM:-19}
cc=clang-$llvm
ar=llvm-ar-$llvm

die() { printf 'libraries: %s\n' "$*" >&2; exit 1; }

mkdir -p out/lib
exec 9> "out/lib/.lock"
flock 9
want=$(cat mk/libs.lock mk/build-libs.sh mk/include/* | sha256sum | cut -c1-64)
if [ "$(cat "$dest/stamp" 2>/dev/null || :)" = "$want" ]; then
	touch "$dest/stamp"
	exit 0
fi
sh mk/fetch.sh mk/libs.lock "$src"
printf '  %-6s %s\n' LIBS "out/lib/$arch" >&2
rm -rf "$work" "$dest.new"
mkdir -p "$work" "$dest.new/lib" "$dest.new/include"

# What every library object is compiled with. The code is position-independent
# so that one archive serves boot (low addresses) and nano (the top 2 GiB).
common="-Os -g -ffreestanding -fPIE -ffunction-sections -fdata-sections
	-fno-stack-protector -fno-asynchronous-unwind-tables
	-fdebug-compilation-dir=lib -ffile-prefix-map=$src=lib
	-ffile-prefix-map=$work=lib -ffile-prefix-map=$dest.new=lib"
case $arch in
x86_64) machine="--target=x86_64-none-elf -march=x86-64 -mno-red-zone
	-fcf-protection=none" ;;
aarch64) machine="--target=aarch64-none-elf -march=armv8-a -mno-outline-atomics
	-mstrict-align -mbranch-protection=standard" ;;
host) machine= ;;
*) die "no such machine: $arch" ;;
esac

# archive NAME "FLAGS" FILES...: compiles the files and collects them.
archive() {
	name=$1
	flags=$2
	shift 2
	mkdir -p "$work/$name"
	for file; do
		printf '%s\n' "$file"
	done | xargs -P "${JOBS:-2}" -I '{}' sh -c \
		'o=$(basename "$2") && '"$cc -std=gnu11 -w $flags"' -c "$2" -o "$1/${o%.c}.o"' \
		sh "$work/$name" '{}' || die "$name does not compile"
	$ar rcsD "$dest.new/$name.a" "$work/$name"/*.o
	find "$work/$name" -name '*.su' | sort | xargs -r cat > "$dest.new/$name.su"
}

kernel_libraries() {
	inc=$1
	bear=$src/bearssl
	fdt=$work/fdt
	mkdir -p "$inc"
	cp -r "$src/device-tree-compiler/libfdt" "$fdt"
	if [ "$arch" = host ]; then
		flags="-O2 -g -fPIE"
	else
		cp mk/include/libfdt_env.h "$fdt"
		cp mk/include/*.h "$inc"
		flags="$machine $common -nostdlibinc -mgeneral-regs-only
			-fno-jump-tables -fstack-usage"
	fi
	cp "$bear"/inc/*.h "$fdt/fdt.h" "$fdt/libfdt.h" "$fdt/libfdt_env.h" "$inc"
	off="-DBR_USE_UNIX_TIME=0 -DBR_USE_URANDOM=0 -DBR_USE_GETENTROPY=0
		-DBR_AES_X86NI=0 -DBR_SSE2=0 -DBR_RDRAND=0"
	archive libbearssl-kernel "$(echo $flags $off "-I$inc" "-I$bear/src")" \
		"$bear/src/hash/sha2small.c" "$bear/src/hash/dig_size.c" \
		"$bear/src/codec/enc32be.c" "$bear/src/codec/dec32be.c" \
		"$bear/src/mac/hmac.c" "$bear/src/kdf/hkdf.c"
	archive libfdt "$(echo $flags "-I$inc" "-I$fdt")" \
		$(ls "$fdt"/*.c | grep -v fdt_overlay)
}

# For x86_64 without an operating system clang hands linking to a program called
# gcc. This one, for the time of the build, hands it on to lld as for aarch64, so
# no second compiler is needed and both machines are configured alike.
linker() {
	mkdir -p "$work/bin"
	cat > "$work/bin/gcc" <<-END
	#!/bin/sh
	for argument; do
		shift
		case \$argument in
		-Wl,*)
			IFS=,
			set -- "\$@" \${argument#-Wl,}
			unset IFS
			;;
		-nostdlib | -m64) ;;
		*) set -- "\$@" "\$argument" ;;
		esac
	done
	exec ld.lld-$llvm "\$@"
	END
	chmod +x "$work/bin/gcc"
}

# meson wants a cross file that names the tools.
c_library() {
	linker
	args=$(printf "'%s'," $machine $common)
	cat > "$work/cross.ini" <<-END
	[binaries]
	c = ['$cc', ${args}'-nostdlib', '-static', '-ftls-model=local-exec']
	ar = '$ar'
	nm = 'llvm-nm-$llvm'
	strip = 'llvm-strip-$llvm'
	objcopy = 'llvm-objcopy-$llvm'
	[host_machine]
	system = 'none'
	cpu_family = '$arch'
	cpu = '$arch'
	endian = 'little'
	[properties]
	skip_sanity_check = true
	needs_exe_wrapper = true
	END
	HOME=${HOME:-$work} PATH=$work/bin:$PATH meson setup "$work/picolibc" "$src/picolibc" \
		--cross-file "$work/cross.ini" --prefix="$dest.new" \
		--buildtype=minsize -Dlibdir=lib -Dincludedir=include \
		-Dmultilib=false -Dtests=false -Dpicocrt=false \
		-Dsemihost=false -Dspecsdir=none -Dsysroot-install=false \
		-Dposix-console=true -Dnewlib-nano-malloc=true \
		-Dmb-capable=false -Dio-long-long=true -Dassert-verbose=true \
		-Dthread-local-storage=true -Dtls-model=local-exec \
		-Dnewlib-global-errno=false > "$work/picolibc.log" 2>&1 &&
	PATH=$work/bin:$PATH ninja -C "$work/picolibc" -j "${JOBS:-2}" install \
		>> "$work/picolibc.log" 2>&1 || {
		tail -n 20 "$work/picolibc.log" >&2
		die "picolibc does not build; the whole log: $work/picolibc.log"
	}
}

compiler_runtime() {
	name=libclang_rt.builtins-$arch.a
	in=usr/lib/llvm-$llvm/lib/clang/$llvm/lib/linux/$name
	for root in "/" "$src/libclang-rt-$llvm-dev/"; do
		if [ -f "$root$in" ]; then
			cp "$root$in" "$dest.new/builtins.a"
			return
		fi
	done
	die "no $name; is libclang-rt-$llvm-dev installed?"
}

if [ "$arch" = host ]; then
	kernel_libraries "$dest.new/include"
else
	kernel_libraries "$dest.new/kernel-include"
	c_library
	compiler_runtime
fi
printf '%s\n' "$want" > "$dest.new/stamp"
rm -rf "$dest"
mv "$dest.new" "$dest"
rm -rf "$work"
