/* SPDX-License-Identifier: Apache-2.0 */
/* Never makes a system call. */

int main(void)
{
	for (volatile unsigned long turns = 0;; turns++) {
	}
}
