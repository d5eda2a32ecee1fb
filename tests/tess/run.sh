#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh TESS [CHECKED]: tests of the host tool through its command line, as
# TAP. CHECKED is the same tool with sanitizers; where it is given, it reads
# the fixtures. KEEP=1 keeps the work folder, RENEW=1 writes what the tool says
# into the fixtures' expectations instead of comparing.
set -u

here=$(cd "$(dirname "$0")" && pwd)
tess=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
checked=$tess
if [ -x "${2:-}" ]; then
	checked=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
fi
llvm=${LLVM:-19}
work=$(mktemp -d)
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
count=0

# result STATUS NAME: one line of TAP.
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
	fi
}

# status WANTED COMMAND...: true if the command ends so; output in "said".
status() {
	wanted=$1
	shift
	"$@" > said 2>&1
	found=$?
	if [ $found -ne "$wanted" ]; then
		echo "# status $found instead of $wanted: $*"
		sed 's/^/#   /' said | head -n 20
	fi
	[ $found -eq "$wanted" ]
}

# says TEXT: the last command printed that text.
says() {
	grep -qF -e "$1" said || {
		echo "# does not say: $1"
		sed 's/^/#   /' said | head -n 20
		false
	}
}

# check NAME COMMAND...: the command succeeds.
check() {
	name=$1
	shift
	"$@"
	result $? "$name"
}

# --- images to work with ------------------------------------------------------
cat > program.c <<'C'
int data[3] = { 1, 2, 3 };
int room[5000];
int _start(void)
{
	return data[1] + room[7];
}
C
# elf NAME ARCH BASE [LINKER FLAGS...]
elf() {
	name=$1 arch=$2 base=$3
	shift 3
	"clang-$llvm" --target="$arch-unknown-none-elf" -ffreestanding -O1 -g \
		-fno-pic -c program.c -o "$arch.o" &&
		"ld.lld-$llvm" -static -z separate-loadable-segments \
			-z max-page-size=4096 --image-base="$base" "$@" \
			-o "$name" "$arch.o"
}
flat='-z norelro'
mkdir capsules other
elf capsules/store.elf x86_64 0x200000 &&
	elf capsules/web.elf x86_64 0x200000 &&
	elf nano.elf x86_64 0xffffffffc0000000 $flat &&
	elf kernel.elf x86_64 0xffffffff80000000 $flat &&
	elf core.elf x86_64 0x400000 $flat &&
	elf init.elf x86_64 0x200000 &&
	elf other/web.elf aarch64 0x200000 &&
	elf wx.elf x86_64 0xffffffff80000000 --omagic &&
	elf capsules/dynamic.elf x86_64 0x200000 -pie -z notext || {
	echo "Bail out! the images to test with cannot be built"
	exit 1
}
echo 'no program at all' > capsules/text.elf
head -c 40 capsules/web.elf > capsules/short.elf
cp x86_64.o capsules/object.elf
printf '\177ELF\001\001\001' | cat - capsules/text.elf capsules/text.elf \
	capsules/text.elf > capsules/elf32.elf

# --- manifests: what the compiler says, to the letter ---------------------------
# A refused manifest is compared with its errors, a sound one with --show.
for path in "$here"/manifests/*.yaml; do
	name=$(basename "$path" .yaml)
	cp "$path" .
	rm -f out.bin
	"$checked" manifest "$name.yaml" -o out.bin --capsules capsules > said 2>&1
	found=$?
	if [ $found -eq 0 ]; then
		"$checked" manifest --show out.bin > said 2>&1
		found=$?
	elif [ $found -eq 1 ] && [ ! -e out.bin ]; then
		found=0
	fi
	[ -z "${RENEW:-}" ] || cp said "${path%.yaml}.expect"
	diff -u "${path%.yaml}.expect" said > differs
	different=$?
	[ $different -eq 0 ] || sed 's/^/# /' differs
	result $((found + different)) "manifest $name"
done

json_errors() {
	status 1 "$checked" manifest --check not-enforced.yaml --json &&
		says '{"code":"T0111","message":"capsules.store.class: not enforced yet","file":"not-enforced.yaml","line":' &&
		[ "$(grep -c '^{"code":"T[0-9]*".*}$' said)" -eq "$(grep -c . said)" ]
}
check "errors as JSON lines" json_errors
json_more() {
	status 1 "$checked" manifest --check many-errors.yaml --json \
		--capsules capsules &&
		says '{"more":3}' && [ "$(grep -c . said)" -eq 21 ]
}
check "more errors than are shown, as JSON" json_more
show_json() {
	"$checked" manifest valid-demo.yaml -o demo.bin --capsules capsules &&
		status 0 "$checked" manifest --show --json demo.bin &&
		says '"uses":[{"service":"kv","from":"store","reason":"serves pages","grant":false,"rights":["get"]}]'
}
check "compiled manifest as JSON" show_json
list_images() {
	status 0 "$checked" manifest --list-images valid-demo.yaml &&
		[ "$(tr '\n' ' ' < said)" = "web.elf store.elf " ]
}
check "list of images, each once" list_images
list_refuses() {
	status 1 "$checked" manifest --list-images cycle.yaml && says T0145
}
check "list of images checks first" list_refuses
sources() {
	mkdir -p beside/store &&
		cp valid-demo.yaml beside/ &&
		: > beside/web.c &&
		status 0 "$checked" manifest --check beside/valid-demo.yaml &&
		status 1 "$checked" manifest -o x.bin beside/valid-demo.yaml &&
		says 'none of: beside/web.elf' &&
		says 'beside/web.c or a folder beside/web/'
}
check "sources stand for images when checking only" sources
beside_first() {
	cp valid-demo.yaml other/ &&
		status 0 "$checked" manifest --check other/valid-demo.yaml \
			--capsules capsules &&
		status 1 "$checked" manifest --check other/valid-demo.yaml \
			--capsules capsules --arch x86_64 &&
		says 'other/web.elf is for aarch64'
}
check "the manifest's own folder comes first" beside_first
memory() {
	status 1 "$checked" manifest --check quota-sum.yaml --capsules capsules &&
		status 0 "$checked" manifest --check quota-sum.yaml \
			--capsules capsules --memory 1GiB &&
		status 1 "$checked" manifest --check quota-sum.yaml \
			--capsules capsules --memory 32MiB && says 'at most 0B'
}
check "memory of the machine" memory
too_many_capsules() {
	{
		echo 'system: large'
		echo 'capsules:'
		i=0
		while [ $i -lt "$1" ]; do
			printf '  c%d: { image: web.elf, quota: { memory: 4KiB, virtual: 4KiB, caps: 16 } }\n' $i
			i=$((i + 1))
		done
	} > large.yaml
	status "$2" "$checked" manifest large.yaml -o large.bin --capsules capsules
}
check "128 capsules" too_many_capsules 128 0
check "129 capsules are refused" too_many_capsules 129 1
odd_files() {
	printf 'system: demo\n\000' > odd.yaml
	status 1 "$checked" manifest --check odd.yaml && says 'error T0100' &&
		printf 'system: d\377mo\n' > odd.yaml &&
		status 1 "$checked" manifest --check odd.yaml &&
		says 'error T0100' && says 'odd.yaml:1:10' &&
		head -c 1048577 /dev/zero > odd.yaml &&
		status 1 "$checked" manifest --check odd.yaml &&
		says 'it is larger than 1048576 bytes' &&
		status 1 "$checked" manifest --check . && says 'error T0101' &&
		status 1 "$checked" manifest --check nowhere.yaml &&
		says 'No such file'
}
check "files that are no manifests" odd_files
byte_order_mark() {
	printf '\357\273\277' | cat - valid-quoted.yaml > mark.yaml
	status 0 "$checked" manifest --check mark.yaml --capsules capsules
}
check "a byte order mark is no error" byte_order_mark
no_output() {
	status 1 "$checked" manifest valid-demo.yaml -o nowhere/x.bin \
		--capsules capsules && says 'error T0201' && says 'nowhere/x.bin'
}
check "output that cannot be written" no_output
docs() {
	"$checked" manifest --docs > docs.md && cmp docs.md "$here/../../docs/manifest.md"
}
check "docs/manifest.md is what the schema says" docs

# --- archives -------------------------------------------------------------------
pack() {
	"$checked" image -o "$1" --nano nano.elf --kernel kernel.elf --core core.elf \
		--init init.elf --manifest demo.bin --capsules capsules
}
check "pack" pack archive
check "check" status 0 "$checked" image --check archive
lists() {
	status 0 "$checked" image --list archive &&
		[ "$(cut -d' ' -f1 said | tr '\n' ' ')" = \
			"core init kernel manifest nano store.elf web.elf " ] &&
		hash=$(sha256sum < demo.bin) && says "${hash%% *}" &&
		status 0 "$checked" image --list --json archive &&
		says '{"name":"manifest","type":"manifest","size":' &&
		says "${hash%% *}"
}
check "list" lists
same_bytes() {
	mkdir -p elsewhere/deep/capsules &&
		cp ./*.elf valid-demo.yaml elsewhere/deep/ &&
		cp capsules/*.elf elsewhere/deep/capsules/ &&
		(cd elsewhere/deep && touch -d 2001-01-01 ./*.elf &&
			"$tess" manifest "$PWD/valid-demo.yaml" -o demo.bin \
				--capsules "$PWD/capsules" &&
			"$tess" image --manifest demo.bin --init init.elf \
				--capsules "$PWD/capsules" --core "$PWD/core.elf" \
				--kernel kernel.elf --nano nano.elf -o archive) &&
		cmp archive elsewhere/deep/archive
}
check "equal input gives equal bytes" same_bytes
no_debug() {
	"llvm-strip-$llvm" -o elsewhere/web.elf capsules/web.elf &&
		mkdir -p stripped && cp capsules/store.elf stripped/ &&
		"llvm-strip-$llvm" -o stripped/web.elf capsules/web.elf &&
		"$checked" image -o stripped/archive --nano nano.elf \
			--kernel kernel.elf --core core.elf --init init.elf \
			--manifest demo.bin --capsules stripped &&
		"$checked" image --list archive | grep web.elf > with &&
		"$checked" image --list stripped/archive | grep web.elf > without &&
		! grep -q debug_info archive
}
check "no debug data in an archive" no_debug
flipped() {
	size=$(wc -c < archive)
	for offset in 0 9 12 16 24 32 63 64 96 104 112 120 700 4095 4096 8200 \
		$((size - 1)); do
		cp archive bad
		byte=$(dd if=archive bs=1 skip="$offset" count=1 2> /dev/null |
			od -An -tu1 | tr -d ' ')
		printf "\\$(printf %o $((byte ^ 16)))" |
			dd of=bad bs=1 seek="$offset" conv=notrunc 2> /dev/null
		status 1 "$checked" image --check bad || return 1
	done
	head -c $((size - 1)) archive > bad && status 1 "$checked" image --check bad &&
		(cat archive; printf x) > bad && status 1 "$checked" image --check bad &&
		: > bad && status 1 "$checked" image --check bad
}
check "a damaged archive is refused" flipped
refuses() {
	option=$1 file=$2 text=$3
	set -- --nano nano.elf --kernel kernel.elf --core core.elf --init init.elf
	status 1 "$checked" image -o refused --partial "$option" "$file" &&
		says "$text" && [ ! -e refused ]
}
check "W+X kernel" refuses --kernel wx.elf 'a segment is writable and executable'
check "dynamic core" refuses --core capsules/dynamic.elf 'not an executable at fixed'
check "kernel at core's addresses" refuses --kernel core.elf 'outside the addresses'
check "no ELF file" refuses --init capsules/text.elf 'not an ELF file'
check "ELF file cut short" refuses --init capsules/short.elf 'not a 64-bit'
check "damaged manifest" refuses --manifest capsules/text.elf 'error T0204'
check "missing capsules" refuses --manifest demo.bin "image 'store.elf' does not exist"
two_machines() {
	status 1 "$checked" image -o refused --nano nano.elf --kernel kernel.elf \
		--core core.elf --init init.elf --manifest demo.bin \
		--capsules other --capsules capsules && says 'error T0203' &&
		says 'aarch64; the others are for x86_64'
}
check "two machines in one archive" two_machines
hostile_capsule() {
	mkdir -p hostile && cp capsules/store.elf hostile/ &&
		elf hostile/web.elf x86_64 0x200000 --omagic &&
		set -- --nano nano.elf --kernel kernel.elf --core core.elf \
			--init init.elf --manifest demo.bin --capsules hostile &&
		status 1 "$checked" image -o refused "$@" && says 'hostile/web.elf' &&
		status 0 "$checked" image -o hostile/archive "$@" --unchecked-capsules &&
		status 0 "$checked" image --check hostile/archive
}
check "a hostile capsule only on request" hostile_capsule

# --- command line -----------------------------------------------------------------
check "version" status 0 "$checked" --version
check "help" status 0 "$checked" help manifest
check "no command" status 2 "$checked"
usage() {
	text=$1
	shift
	status 2 "$checked" "$@" && says "$text"
}
check "unknown command" usage "did you mean 'manifest'" manifets
check "unknown option" usage "did you mean '--check'" manifest --chek x.yaml
check "no mode" usage 'needs one of -o FILE' manifest x.yaml
check "two modes" usage 'needs one of -o FILE' manifest --check --list-images x.yaml
check "no file" usage 'needs a manifest file' manifest --check
check "option without value" usage "'-o' lacks its value" manifest x.yaml -o
check "option twice" usage "'-o' is there twice" manifest x.yaml -o a -o b
check "two files" usage 'one file too many' manifest --check a b
check "unknown machine" usage "'arm' is no machine" manifest --check a --arch arm
check "bad memory" usage 'not a size of memory' manifest --check a --memory 256
check "image without kernel" usage "needs '--kernel FILE'" image -o a --nano nano.elf

echo "1..$count"
