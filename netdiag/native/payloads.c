/* What payloads begin with: marks of HTTP/1, and first lines compared. */
#include "native.h"

enum { BLANK_LINE = 0x0d0a0d0a };
enum { FRAME_BYTES = 9 }; /* the header of a frame of HTTP/2 (RFC 9113, section 4.1) */

/* The last four bytes of a payload, as `Leads.last_four` has them. */
static inline uint32_t last_four(const uint8_t *payload, int64_t captured, int64_t length)
{
    if (captured < length || length < 4)
        return 0;
    uint32_t four = be32(payload + length - 4);
    if (four == BLANK_LINE && length >= 6 && be32(payload + length - 6) == BLANK_LINE)
        return 0x0a0d0a0d;
    return four;
}

/* The methods that nearly all requests have; none of them is another protocol's as well. */
static inline int is_request(const uint8_t *payload, int64_t captured)
{
    switch (captured >= 4 ? be32(payload) : 0) {
    case 0x47455420: /* "GET " */
    case 0x50555420: /* "PUT " */
        return 1;
    case 0x504f5354: /* "POST" */
    case 0x48454144: /* "HEAD" */
        return captured >= 5 && payload[4] == ' ';
    case 0x44454c45: /* "DELE" */
        return captured >= 7 && memcmp(payload + 4, "TE ", 3) == 0;
    case 0x50415443: /* "PATC" */
        return captured >= 6 && memcmp(payload + 4, "H ", 2) == 0;
    default:
        return 0;
    }
}

static inline int digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

/* The status code of a status line, 0 for none. */
static inline uint32_t status_of(const uint8_t *at, int64_t captured)
{
    if (captured < 12 || memcmp(at, "HTTP/", 5) != 0 || at[6] != '.' || at[8] != ' ')
        return 0;
    if (!digit(at[9]) || at[9] == '0' || !digit(at[10]) || !digit(at[11]))
        return 0;
    return (uint32_t)((at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0'));
}

/* What a payload begins with if a protocol may know it: netdiag/exchanges/protocols/beginnings.py. */
typedef struct {
    const uint8_t *octets, *letters, *commands, *frames;
    const uint32_t *words;
    Py_ssize_t count; /* of the words */
    uint32_t text;
} Beginnings;

/* Whether a database may know a payload whose third byte is 0, by the length that it begins with: one of
 * PostgreSQL's behind a letter, or one of MySQL's, of all that follows on a number. */
static inline int is_sized(const uint8_t *payload, int64_t captured, int64_t length,
                           const Beginnings *known)
{
    enum { HEADER_BYTES = 4, LOGIN_BYTES = 36 }; /* no login is shorter; see mysql.py */
    enum { ALWAYS = 1, BEFORE_TEXT = 2, TEXT = 5 };
    uint8_t letter = payload[1] == 0 ? known->letters[payload[0]] : 0;
    if (letter == ALWAYS ||
        (letter == BEFORE_TEXT && captured >= TEXT + 4 && be32(payload + TEXT) == known->text))
        return 1;
    if (payload[0] + payload[1] * 256 + HEADER_BYTES != length || captured <= HEADER_BYTES)
        return 0;
    return known->commands[payload[4]] || (payload[3] != 0 && captured >= LOGIN_BYTES);
}

/* What a statement begins with that may be a check (1), and what its eighth octet may be then (2). */
static const uint8_t CHECKING[256] = {
    ['\0'] = 2, [' '] = 3, ['\t'] = 3, ['\n'] = 3, ['\r'] = 3, ['\v'] = 3, ['\f'] = 3,
    ['/'] = 1,  ['('] = 2, ['1'] = 2,  [')'] = 2,  [';'] = 2,
};

/* Whether a statement may be a check: most others go on with something else than a 1. */
static inline int is_checking(const uint8_t *sql)
{
    int is_short = 0;
    for (int i = 0; i < 7; i++)
        is_short |= sql[i] == 0;
    return is_short || CHECKING[sql[0]] & 1 || CHECKING[sql[7]] & 2;
}

/* Whether a pool may check a connection with a payload: netdiag/exchanges/protocols/checks.py. */
static inline int may_be_check(const uint8_t *payload, int64_t captured, int64_t length)
{
    enum { LEAD = 16, LONGEST = 128, HEADER = 5, COM_QUERY = 3, COM_PING = 14, COM_STMT_PREPARE = 22 };
    if (captured < HEADER || length > LONGEST || payload[2] != 0)
        return 0;
    uint8_t lead[LEAD] = {0};
    memcpy(lead, payload, (size_t)least(captured, LEAD));
    int says_sql = lead[4] == COM_QUERY || lead[4] == COM_STMT_PREPARE;
    if (lead[3] == 0 && lead[0] + lead[1] * 256 + 4 == length &&
        ((lead[4] == COM_PING && length == HEADER) || (says_sql && is_checking(lead + HEADER))))
        return 1;
    int size = be16(lead + 3), is_query = lead[0] == 'Q' && is_checking(lead + HEADER);
    int is_parse = lead[0] == 'P' && (lead[HEADER] != 0 || is_checking(lead + HEADER + 1));
    return lead[1] == 0 && size >= 4 && size < length && (is_query || is_parse);
}

/* Whether some protocol may know a payload. */
static inline int may_be_known(const uint8_t *payload, int64_t captured, int64_t length,
                               const Beginnings *known)
{
    enum { ALWAYS = 1, BEFORE_NUMBER = 2 };
    uint8_t octet = captured < 4 ? ALWAYS : known->octets[payload[0]];
    if (octet == ALWAYS || (octet == BEFORE_NUMBER && digit(payload[1]) && payload[1] != '0') ||
        (payload[0] == 0 && captured >= FRAME_BYTES && known->frames[payload[3]]))
        return 1;
    if (payload[2] == 0)
        return is_sized(payload, captured, length, known);
    uint32_t word = be32(payload);
    Py_ssize_t low = 0, count = known->count;
    const uint32_t *words = known->words;
    while (count > 0) {
        Py_ssize_t half = count / 2;
        if (words[low + half] < word)
            low += half + 1, count -= half + 1;
        else if (words[low + half] == word)
            return 1;
        else
            count = half;
    }
    return 0;
}

/* How much of a head is kept: `common` octets, or up to `most` where it goes on behind them. */
static int64_t head_size(const uint8_t *payload, int64_t size, int64_t common, int64_t most)
{
    if (size <= common)
        return size;
    const uint8_t *at = payload, *end = payload + common - 3;
    while (at < end && (at = memchr(at, '\r', (size_t)(end - at))) != NULL)
        if (memcmp(at++, "\r\n\r\n", 4) == 0)
            return common;
    return least(size, most);
}

PyDoc_STRVAR(http_doc,
"http(data, start, captured, length, request, response, head_bytes, longest_head, small_bytes,\n"
"     kept_bytes, octets, words, letters, commands, frames, text, mark, detail, tail, keep, rest)\n--\n\n"
"Fill the columns of `Marks`; `mark` is 0 where a payload is no common head of HTTP/1. Those among these\n"
"that some protocol may know, by its `Beginnings`, are put in `rest` (int64): how many there are.");

static PyObject *http(PyObject *self, PyObject *args)
{
    Beginnings known = {.count = 0};
    PyObject *o[14];
    unsigned char request, response;
    Py_ssize_t head_bytes, longest_head, small_bytes, kept_bytes, wrong = -1, unsure = 0;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOObbnnnnOOOOOIOOOOO", &o[0], &o[1], &o[2], &o[3], &request, &response,
                          &head_bytes, &longest_head, &small_bytes, &kept_bytes, &o[4], &o[5], &o[6], &o[7],
                          &o[8], &known.text, &o[9], &o[10], &o[11], &o[12], &o[13]))
        return NULL;
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *start = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = start ? held.view[1].len / 8 : 0;
    const int64_t *captured = start ? take(&held, o[2], 0, rows, 8) : NULL;
    const int64_t *length = captured ? take(&held, o[3], 0, rows, 8) : NULL;
    known.octets = length ? take(&held, o[4], 0, 256, 1) : NULL;
    known.words = known.octets ? take(&held, o[5], 0, -1, 4) : NULL;
    known.count = known.words ? held.view[5].len / 4 : 0;
    known.letters = known.words ? take(&held, o[6], 0, 256, 1) : NULL;
    known.commands = known.letters ? take(&held, o[7], 0, 256, 1) : NULL;
    known.frames = known.commands ? take(&held, o[8], 0, 256, 1) : NULL;
    uint8_t *mark = known.frames ? take(&held, o[9], 1, rows, 1) : NULL;
    uint32_t *detail = mark ? take(&held, o[10], 1, rows, 4) : NULL;
    uint32_t *tail = detail ? take(&held, o[11], 1, rows, 4) : NULL;
    int64_t *keep = tail ? take(&held, o[12], 1, rows, 8) : NULL;
    int64_t *rest = keep ? take(&held, o[13], 1, rows, 8) : NULL;
    if (rest == NULL)
        goto failed;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        int64_t size = least(captured[i], length[i]);
        if (!is_inside(start[i], captured[i], held.view[0].len)) {
            wrong = i;
            break;
        }
        const uint8_t *payload = data + start[i];
        uint32_t status = status_of(payload, captured[i]);
        int asks = status == 0 && is_request(payload, captured[i]);
        mark[i] = status ? response : asks ? request : 0;
        detail[i] = asks     ? be32(payload)
                    : status ? status
                             : (uint32_t)may_be_check(payload, captured[i], length[i]);
        tail[i] = last_four(payload, captured[i], length[i]);
        keep[i] = mark[i] ? head_size(payload, size, head_bytes, longest_head)
                  : length[i] <= small_bytes ? least(size, kept_bytes) : 0;
        if (!mark[i] && may_be_known(payload, captured[i], length[i], &known))
            rest[unsure++] = i;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "payload %zd lies outside its block", wrong);
        goto failed;
    }
    release(&held);
    return PyLong_FromSsize_t(unsure);
failed:
    release(&held);
    return NULL;
}

PyDoc_STRVAR(lines_doc,
"lines(octets, width, lengths, out)\n--\n\n"
"Fill `out` (uint64) with a number for each row of `octets` that depends on its bytes up to the first\n"
"carriage return, at most as many as `lengths` (int64) says.");

static PyObject *lines(PyObject *self, PyObject *args)
{
    PyObject *o[3];
    Py_ssize_t width;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OnOO", &o[0], &width, &o[1], &o[2]))
        return NULL;
    const uint8_t *octets = take(&held, o[0], 0, -1, 1);
    const int64_t *lengths = octets ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = lengths ? held.view[1].len / 8 : 0;
    uint64_t *out = lengths ? take(&held, o[2], 1, rows, 8) : NULL;
    if (out == NULL)
        goto failed;
    if (width <= 0 || held.view[0].len / width < rows) {
        PyErr_SetString(PyExc_ValueError, "there are fewer octets than rows of that width");
        goto failed;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < rows; i++) {
        const uint8_t *line = octets + i * width;
        int64_t length = least(lengths[i], width);
        uint64_t number = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */
        for (int64_t at = 0; at < length && line[at] != '\r'; at++)
            number = (number ^ line[at]) * 0x100000001b3u;
        out[i] = number;
    }
    Py_END_ALLOW_THREADS
    release(&held);
    Py_RETURN_NONE;
failed:
    release(&held);
    return NULL;
}

PyMethodDef payloads_methods[] = {
    {"http", http, METH_VARARGS, http_doc},
    {"lines", lines, METH_VARARGS, lines_doc},
    {NULL, NULL, 0, NULL},
};
