/* SPDX-License-Identifier: Apache-2.0 */
/* The hand-over, as nano checks it and passes it on: what is accepted has its
 * ranges in order, and nothing of nano reaches the kernel's copy. */

#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "abi/layout.h"
#include "nano/check.h"
#include "nano/handoff.h"
#include "tests/unit/nano/sample.h"

static struct boot_info boot, kernels;

static enum check_error check(void)
{
	return check_boot_info(&boot, SAMPLE_INFO, NANO_BASE_X86_64,
			       SAMPLE_IMAGE_SIZE);
}

static int is_hidden(const struct boot_range *range)
{
	return range->kind == BOOT_RANGE_NANO ||
	       range->kind == BOOT_RANGE_RESERVED;
}

static void compare(void)
{
	for (uint32_t i = 0; i < boot.range_count; i++) {
		const struct boot_range *own = &boot.ranges[i];

		fuzz_expect(own->start < own->end, "a range is not empty");
		fuzz_expect(i == 0 || own[-1].end <= own->start,
			    "ranges are in order");
		for (uint32_t k = 0; k < kernels.range_count; k++) {
			const struct boot_range *range = &kernels.ranges[k];

			fuzz_expect(!is_hidden(own) ||
					    own->end <= range->start ||
					    range->end <= own->start,
				    "the kernel hears nothing of nano");
		}
	}
	fuzz_expect(kernels.range_count <= boot.range_count &&
			    kernels.image_count == 2 &&
			    kernels.nano_pool_start == 0 &&
			    kernels.nano_root == 0,
		    "the kernel's copy is less than nano's");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size != sizeof(boot)) {
		return -1;
	}
	memcpy(&boot, data, size);
	if (check() == CHECK_OK) {
		handoff_make(&kernels, &boot, 1);
		compare();
	}
	return 0;
}

void fuzz_seeds(void)
{
	sample_make(&boot);
	boot.images[0].virtual_address = NANO_BASE_X86_64;
	boot.images[0].entry = NANO_BASE_X86_64 + 16;
	fuzz_expect(check() == CHECK_OK, "the hand-over is sound");
	fuzz_seed(&boot, sizeof(boot));
}
