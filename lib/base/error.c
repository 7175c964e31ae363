/*
 * error.c - the calling thread's last error
 *
 * Fixed-size text, so that reporting an error cannot itself fail. Control
 * characters are replaced: messages quote names from hostile input and end up
 * on terminals.
 */
#include "base/compat.h"
#include "base/error.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>

#define TEXT_MAX sizeof(((struct kept_error *)0)->message)

static _Thread_local struct kept_error last;

/* Bidirectional controls make a line read as what it is not. */
static int is_bidi(const unsigned char *p)
{
	if (p[0] == 0xd8)
		return p[1] == 0x9c;
	return p[0] == 0xe2 &&
	       ((p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae))) ||
		(p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
}

/* Controls of all kinds, and whatever is not UTF-8 (perhaps cut in two) */
static void make_printable(char *text)
{
	size_t len = strlen(text), at;

	while ((at = gitperf_utf8_check(text, len)) < len)
		text[at] = '?';
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
		else if ((unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0)
			text[0] = text[1] = '?';
		else if (is_bidi((unsigned char *)text))
			memset(text, '?', (unsigned char)text[0] == 0xd8 ? 2 : 3);
	}
}

static void set_text(char *out, const char *fmt, va_list ap)
	GITPERF_PRINTF(2, 0);

static void set_text(char *out, const char *fmt, va_list ap)
{
	vsnprintf(out, TEXT_MAX, fmt, ap);
	make_printable(out);
}

int gitperf_fail(int code, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	set_text(text, fmt, ap);
	va_end(ap);
	memcpy(last.message, text, sizeof(text));
	last.hint[0] = '\0';
	return code;
}

static int code_of_errno(int err)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		return GITPERF_ENOTFOUND;
	case EEXIST:
		return GITPERF_EEXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
		return GITPERF_EDENIED;
	case ENOMEM:
		return GITPERF_ENOMEM;
	default:
		return GITPERF_EIO;
	}
}

int gitperf_fail_errno(const char *fmt, ...)
{
	int err = errno;
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	set_text(text, fmt, ap);
	va_end(ap);
	gitperf_fail(code_of_errno(err), "%.700s: %s", text, strerror(err));
	if (err == ENOSPC || err == EDQUOT)
		return gitperf_hint(GITPERF_EIO, "free some disk space, then run the same command again");
	return code_of_errno(err);
}

int gitperf_fail_oom(void)
{
	return gitperf_fail(GITPERF_ENOMEM, "out of memory");
}

int gitperf_blame(int code, const char *fmt, ...)
{
	char prefix[TEXT_MAX / 2], text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	make_printable(prefix);
	snprintf(text, sizeof(text), "%s: %.500s", prefix, last.message);
	make_printable(text);
	memcpy(last.message, text, sizeof(text));
	return code;
}

int gitperf_hint(int code, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	set_text(text, fmt, ap);
	va_end(ap);
	memcpy(last.hint, text, sizeof(text));
	return code;
}

int gitperf_recode(int code)
{
	return code;
}

void gitperf_keep_error(struct kept_error *kept)
{
	*kept = last;
}

int gitperf_restore_error(int code, const struct kept_error *kept)
{
	last = *kept;
	return code;
}

const char *gitperf_error_message(void)
{
	return last.message;
}

const char *gitperf_error_hint(void)
{
	return last.hint[0] ? last.hint : NULL;
}

const char *gitperf_hint_word(const char *word, const char *otherwise)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/.-_+@,=%:";

	return !*word || strchr("-=", *word) || word[strspn(word, plain)] ? otherwise : word;
}

const char *gitperf_error_name(int code)
{
	static const char *const names[] = {
		"OK", "ENOTFOUND", "EEXISTS", "EINVALID", "EFORMAT", "ERACE",
		"EBUSY", "EDENIED", "ENET", "ENOMEM", "EIO"
	};

	if (code > 0 || -code >= (int)ARRAY_SIZE(names))
		return "unknown";
	return names[-code];
}
