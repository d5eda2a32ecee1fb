# SPDX-License-Identifier: Apache-2.0
# boot, nano and kernel never allocate: their images have no allocator.
for image in out/*-release/boot.elf out/*-release/nano.elf out/*-release/kernel.elf; do
	[ -f "$image" ] || continue
	"llvm-nm-$LLVM" "$image" | awk -v image="$image" '
	$NF ~ /^_*(malloc|calloc|realloc|free|sbrk|aligned_alloc|kmalloc|kfree)$/ {
		print image ":" $NF ": an allocator"
	}'
done
