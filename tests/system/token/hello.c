/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing; see test.sh. */

int main(void)
{
	return 0;
}
