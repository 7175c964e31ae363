/*
 * quoted.h - JSON in C strings that can be read
 */
#ifndef QUOTED_H
#define QUOTED_H

#include "base/buf.h"
#include "tap.h"

/* Turn ' into ", and `find` (once there) into `replace`. */
static void json(gitperf_buffer *out, const char *text, const char *find,
		 const char *replace)
{
	const char *at = find ? strstr(text, find) : NULL;
	size_t i;

	gitperf_buf_truncate(out, 0);
	if (find && !at)
		ok(0, "'%s' is part of the text", find);
	if (at) {
		gitperf_buf_add(out, text, (size_t)(at - text));
		gitperf_buf_adds(out, replace);
		text = at + strlen(find);
	}
	gitperf_buf_adds(out, text);
	for (i = 0; i < out->len; i++)
		if (out->ptr[i] == '\'')
			out->ptr[i] = '"';
}

#endif
