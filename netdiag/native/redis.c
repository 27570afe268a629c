/* Commands of Redis that are nothing special: see netdiag/exchanges/protocols/redis.py. */
#include "native.h"

enum { LEAD = 16, DIGITS = 2 };

static inline uint8_t upper(uint8_t byte) { return byte >= 'a' && byte <= 'z' ? byte - 32 : byte; }

/* Where the header of an array's first string lies, 0 where there is no array of strings. */
static inline int first_string(const uint8_t *lead)
{
    int at = 1;
    while (at <= DIGITS && lead[at] >= '0' && lead[at] <= '9')
        at++;
    return lead[0] == '*' && lead[1] != '0' && at > 1 && memcmp(lead + at, "\r\n$", 3) == 0 ? at + 2 : 0;
}

/* Whether a verb begins like one of those that say more than that there is a command. */
static int is_special(const uint8_t *verb, int size, const uint8_t *texts, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        const uint8_t *text = texts + i * LEAD;
        int same = 0;
        while (same < size && text[same] && upper(verb[same]) == text[same])
            same++;
        if (same == size || !text[same])
            return 1;
    }
    return 0;
}

/* Whether a command is a PING, and nothing else. */
static inline int is_ping(const uint8_t *lead, int64_t length)
{
    static const char PING[] = "*1\r\n$4\r\nPING\r\n";
    enum { BYTES = sizeof PING - 1 };
    int same = 0;
    while (same < BYTES && upper(lead[same]) == (uint8_t)PING[same])
        same++;
    return same == BYTES && length == BYTES;
}

PyDoc_STRVAR(redis_doc,
"redis(data, start, captured, length, command, ping, special, rest, mark, detail)\n--\n\n"
"Mark those of the rows `rest` (int64) that begin with a common command, and leave the others in it: how\n"
"many there are. The `detail` of a PING is `ping`, that of others 0. `special` has other verbs behind the\n"
"header of their array, in upper case, each padded with zeros to 16 bytes.");

static PyObject *redis(PyObject *self, PyObject *args)
{
    PyObject *o[8];
    unsigned char command, ping;
    Py_ssize_t left = 0, wrong = -1;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOObbOOOO", &o[0], &o[1], &o[2], &o[3], &command, &ping, &o[4],
                          &o[5], &o[6], &o[7]))
        return NULL;
    const uint8_t *data = take(&held, o[0], 0, -1, 1);
    const int64_t *start = data ? take(&held, o[1], 0, -1, 8) : NULL;
    Py_ssize_t rows = start ? held.view[1].len / 8 : 0;
    const int64_t *captured = start ? take(&held, o[2], 0, rows, 8) : NULL;
    const int64_t *length = captured ? take(&held, o[3], 0, rows, 8) : NULL;
    const uint8_t *special = length ? take(&held, o[4], 0, -1, 1) : NULL;
    Py_ssize_t specials = special ? held.view[4].len / LEAD : 0;
    int64_t *rest = special ? take(&held, o[5], 1, -1, 8) : NULL;
    Py_ssize_t asked = rest ? held.view[5].len / 8 : 0;
    uint8_t *mark = rest ? take(&held, o[6], 1, rows, 1) : NULL;
    uint32_t *detail = mark ? take(&held, o[7], 1, rows, 4) : NULL;
    if (detail == NULL)
        goto failed;
    const int64_t size = held.view[0].len;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < asked; i++) {
        int64_t row = rest[i];
        if (row < 0 || row >= rows || !is_inside(start[row], captured[row], size)) {
            wrong = i;
            break;
        }
        uint8_t lead[LEAD] = {0};
        memcpy(lead, data + start[row], (size_t)least(captured[row], LEAD));
        int at = first_string(lead);
        if (at && !is_special(lead + at, LEAD - at, special, specials))
            mark[row] = command, detail[row] = is_ping(lead, length[row]) ? ping : 0;
        else
            rest[left++] = row;
    }
    Py_END_ALLOW_THREADS
    if (wrong >= 0) {
        PyErr_Format(PyExc_ValueError, "payload %zd of the rest lies outside its block", wrong);
        goto failed;
    }
    release(&held);
    return PyLong_FromSsize_t(left);
failed:
    release(&held);
    return NULL;
}

PyMethodDef redis_methods[] = {
    {"redis", redis, METH_VARARGS, redis_doc},
    {NULL, NULL, 0, NULL},
};
