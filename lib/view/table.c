/*
 * table.c - columns that line up
 */
#include "base/compat.h"
#include "base/buf.h"
#include "view/view.h"

#define GAP 2

/* What a table that wraps leaves its first column: "benchmark"; and its last
 * one: the words by which a verdict begins, and rather two more */
#define FIRST_LEAST 9
#define LAST_LEAST 18
#define LAST_WANTED 24
#define INDENT 4

void gitperf_table_init(struct view_table *t, const gitperf_view_options *o,
			size_t columns)
{
	memset(t, 0, sizeof(*t));
	t->options = o;
	t->columns = columns;
}

static void add_cell(struct view_table *t, enum view_color color, int right,
		     const char *text)
{
	struct view_cell *grown;
	char *copy = text ? strdup(text) : NULL;

	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 64;
		grown = realloc(t->cells, t->room * sizeof(*grown));
		if (!grown) {
			t->failed = 1;
			free(copy);
			t->room = t->n;
			return;
		}
		t->cells = grown;
	}
	t->failed |= text && !copy;
	t->cells[t->n].text = copy;
	t->cells[t->n].color = color;
	t->cells[t->n++].right = right;
}

void gitperf_table_cell(struct view_table *t, enum view_color color, int right,
			const char *text)
{
	add_cell(t, color, right, text);
}

void gitperf_table_take(struct view_table *t, enum view_color color, int right,
			gitperf_buffer *text)
{
	add_cell(t, color, right, text->ptr);
	t->failed |= text->failed;
	gitperf_buf_truncate(text, 0);
}

/* A note takes one cell; the others of its row have no text at all. */
void gitperf_table_note(struct view_table *t, const char *text)
{
	size_t i;

	add_cell(t, VIEW_DIM, 0, text);
	for (i = 1; i < t->columns; i++)
		add_cell(t, VIEW_PLAIN, 0, NULL);
}

static int is_note(const struct view_table *t, size_t row)
{
	return t->columns > 1 && !t->cells[row * t->columns + 1].text;
}

static void measure(const struct view_table *t, size_t *widths)
{
	size_t row, c;

	memset(widths, 0, VIEW_COLUMNS_MAX * sizeof(*widths));
	for (row = 0; row < t->n / t->columns; row++) {
		if (is_note(t, row))
			continue;
		for (c = 0; c < t->columns; c++) {
			size_t width = gitperf_view__width(t->cells[row * t->columns + c].text);

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
}

static void pad(gitperf_buffer *out, size_t n)
{
	gitperf_buf_addf(out, "%*s", (int)n, "");
}

/* The first column gives way; what does not fit into it gets its own line. */
static void make_room(const struct view_table *t, size_t *widths)
{
	size_t last = widths[t->columns - 1], c, used, room;

	used = last < LAST_WANTED ? last : LAST_WANTED;
	for (c = 0; c + 1 < t->columns; c++)
		used += (c ? widths[c] : 0) + (widths[c] ? GAP : 0);
	room = t->options->width > used ? t->options->width - used : 0;
	if (room < FIRST_LEAST)
		room = FIRST_LEAST;
	if (room < widths[0])
		widths[0] = room;
}

static void print_last(gitperf_buffer *out, const struct view_table *t,
		       const struct view_cell *cell, size_t used)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	size_t width, left = t->options->width > used + 10 ? t->options->width - used : 0;

	if (t->options->width && !left)
		left = 10;
	gitperf_buf_add(&text, cell->text, gitperf_view__fit(cell->text, left, &width));
	gitperf_view__colored(out, t->options, cell->color, text.ptr);
	out->failed |= text.failed;
	gitperf_buffer_dispose(&text);
}

static void trim(gitperf_buffer *out)
{
	size_t len = out->len;

	while (len && out->ptr[len - 1] == ' ')
		len--;
	gitperf_buf_truncate(out, len);
}

/* Where not even its beginning has room, it goes onto lines of its own. */
static void print_wrapped(gitperf_buffer *out, const struct view_table *t,
			  const struct view_cell *cell, size_t used)
{
	size_t width = gitperf_view__width(cell->text);

	width = width < LAST_LEAST ? width : LAST_LEAST;
	if (t->options->width && used + width > t->options->width) {
		used = INDENT;
		trim(out);
		gitperf_buf_addc(out, '\n');
		pad(out, used);
	}
	gitperf_view__wrapped(out, t->options, cell->color, cell->text, used);
}

static void print_row(gitperf_buffer *out, const struct view_table *t,
		      const struct view_cell *row, const size_t *widths)
{
	size_t c, used = 0;

	for (c = 0; c + 1 < t->columns; c++) {
		size_t width = gitperf_view__width(row[c].text), space;

		if (width > widths[c]) {
			gitperf_view__colored(out, t->options, row[c].color, row[c].text);
			gitperf_buf_addc(out, '\n');
			width = 0;
		}
		space = widths[c] - width;
		if (row[c].right)
			pad(out, space);
		if (width)
			gitperf_view__colored(out, t->options, row[c].color, row[c].text);
		pad(out, (row[c].right ? 0 : space) + (widths[c] ? GAP : 0));
		used += widths[c] + (widths[c] ? GAP : 0);
	}
	(t->wrap ? print_wrapped : print_last)(out, t, &row[c], used);
	trim(out);
	gitperf_buf_addc(out, '\n');
}

static void print_note(gitperf_buffer *out, const struct view_table *t,
		       const struct view_cell *row, const size_t *widths)
{
	pad(out, widths[0] + GAP);
	gitperf_view__colored(out, t->options, row->color, row->text);
	gitperf_buf_addc(out, '\n');
}

int gitperf_table_print(gitperf_buffer *out, struct view_table *t)
{
	size_t widths[VIEW_COLUMNS_MAX], row, i;

	out->failed |= t->failed;
	if (!t->failed)
		measure(t, widths);
	if (!t->failed && t->wrap && t->options->width)
		make_room(t, widths);
	for (row = 0; row < t->n / t->columns && !t->failed; row++) {
		const struct view_cell *cells = t->cells + row * t->columns;

		if (is_note(t, row))
			print_note(out, t, cells, widths);
		else
			print_row(out, t, cells, widths);
	}
	for (i = 0; i < t->n; i++)
		free(t->cells[i].text);
	free(t->cells);
	memset(t, 0, sizeof(*t));
	return gitperf_buf_check(out);
}
