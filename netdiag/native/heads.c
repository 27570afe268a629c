/* What the heads of HTTP/1 messages say of the end of the message and of the connection.
 *
 * The same as `netdiag.exchanges.heads` reads one by one: a head may be cut anywhere, and a field
 * whose line is cut is taken for absent.
 */
#include "native.h"

enum { CHUNKED = 1, CLOSES = 2 };

typedef struct {
    const uint8_t *begin, *end; /* NULL without the field */
} Value;

static inline uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
}

/* Whether octets begin with a word (in lower case). */
static int begins(const uint8_t *at, const uint8_t *end, const char *word)
{
    for (; *word != '\0'; at++, word++)
        if (at >= end || lower(*at) != (uint8_t)*word)
            return 0;
    return 1;
}

static int contains(Value value, const char *word)
{
    for (const uint8_t *at = value.begin; at < value.end; at++)
        if (begins(at, value.end, word))
            return 1;
    return 0;
}

/* The first end of a line, or NULL. */
static const uint8_t *line_end(const uint8_t *at, const uint8_t *end)
{
    while (at + 1 < end && (at = memchr(at, '\r', (size_t)(end - at - 1))) != NULL) {
        if (at[1] == '\n')
            return at;
        at++;
    }
    return NULL;
}

static int is_space(uint8_t octet) { return octet == ' ' || (octet >= '\t' && octet <= '\r'); }

/* The value of a field, if this is its line and no line before was: the first one counts. */
static void note(Value *value, int *met, const uint8_t *line, const uint8_t *end, const char *name)
{
    if (*met || !begins(line, end, name))
        return;
    *met = 1;
    Value found = {line + strlen(name), NULL};
    if ((found.end = line_end(found.begin, end)) == NULL)
        return;
    while (found.begin < found.end && is_space(found.begin[0]))
        found.begin++;
    while (found.begin < found.end && is_space(found.end[-1]))
        found.end--;
    *value = found;
}

/* A number of at most 18 digits, or -1. */
static int64_t number(Value value)
{
    int64_t read = 0;
    if (value.end - value.begin < 1 || value.end - value.begin > 18)
        return -1;
    for (const uint8_t *at = value.begin; at < value.end; at++) {
        if (*at < '0' || *at > '9')
            return -1;
        read = read * 10 + (*at - '0');
    }
    return read;
}

static uint8_t read_head(const uint8_t *head, const uint8_t *end, int64_t *head_bytes,
                         int64_t *content_length)
{
    Value length = {NULL, NULL}, coding = {NULL, NULL}, options = {NULL, NULL};
    int met[3] = {0, 0, 0};
    *head_bytes = -1;
    for (const uint8_t *at = head; (at = line_end(at, end)) != NULL; at++) {
        const uint8_t *line = at + 2;
        if (begins(line, end, "\r\n")) {
            *head_bytes = line + 2 - head;
            break;
        }
        note(&length, &met[0], line, end, "content-length:");
        note(&coding, &met[1], line, end, "transfer-encoding:");
        note(&options, &met[2], line, end, "connection:");
    }
    *content_length = number(length);
    int is_old = end - head >= 8 && memcmp(head, "HTTP/1.0", 8) == 0;
    int closes = contains(options, "close") ||
                 (is_old && *head_bytes >= 0 && !contains(options, "keep-alive"));
    return (uint8_t)((contains(coding, "chunked") ? CHUNKED : 0) | (closes ? CLOSES : 0));
}

PyDoc_STRVAR(heads_doc,
"heads(blob, lengths, rows, places, head_bytes, content_length, says)\n--\n\n"
"Read heads: `rows` (int32) of `blob`, whose rows are equally wide and have `lengths` (uint16) octets.\n"
"What each says goes to its place (int64) in the other columns: `head_bytes` and `content_length`\n"
"(int64), -1 for none, and `says` (uint8): 1 for chunks, 2 for the end of the connection.");

static PyObject *heads(PyObject *self, PyObject *args)
{
    enum { COLUMNS = 7 };
    static const int width[COLUMNS] = {1, 2, 4, 8, 8, 8, 1};
    PyObject *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6]))
        return NULL;
    int fine = 1;
    for (int i = 0; fine && i < COLUMNS; i++) {
        Py_ssize_t rows = i == 3 ? held.view[2].len / 4 : i > 4 ? held.view[4].len / 8 : -1;
        fine = (column[i] = take(&held, o[i], i > 3, rows, width[i])) != NULL;
    }
    if (!fine) {
        release(&held);
        return NULL;
    }
    size_t known = (size_t)held.view[1].len / 2, places = (size_t)held.view[4].len / 8;
    size_t wide = known ? (size_t)held.view[0].len / known : 0;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < held.view[2].len / 4; i++) {
        size_t row = (size_t)((const int32_t *)column[2])[i];
        size_t place = (size_t)((const int64_t *)column[3])[i];
        if (row >= known || place >= places)
            continue;
        const uint8_t *head = (const uint8_t *)column[0] + row * wide;
        size_t length = ((const uint16_t *)column[1])[row];
        ((uint8_t *)column[6])[place] =
            read_head(head, head + (length < wide ? length : wide),
                      (int64_t *)column[4] + place, (int64_t *)column[5] + place);
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
}

PyMethodDef heads_methods[] = {
    {"heads", heads, METH_VARARGS, heads_doc},
    {NULL, NULL, 0, NULL},
};
