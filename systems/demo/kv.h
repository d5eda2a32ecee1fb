/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The service "kv": a small table of numbers. The methods are the rights that
 * the manifest names, in its order. A reply's label is a status_t.
 */
enum kv_method {
	KV_GET, /* key -> value; NOT_FOUND */
	KV_PUT, /* key, value; LIMIT when the table is full */
};
