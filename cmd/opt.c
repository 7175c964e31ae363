/*
 * opt.c - one parser for all commands
 */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>

#define HELP_COLUMN 26

struct parser {
	const struct opt *options;
	const char *const *usage;
	const char **argv;
	int argc, at;
	int left;                  /* arguments so far */
};

/* for "git perf run ls -l" */
#define BEHIND "; what belongs to a command stands behind '--'"

static void print_option(FILE *out, const struct opt *o)
{
	char text[128];
	int n = 0;

	if (o->letter)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "-%c%s", o->letter,
			      o->name ? ", " : "");
	if (o->name)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "--%s", o->name);
	if (o->arg && o->arg[0] == '=')
		snprintf(text + n, sizeof(text) - (size_t)n, "%s", o->arg);
	else if (o->arg)
		snprintf(text + n, sizeof(text) - (size_t)n,
			 o->type == OPT_TYPE_OPTIONAL ? "[=<%s>]" : o->name ? "=<%s>" : " <%s>", o->arg);
	if (strlen(text) < HELP_COLUMN - 5)
		fprintf(out, "    %-*s%s\n", HELP_COLUMN - 4, text, o->help);
	else
		fprintf(out, "    %s\n%*s%s\n", text, HELP_COLUMN, "", o->help);
}

static void print_synopsis(FILE *out, const char *const *usage)
{
	const char *const *line;

	for (line = usage; *line; line++)
		fprintf(out, "%s %s\n", line == usage ? "usage:" : "   or:", *line);
}

static void print_usage(FILE *out, const char *const *usage,
			const struct opt *options)
{
	print_synopsis(out, usage);
	fputc('\n', out);
	for (; options->type != OPT_TYPE_END; options++) {
		if (options->type == OPT_TYPE_GROUP)
			fprintf(out, "%s\n", options->help);
		else
			print_option(out, options);
	}
}

void opt_usage_error(const char *const *usage, const struct opt *options,
		     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ui_print_error(fmt, ap);
	va_end(ap);
	(void)options;
	print_synopsis(stderr, usage);
	fputs("hint: -h lists the options\n", stderr);
	exit(EXIT_USAGE);
}

static void set_count(struct parser *p, const struct opt *o, const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || strchr(text, '-') || value > 1000000000)
		opt_usage_error(p->usage, p->options, "--%s takes a whole number, not '%s'", o->name, text);
	*(size_t *)o->value = (size_t)value;
}

static void add_pair(struct parser *p, const struct opt *o, const char *text)
{
	struct opt_pairs *list = o->value;
	const char *eq = strchr(text, '=');
	size_t i, len = eq ? (size_t)(eq - text) : 0;
	char *key = list->keys[list->n < OPT_PAIRS_MAX ? list->n : 0];

	if (!eq || eq == text)
		opt_usage_error(p->usage, p->options, "'%s' is not of the form key=value", text);
	if (list->n == OPT_PAIRS_MAX)
		opt_usage_error(p->usage, p->options, "more than %d of -%c", OPT_PAIRS_MAX, o->letter);
	if (len >= sizeof(list->keys[0]))
		opt_usage_error(p->usage, p->options, "a key is longer than %zu bytes", sizeof(list->keys[0]) - 1);
	snprintf(key, sizeof(list->keys[0]), "%.*s", (int)len, text);
	for (i = 0; i < list->n; i++)
		if (!strcmp(list->pairs[i].key, key))
			opt_usage_error(p->usage, p->options, "'%s' is given twice", key);
	list->pairs[list->n].key = key;
	list->pairs[list->n++].value = eq + 1;
}

static void set_value(struct parser *p, const struct opt *o, const char *text)
{
	switch (o->type) {
	case OPT_TYPE_FLAG:
		*(int *)o->value = 1;
		break;
	case OPT_TYPE_STRING:
	case OPT_TYPE_OPTIONAL:
		*(const char **)o->value = text ? text : "";
		break;
	case OPT_TYPE_COUNT:
		set_count(p, o, text);
		break;
	case OPT_TYPE_PAIRS:
		add_pair(p, o, text);
		break;
	default:
		break;
	}
}

static const struct opt *find_long(const struct parser *p, const char *name,
				   size_t len)
{
	const struct opt *o;

	for (o = p->options; o->type != OPT_TYPE_END; o++)
		if (o->name && strlen(o->name) == len && !strncmp(o->name, name, len))
			return o;
	return NULL;
}

static const struct opt *find_short(const struct parser *p, char letter)
{
	const struct opt *o;

	for (o = p->options; o->type != OPT_TYPE_END; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

static int wants_help(const char *arg)
{
	return !strcmp(arg, "-h") || !strcmp(arg, "--help");
}

static _Noreturn void show_help(const struct parser *p)
{
	print_usage(stdout, p->usage, p->options);
	exit(EXIT_USAGE);
}

static const char *next_value(struct parser *p, const char *name)
{
	/* git-perf.c looks for it, too, and does not know which have values */
	if (p->at + 1 < p->argc && wants_help(p->argv[p->at + 1]))
		show_help(p);
	if (p->at + 1 >= p->argc)
		opt_usage_error(p->usage, p->options, "'%s' needs a value", name);
	return p->argv[++p->at];
}

static void parse_long(struct parser *p, const char *arg)
{
	const char *eq = strchr(arg, '=');
	size_t len = eq ? (size_t)(eq - arg - 2) : strlen(arg + 2);
	const struct opt *o = find_long(p, arg + 2, len);

	if (!o)
		opt_usage_error(p->usage, p->options, "unknown option '%s'%s", arg, p->left ? BEHIND : "");
	if (o->type == OPT_TYPE_FLAG && eq)
		opt_usage_error(p->usage, p->options, "'--%s' takes no value", o->name);
	if (o->type == OPT_TYPE_FLAG || (o->type == OPT_TYPE_OPTIONAL && !eq))
		set_value(p, o, NULL);
	else
		set_value(p, o, eq ? eq + 1 : next_value(p, arg));
}

static void parse_short(struct parser *p, const char *arg)
{
	const char *letter;

	for (letter = arg + 1; *letter; letter++) {
		const struct opt *o = find_short(p, *letter);

		if (!o)
			opt_usage_error(p->usage, p->options, "unknown option '-%c'%s", *letter, p->left ? BEHIND : "");
		if (o->type == OPT_TYPE_FLAG) {
			set_value(p, o, NULL);
			continue;
		}
		set_value(p, o, letter[1] ? letter + 1 : next_value(p, arg));
		return;
	}
}

int opt_parse(int argc, const char **argv, const struct opt *options,
	      const char *const *usage, int *dashdash)
{
	struct parser p = { options, usage, argv, argc, 1, 0 };
	int behind = -1;

	for (; p.at < argc; p.at++) {
		const char *arg = argv[p.at];

		if (behind >= 0 || arg[0] != '-' || !arg[1]) {
			argv[p.left++] = arg;
		} else if (!strcmp(arg, "--")) {
			behind = p.left;
		} else if (wants_help(arg)) {
			show_help(&p);
		} else if (arg[1] == '-') {
			parse_long(&p, arg);
		} else {
			parse_short(&p, arg);
		}
	}
	argv[p.left] = NULL;
	if (dashdash)
		*dashdash = behind;
	return p.left;
}

void opt_check_format(const struct opt_format *format, const struct opt *options,
		      const char *const *usage)
{
	if (format->porcelain && strcmp(format->porcelain, "v1"))
		opt_usage_error(usage, options, "the porcelain version must be v1, not '%s'", format->porcelain);
}
